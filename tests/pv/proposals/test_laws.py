import ast

import pytest

from pv.claims import Fault, parse
from pv.proposals.domains import RUNGS, within
from pv.proposals.laws import laws_of
from pv.proposals.source.functions import read_functions


def functions(text):
    found = read_functions(ast.parse(text), "mod", "mod.py").functions
    return [within(each, RUNGS[0]) if each.undrawn is None else each for each in found]


def laws(signature):
    (found,) = functions(f"def {signature}: ...")
    return {law.key: law for law in laws_of(found)}


ALWAYS = {"deterministic", "does-not-raise"}
BOUNDS = {"share", "not-negative"}


@pytest.mark.parametrize(
    ("signature", "keys"),
    [
        ("f(x: str) -> bytes", set()),
        ("f(x: bytes) -> bytes", {"identity", "involution", "idempotent"}),
        ("f(x: str) -> str", {"identity", "involution", "idempotent", "same-length", "no-longer"}),
        ("f(x: int) -> bool", set()),
        ("f(x: int, y: float) -> str", {"length-x"}),
        ("f(a: bool, b: bool) -> bool", {"identity", "involution", "idempotent", "commutative"}),
        ("f(xs: list[float]) -> float", BOUNDS | {"within-xs", "finite"}),
        ("f(x: int) -> float", BOUNDS | {
            "without-x", "increasing-x", "decreasing-x", "odd", "even", "finite",
        }),
        ("f(xs: list[int]) -> list[int]", BOUNDS | {
            "identity", "involution", "idempotent", "same-length", "no-longer", "sums-to-one",
            "within-xs", "sorted", "same-sum", "finite",
        }),
    ],
)  # fmt: skip
def test_laws_are_those_that_make_sense_of_the_kinds(signature, keys):
    assert laws(signature).keys() == keys | ALWAYS


def test_a_result_that_nothing_is_said_of_may_be_anything():
    assert {"identity", "share", "increasing-x", "whole", "finite"} - laws("f(x: int)").keys() == {
        "whole"
    }


def test_ends_that_are_parameters_bound_the_result():
    found = laws("f(x: float, low: float, high: float) -> float")
    assert found["from-low-to-high"].formal == (
        "low <= high implies low <= f(x, low, high) and f(x, low, high) <= high"
    )


def test_without_negative_values_nothing_is_odd():
    (found,) = functions("def f(x: float) -> float:\n    assert x >= 0")
    assert not {"odd", "even"} & {law.key for law in laws_of(found)}


def test_a_parameter_that_conditions_tie_to_others_is_not_moved_alone():
    (found,) = functions("def f(x: int, y: int, z: int) -> int:\n    assert x < y")
    assert {law.key for law in laws_of(found) if law.key.startswith("incr")} == {"increasing-z"}


def test_a_promise_is_said_once_and_first():
    (found,) = functions("import deal\n@deal.post(lambda r: r >= 0)\ndef f(x: int) -> int: ...")
    formal = [law.formal for law in laws_of(found)]
    assert formal[0] == "f(x) >= 0"
    assert formal.count("f(x) >= 0") == 1


def test_no_name_of_a_law_is_one_of_the_function():
    found = laws("f(i: list[int], j: int, j1: int) -> list[int]")
    assert "f(i, j, j1)_i0 <= f(i, j, j1)_{i0+1}" in found["sorted"].formal
    assert "increasing-j" not in found


def test_exact_numbers_are_not_compared_with_others_of_their_kind():
    (found,) = functions("from decimal import Decimal\ndef f(x: Decimal) -> Decimal: ...")
    keys = {law.key for law in laws_of(found)}
    assert {"idempotent", "at-most-x", "not-negative"} <= keys
    assert not {"increasing-x", "odd"} & keys


@pytest.mark.parametrize(
    "signature",
    [
        "f(x: float, low: float, high: float) -> float", "f(xs: list[int], n: int) -> list[int]",
        "f(s: str, t: str) -> str", "f(x: float)",
    ],
)  # fmt: skip
def test_every_law_can_be_read_and_implies_none_that_comes_before_it(signature):
    found = [*laws(signature).values()]
    for number, law in enumerate(found):
        assert not isinstance(parse(law.formal), Fault), law
        assert not law.implies & {each.key for each in found[:number]}, law
