import pytest

from pv.proposals.source.hypothesis_tests import read_test
from pv.proposals.source.modules import Unreadable

HEAD = """\
import hypothesis.strategies as st
import pytest
from hypothesis import assume, given
import pack.codes as codes
from pack import flip

"""


@pytest.fixture
def read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "src/pack").mkdir(parents=True)
    (tmp_path / "src/pack/codes.py").write_text("")

    def reading(body, drawn="x=st.integers(0, 9)", parameters="x"):
        lines = "".join(f"    {line}\n" for line in body.splitlines())
        text = f"{HEAD}@given({drawn})\ndef test_it({parameters}):\n{lines}"
        (tmp_path / "test_codes.py").write_text(text)
        return read_test("test_codes.py::test_it", tmp_path)

    return reading


def test_assertions_about_imported_functions_are_laws(read, tmp_path):
    found = read(
        '"""Words."""\nonce = flip(x)\nassert flip(once) == x\nassert codes.size(x, 3) > 0'
    )
    assert found.domain == "x in 0..9"
    assert [(law.function, law.formal) for law in found.laws] == [
        ("flip", "flip(flip(x)) = x"), ("size", "size(x, 3) > 0"),
    ]  # fmt: skip
    assert [(each.module, each.call) for each in found.source.functions] == [
        ("pack", "flip(a0)"), ("pack.codes", "size(a0, a1)"),
    ]  # fmt: skip
    assert (found.source.name, found.source.root) == ("it", tmp_path / "src")


def test_assumptions_are_needs(read):
    found = read("assume(x > 3)\nassert flip(x) == x")
    assert found.source.functions[0].conditions == ("x > 3",)


def test_positional_strategies_fill_the_last_parameters(read):
    found = read("assert flip(y) == x", "st.booleans(), st.integers(1, 2)", "fixture, x, y")
    assert found.domain == "x in bool, y in 1..2"


def test_what_has_no_counterpart_is_told_and_no_law_is_about_it(read):
    found = read("assert flip(x) == x\nassert flip(y) == y", "x=st.text(), y=st.booleans()", "x, y")
    assert [law.formal for law in found.laws] == ["flip(y) = y"]
    assert [each.place for each in found.source.unread] == ["test_codes.py:7", "test_codes.py:9"]
    assert "`x` is drawn by `st.text()`" in found.source.unread[0].reason


@pytest.mark.parametrize(
    "body",
    [
        "y = flip(x)\ny.sort()\nassert flip(y) == 1", "z = x\nz.sort()\nassert flip(x) == 1",
        "x += 1\nassert flip(x) == 1", "for x in codes.all(): pass\nassert flip(x) == 1",
        "with pytest.raises(ValueError):\n    flip(x)", "assert x == 1",
        "assert pytest.approx(x) == 1",
        "assert mine(x) == 1", "if flip(x):\n    assert flip(x) == 1",
    ],
)  # fmt: skip
def test_what_may_mean_something_else_is_no_law(read, body):
    found = read(body)
    assert found.laws == ()
    assert found.source.unread


@pytest.mark.parametrize("name", ["test_codes.py::nope", "test_codes.py", "none.py::test_it"])
def test_what_is_no_test_is_told(read, name, tmp_path):
    read("assert flip(x) == x")
    with pytest.raises(Unreadable, match=r"there is test_it|cannot be read"):
        read_test(name, tmp_path)
