import ast

from pv.proposals.model import Kind, Limits, Sort
from pv.proposals.source.functions import read_functions


def read(text):
    return read_functions(ast.parse(text), "pack.mod", "mod.py")


def only(text):
    (found,) = read(text).functions
    return found


def reasons(text):
    return {each.name: each.reason for each in read(text).left_out}


def test_a_function_has_its_parameters_and_its_result():
    found = only("def f(x: int, y: list[float]) -> bool:\n    return x in y")
    assert (found.module, found.name, found.place) == ("pack.mod", "f", "mod.py:1")
    assert [(each.name, each.kind) for each in found.parameters] == [
        ("x", Kind(Sort.WHOLE)), ("y", Kind(Sort.REAL, "list")),
    ]  # fmt: skip
    assert found.result == Kind(Sort.TRUTH)
    assert found.undrawn is None


def test_the_docstring_gives_types_and_ranges():
    found = only('def f(n):\n    """Do.\n\n    :param int n: between 1 and 5\n    """')
    assert found.parameters[0].kind == Kind(Sort.WHOLE)
    assert found.parameters[0].limits == Limits(1, 5)


def test_what_has_a_default_and_no_values_keeps_it():
    found = only("def f(x: int, how: Mode = A, y: int = 3): ...")
    assert [each.name for each in found.parameters] == ["x"]
    assert found.undrawn is None


def test_what_needs_other_values_says_of_which_kind():
    assert "`d` is a dict" in only("def f(d: dict): ...").undrawn
    assert "`d` has no type hint" in only("def f(d): ...").undrawn
    assert "no parameter" in only("def f(*d): ...").undrawn
    assert (
        "numpy and torch"
        in only("import numpy, torch\ndef f(a: numpy.ndarray, b: torch.Tensor): ...").undrawn
    )


def test_assertions_and_guards_at_the_head_are_needs():
    found = read(
        "def f(x: int, y: int):\n"
        '    "Words."\n'
        "    assert 0 <= x and x < y\n"
        "    if y > 9 or y == 5:\n"
        "        raise ValueError\n"
        "    assert isinstance(x, int)\n"
        "    z = x\n"
        "    assert y > 3\n"
    )
    (f,) = found.functions
    assert f.conditions == ("x < y", "y != 5")
    assert [each.limits for each in f.parameters] == [Limits(low=0), Limits(high=9)]
    assert [each.reason.partition(" has")[0] for each in found.unread] == ["`isinstance(x, int)`"]
    assert found.unread[0].place == "mod.py:6"


def test_decorators_of_icontract_and_deal_are_needs_and_promises():
    found = only(
        "import icontract as ic\nfrom deal import pre, post\n"
        "@ic.require(lambda x: x >= 0)\n@ic.ensure(lambda result, x: result >= x)\n"
        "@pre(lambda x, y: x < y)\n@post(lambda r: r > 0)\n@other(lambda x: x > 5)\n"
        "def f(x: int, y: int): ..."
    )
    assert found.parameters[0].limits == Limits(low=0)
    assert found.conditions == ("x < y",)
    assert found.promises == ("f(x, y) >= x", "f(x, y) > 0")


def test_only_public_functions_are_read():
    text = "def _a(x: int): ...\ndef b(x: int): ...\ndef c(x: int): ...\n"
    assert [each.name for each in read(text).functions] == ["b", "c"]
    assert [each.name for each in read(text + "__all__ = ['c']").functions] == ["c"]


def test_what_is_out_of_reach_says_why():
    told = reasons(
        "class A: ...\nasync def b(): ...\ndef where(x: int): ...\ndef length(x: int): ...\n"
        "def d(*, k): ...\ndef e1(pi: int): ...\ndef g(g: int): ...\ndef h(x_: int): ...\n"
        "import contextlib\n@contextlib.contextmanager\ndef i(x: int): ...\n"
        "def ok(d: int): ..."
    )
    parts = {
        "A": "state machine", "b": "asynchronous", "where": "`where` is a word",
        "e1": "`pi` is a word",
        "length": "another `length`", "d": "`k` by name", "g": "its parameter too", "i": "no plain",
        "h": "`x_` is a word",
    }  # fmt: skip
    assert told.keys() == parts.keys()
    assert all(part in told[name] for name, part in parts.items()), told
