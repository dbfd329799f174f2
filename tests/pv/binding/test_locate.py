import sys
from importlib import invalidate_caches
from importlib.machinery import EXTENSION_SUFFIXES
from zipfile import ZipFile

import pytest

from pv.binding.locate import NotFound, locate

CODE = """\
import math
from os import path as places

limit: int = 3
low, high = 0, 1
try:
    import fast
except ImportError:
    def fast(): ...
if limit:
    def conditional(): ...

with open(__file__) as source, open(__file__) as second:
    def inside(): ...
for each in (1, 2):
    last = each

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
    [
        "plain",
        "waiting",
        "Kernel",
        "Kernel.method",
        "limit",
        "fast",
        "conditional",
        "places",
        "high",
        "second",
        "inside",
        "each",
        "last",
    ],
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
        ("packages.code:plain", "and none is installed; did you mean `package`?"),
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


def write(root, name, text=""):
    file = root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    "text",
    [
        "from json import *",
        "def __getattr__(name): return print",
        "globals()['f'] = print",
        "import sys\nsetattr(sys.modules[__name__], 'f', print)",
        "def _():\n    global f\n    f = print\n_()",
        "exec('def f(): ...')",
    ],
)
def test_of_a_module_that_may_have_more_names_only_importing_it_can_tell(root, text):
    write(root, "package/more.py", text)
    assert locate("package.more:f", root) is None


def test_what_python_finds_is_not_said_to_be_missing(root, monkeypatch):
    write(root, "space/deep/mod.py", "def f(): ...")
    write(root, "json/data.txt")  # a folder of data, which hides no package
    write(root, "whole/__init__.py")
    write(root, "whole/part.py", "def f(): ...")
    write(root, "parts/here.py")
    write(root, "elsewhere/parts/there.py", "def f(): ...")
    write(root, "path/__init__.py", "__path__.append('/somewhere')")
    (root / f"fast{EXTENSION_SUFFIXES[0]}").touch()
    (root / "package" / f"faster{EXTENSION_SUFFIXES[0]}").touch()
    with ZipFile(root / "packed.zip", "w") as packed:
        packed.writestr("zipped/__init__.py", "")
        packed.writestr("zipped/code.py", "def f(): ...")
    monkeypatch.setattr(sys, "path", [*sys.path, str(root / "packed.zip"), str(root / "elsewhere")])
    invalidate_caches()
    assert locate("space.deep.mod:f", root) == root / "space" / "deep" / "mod.py"
    for reference in (
        "json:dumps", "json.decoder:JSONDecoder", "os.path:join", "whole:part.f", "fast:f",
        "package.faster:f", "zipped.code:f", "parts.there:f", "path.any:f", "itertools:chain",
    ):  # fmt: skip
        assert locate(reference, root) is None, reference
    for reference in ("whole.other:f", "parts.nowhere:f", "space.deep.none:f", "zapped.code:f"):
        assert isinstance(locate(reference, root), NotFound), reference


def test_where_pv_is_installed_alone_a_package_that_is_missing_is_named(root, monkeypatch):
    assert locate("no_such_package_here:f", root).package is None
    monkeypatch.setattr("pv.binding.locate.has_pv_alone", lambda: True)
    assert locate("no_such_package_here.code:f", root).package == "no_such_package_here"
    for reference in ("packages.code:plain", "package.code:plian", "package.missing:f"):
        assert locate(reference, root).package is None
