"""Mutants of the language: each must change an answer that this file knows."""

import operator
from types import SimpleNamespace

import pytest

from pv.checks.reading import item_base
from pv.claims import EXACT, EvaluationError, Tolerance, compile_expression, parse, precedence
from pv.claims.evaluation.arrays import operators
from pv.claims.evaluation.arrays.arithmetic import ARRAYS
from pv.claims.evaluation.constructs import membership
from pv.claims.evaluation.scalars import equality, reductions
from pv.claims.evaluation.scalars.arithmetic import PLAIN
from pv.claims.grammar import expressions
from pv.claims.grammar.words import qualifiers
from pv.claims.semantics import names

SCOPE = {"x": 3, "xs": (3, 1, 2)}


def value(text, tolerance=EXACT, arithmetic=PLAIN):
    read = parse.__wrapped__(text)  # a tree that was kept knows nothing of a mutant
    tree = item_base.from_zero(names.resolve(read, {*SCOPE, "sum"}, {"sum"}))
    return compile_expression(tree, {}, tolerance, arithmetic)(SCOPE)


def precedence_of_products():
    return value("2 + 3 * 4") == 14


def grouping_of_differences():
    return value("10 - 4 - 3") == 3


def grouping_of_powers():
    return value("2 ^ 3 ^ 2") == 512


def sign_of_powers():
    return value("-x ^ 2") == -9


def scope_of_quantifiers():
    return value("forall i in 1..3: i < 3 or i = 3") is True


def scope_of_for_all_behind_iff():
    return value("x = 4 iff i < 3 for all i in 1..3") is True


def strictness():
    return value("3 < x") is False and value("3 <= x") is True


def tolerance_of_equality():
    near = Tolerance(absolute=0.1)
    return value("x = 3.05", near) is True and value("x = 3.2", near) is False


def strictness_under_tolerance():
    return value("x < 3.0", Tolerance(absolute=0.1)) is False


def base_of_indices():
    return value("Σ_{i=1}^{3} xs_i") == 6 and value("xs[0]") == 3


def range_of_quantifiers():
    return value("∃ i in 1..3: i = 2") is True and value("∀ i in 1..3: i < 3") is False


def sizes_that_fit():
    try:
        value("xs + (1,) = 0", arithmetic=ARRAYS)
    except EvaluationError:
        return True
    return False


def open_ends_of_intervals():
    return value("x in (2, 3)") is False and value("x in (2, 3]") is True


def units_of_a_type():
    two = Tolerance(ulp=2, dtype="float32")
    return value("1.0 = 1.0000002", two) is True and value("1.0 = 1.000001", two) is False


def z3_terms():
    return pytest.importorskip("pv.claims.smt.terms", reason="needs the extra `symbolic`")


def rounding_of_quotients():
    terms = z3_terms()
    quotient = terms.arithmetic("//", terms.literal(7), terms.literal(-2))
    return terms.constant(quotient) == -4


ORACLES = {
    oracle.__name__: oracle
    for oracle in (
        precedence_of_products, grouping_of_differences, grouping_of_powers, sign_of_powers,
        scope_of_quantifiers, scope_of_for_all_behind_iff, strictness, tolerance_of_equality,
        strictness_under_tolerance, base_of_indices, range_of_quantifiers,
        sizes_that_fit, open_ends_of_intervals, units_of_a_type, rounding_of_quotients,
    )
}  # fmt: skip


def holds(oracle):
    try:
        return oracle()
    except Exception:  # noqa: BLE001 - a mutant may break it in any way
        return False


@pytest.mark.parametrize("oracle", ORACLES.values(), ids=ORACLES)
def test_without_a_mutant_every_answer_is_right(oracle):
    assert oracle()


def plant(monkeypatch, mutant):
    match mutant:
        case "products bind as sums do":
            monkeypatch.setitem(precedence.BINARY, "*", (90, "left"))
        case "differences group to the right":
            monkeypatch.setitem(precedence.BINARY, "-", (90, "right"))
        case "a sign binds before a power":
            monkeypatch.setattr(expressions, "SIGN", 125)
        case "for all reaches over both sides of iff":
            monkeypatch.setattr(qualifiers, "letters", lambda _: set())
        case "strict is not strict":
            monkeypatch.setitem(PLAIN.order, "<", operator.le)
        case "the tolerance is ignored":
            monkeypatch.setattr(equality, "_close", lambda left, right, _: left == right)
        case "strict comparisons are lenient":
            monkeypatch.setitem(PLAIN.order, "<", lambda a, b: a < b + 0.05)
        case "subscripts count from 1":
            monkeypatch.setattr(item_base, "from_zero", lambda node: node)
        case "some means all":
            monkeypatch.setitem(reductions.REDUCTIONS, "exists", reductions.REDUCTIONS["forall"])
        case "any size fits a single item":
            monkeypatch.setattr(operators, "_fit", lambda *_: None)
        case "an open end is closed":
            monkeypatch.setattr(
                membership, "operator", SimpleNamespace(lt=operator.le, le=operator.le)
            )
        case "every type has the units of float64":
            monkeypatch.setitem(equality.FORMATS, "float32", equality.FORMATS["float64"])
        case "quotients of unknown integers round as z3's do":
            monkeypatch.setattr(z3_terms(), "_quotient", lambda a, b: a / b)


@pytest.mark.parametrize(
    ("mutant", "killed_by"),
    [
        ("products bind as sums do", "precedence_of_products"),
        ("differences group to the right", "grouping_of_differences"),
        ("a sign binds before a power", "sign_of_powers"),
        ("for all reaches over both sides of iff", "scope_of_for_all_behind_iff"),
        ("strict is not strict", "strictness"),
        ("the tolerance is ignored", "tolerance_of_equality"),
        ("strict comparisons are lenient", "strictness_under_tolerance"),
        ("subscripts count from 1", "base_of_indices"),
        ("some means all", "range_of_quantifiers"),
        ("any size fits a single item", "sizes_that_fit"),
        ("an open end is closed", "open_ends_of_intervals"),
        ("every type has the units of float64", "units_of_a_type"),
        ("quotients of unknown integers round as z3's do", "rounding_of_quotients"),
    ],
)
def test_each_mutant_is_killed(monkeypatch, mutant, killed_by):
    plant(monkeypatch, mutant)
    assert not holds(ORACLES[killed_by])
