import pytest

from pv.binding.locate import NotFound, locate

CODE = """\
import math
from os import path as places
from json import *

limit: int = 3
low, high = 0, 1
try:
    import fast
except ImportError:
    def fast(): ...
if limit:
    def conditional(): ...

def plain(): ...
async def waiting(): ...
class Kernel:
    def method(self): ...
"""


@pytest.fixture
def root(tmp_path):
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "code.py").write_text(CODE, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "name",
    ["plain", "waiting", "Kernel", "Kernel.method", "limit", "fast", "conditional", "places"],
)
def test_a_name_that_the_module_defines_is_found_there(root, name):
    assert locate(f"package.code:{name}", root) == root / "package" / "code.py"


@pytest.mark.parametrize(
    ("reference", "reason"),
    [
        ("package.code:plian", "code.py defines no `plian`; did you mean `plain`?"),
        ("package.code:quite_other", "it defines"),
        ("package.missing:f", "there is no module `package.missing` below package/"),
        ("no_such_package_here:f", "and none is installed; install it"),
    ],
)
def test_a_callable_that_cannot_be_there_is_told_with_a_remedy(root, reference, reason):
    found = locate(reference, root)
    assert isinstance(found, NotFound)
    assert reason in found.reason


def test_a_module_that_does_not_parse_is_told_with_its_line(root):
    (root / "broken.py").write_text("x = 1\ndef f(:\n", encoding="utf-8")
    assert locate("broken:f", root).reason.startswith(f"{root / 'broken.py'}:2: ")


def test_of_an_installed_module_only_importing_it_can_tell(root):
    assert locate("json:no_such_function", root) is None
