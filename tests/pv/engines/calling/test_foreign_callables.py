import sys

import pytest

from pv.engines.calling.foreign_callables import Printed, Unusable, listen, resolve

CODE = """\
import sys
limit = 3
def add(a, b=1): return a + b
def leave(): sys.exit(7)
def inner_fault(a): return a + None
class Kernel:
    @staticmethod
    def double(x): return 2 * x
"""


@pytest.fixture
def code(tmp_path, monkeypatch):
    """Write a module and return its name; it is forgotten at the end."""
    (tmp_path / "foreign_code.py").write_text(CODE, encoding="utf-8")
    (tmp_path / "foreign_raises.py").write_text("raise SystemExit(3)\n", encoding="utf-8")
    (tmp_path / "foreign_needs.py").write_text("import no_such_package_here\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield "foreign_code"
    for name in ("foreign_code", "foreign_raises", "foreign_needs"):
        sys.modules.pop(name, None)


@pytest.mark.parametrize(
    ("reference", "given", "result"),
    [("foreign_code:add", (2,), 3), ("foreign_code:Kernel.double", (2,), 4)],
)
@pytest.mark.usefixtures("code")
def test_a_reference_is_imported(reference, given, result):
    assert resolve(reference)(*given) == result


@pytest.mark.parametrize(
    ("reference", "reason"),
    [
        ("foreign_code:ad", "there is no `ad` in module `foreign_code`; did you mean `add`?"),
        ("foreign_code:Kernel.dubble", "in `Kernel`; did you mean `double`?"),
        ("foreign_code:limit", "is not callable: it is of type int"),
        ("no_such_package_here:f", "there is no module `no_such_package_here`; install it, or"),
        ("foreign_needs:f", "which `foreign_needs` imports; install it"),
        ("foreign_raises:f", "importing `foreign_raises` raised SystemExit: 3"),
    ],
)
@pytest.mark.usefixtures("code")
def test_what_cannot_be_imported_says_why(reference, reason):
    with pytest.raises(Unusable) as raised:
        resolve(reference)
    assert reason in str(raised.value)


def test_what_is_printed_is_kept_up_to_a_limit_and_taken_once(monkeypatch):
    monkeypatch.setattr(sys, "stdout", Printed())
    printed = listen()
    sys.stdout.write("hello\n")
    sys.stdout.write("x" * 1000)
    taken = printed.taken()
    assert taken.startswith("hello\n")
    assert len(taken) < 500
    assert printed.taken() == ""
