"""Random claims come to the same by each way to compute them, and by the documentation alone.

The seed changes by the day; PV_DIFFERENTIAL_SEED and PV_DIFFERENTIAL_CLAIMS set it, and how many.
"""

import datetime as dt
import math
import os
import random
import statistics
from collections import Counter
from typing import NamedTuple

import numpy as np
import pytest

from pv.claims import EXACT, EvaluationError, Fault, Tolerance, compile_expression, infer, parse
from pv.claims.evaluation.arrays.arithmetic import ARRAYS
from pv.claims.evaluation.scalars.arithmetic import PLAIN
from pv.claims.evaluation.scalars.builtins import BUILTINS, CONSTANTS
from pv.claims.semantics.function_names import FUNCTIONS
from pv.claims.semantics.names import resolve
from pv.claims.tree import Comparison, Index, Name, Number, Range, called, names, walk
from pv.claims.types import ANY, BOOL, COLLECTION, INT, REAL, STRING, Function
from pv.python_source import KNOWN, NoPython, python_source
from tests.pv.claims.random_claims import HUGE, NAMES, Grammar, Writer, smaller, some_values
from tests.pv.claims.reference_evaluator import NotReal, NoValue, PastLimit, value

terms = pytest.importorskip("pv.claims.smt.terms", reason="needs the extra `symbolic`")

from pv.claims.smt.encode_integers import z3_term  # noqa: E402 - behind the test for z3

TODAY = dt.datetime.now(dt.UTC).date().toordinal()
SEED = int(os.environ.get("PV_DIFFERENTIAL_SEED", TODAY))
CLAIMS = int(os.environ.get("PV_DIFFERENTIAL_CLAIMS", "10000"))
PYTHON = {"math": math, "np": np, "statistics": statistics}
NO_VALUE, REFUSED = "no value", "refused"
TYPES = {"int": INT, "real": REAL, "bool": BOOL, "text": STRING, "tuple": COLLECTION}
TOLERANCES = {
    EXACT: lambda a, b: a == b,
    Tolerance(absolute=0.75): lambda a, b: abs(a - b) <= 0.75,
    Tolerance(relative=0.5): lambda a, b: abs(a - b) <= 0.5 * max(abs(a), abs(b)),
}


class Claim(NamedTuple):
    """A claim as a nest of tuples, the text of it, what its names stand for, and a tolerance."""

    node: tuple
    text: str
    names: dict
    tolerance: Tolerance

    def here(self):
        return {
            name: np.array(found) if isinstance(found, list) else found
            for name, found in self.names.items()
        }


def drawn(seed, *, mistaken=False):
    rng = random.Random(seed)
    vectors = rng.random() < 0.15
    node = Grammar(rng, vectors=vectors, mistaken=mistaken).claim(rng.randint(1, 4))
    names = some_values(rng, [kind for kind in NAMES if vectors or kind != "vector"])
    tolerance = rng.choice([EXACT, *TOLERANCES])
    return Claim(node, Writer(rng).line(node), names, tolerance)


def documented(claim):
    """Return what the documentation says a claim comes to."""
    try:
        return value(claim.node, claim.names, TOLERANCES[claim.tolerance])
    except (NotReal, PastLimit) as fault:
        return fault
    except NoValue:
        return NO_VALUE


def read(claim):
    found = parse(claim.text)
    known = {*claim.names, *CONSTANTS, *FUNCTIONS}
    return found if isinstance(found, Fault) else resolve(found, known, FUNCTIONS)


def plain(claim, tree):
    """Return what pv makes of a claim about numbers, texts and collections."""
    if any(isinstance(found, list) for found in claim.names.values()):
        return REFUSED
    return evaluated(claim, tree, PLAIN)


def arrays(claim, tree):
    """Return what pv makes of a claim that may be about arrays."""
    return evaluated(claim, tree, ARRAYS)


def evaluated(claim, tree, arithmetic):
    try:
        return compile_expression(tree, {}, claim.tolerance, arithmetic)(claim.here())
    except EvaluationError:
        return NO_VALUE


def python(claim, tree):
    """Return what the Python of `pv equations`, which CrossHair gets, makes of a claim."""
    if (called(tree) & FUNCTIONS) - KNOWN or claim.tolerance != EXACT:
        return REFUSED
    given = (claim.names[name] for name in names(tree) if name in claim.names)
    if any(map(_is_python_of_its_own, walk(tree))) or not all(map(_is_small, given)):
        return REFUSED
    try:
        return eval(python_source(tree), {**PYTHON, **claim.names})
    except NoPython:
        return REFUSED
    except (ArithmeticError, ValueError, IndexError, TypeError):
        return REFUSED  # Python raises where IEEE 754 has infinity or NaN: no path is confirmed


def _is_python_of_its_own(part):
    """Return whether Python has other items before the first, and looks through a range."""
    match part:
        case Index() | Comparison((_, Range()), ("in" | "not in",)):
            return True
        case Number(value) | Name("inf" as value):
            return not _is_small(math.inf if value == "inf" else value)
    return False


def _is_small(found):
    """Return whether a value is none of the extreme numbers, which CrossHair is not given."""
    return isinstance(found, str | tuple) or (
        isinstance(found, int | float) and abs(found) <= HUGE / 2
    )


def smt(claim, tree):
    """Return what z3 makes of a claim; only integers and truth values have terms."""
    if claim.tolerance != EXACT:
        return REFUSED
    kinds = {name: found for name, found in claim.names.items() if isinstance(found, int)}
    unknown = {
        name: terms.variable(name, boolean=isinstance(found, bool)) for name, found in kinds.items()
    }
    try:
        term = z3_term(tree, unknown)
    except terms.NoTerm:
        return REFUSED
    given = [(unknown[name].value, terms.literal(found).value) for name, found in kinds.items()]
    defined, found = (
        terms.z3.simplify(terms.z3.substitute(each, *given)) for each in (term.defined, term.value)
    )
    if terms.z3.is_true(defined):
        return terms._plain(found)
    return NO_VALUE if terms.z3.is_false(defined) else REFUSED


ENGINES = {"plain": plain, "arrays": arrays, "python": python, "z3": smt}
LEAST_SHARE = {"plain": 0.75, "arrays": 0.9, "python": 0.12, "z3": 0.08}
"""Engine -> the share of the claims that it must not refuse."""


def same(found, wanted):
    """Return whether two values are the same, reals but for the last digits."""
    found = found.item() if isinstance(found, np.generic) else found
    if isinstance(found, str | bool) or isinstance(wanted, str | bool):
        return type(found) is type(wanted) and found == wanted
    if isinstance(wanted, frozenset):
        return not isinstance(found, int | float) and same(_sorted(found), _sorted(wanted))
    if isinstance(wanted, tuple | list):
        sized = hasattr(found, "__len__") and len(found) == len(wanted)
        return sized and all(map(same, found, wanted))
    if not isinstance(found, int | float):
        return False
    if isinstance(found, float) or isinstance(wanted, float):
        return math.isclose(found, wanted, rel_tol=1e-9) or (
            math.isnan(found) and math.isnan(wanted)
        )
    return found == wanted


def _sorted(members):
    return sorted(each for each in members if not math.isnan(each))


def faults(tree):
    """Return what is said against the types of a claim."""
    scope = {name: kind for word, kind in TYPES.items() for name in NAMES[word]}
    scope |= dict.fromkeys(NAMES["vector"], ANY)
    scope |= {name: Function(None, ANY) for name in FUNCTIONS - BUILTINS.keys()}
    scope["f"] = Function(None, ANY)
    found = infer(tree, scope)
    return found if isinstance(found, tuple) else ()


def answers(claim):
    """Yield each engine that gives an answer, the answer, and what is documented."""
    tree = read(claim)
    if isinstance(tree, Fault):
        return
    wanted = documented(claim)
    for name, engine in ENGINES.items():
        if isinstance(wanted, PastLimit) or (isinstance(wanted, NotReal) and name != "plain"):
            continue  # over arrays, what is not real is NaN, and undefined as such
        found = engine(claim, tree)
        if not (isinstance(found, str) and found == REFUSED):
            yield name, found, NO_VALUE if isinstance(wanted, NotReal) else wanted


def differs(claim):
    """Return the engine that disagrees, what it says, and what is documented; None if none does."""
    told = ((name, *said) for name, *said in answers(claim) if not same(*said))
    return next(told, None)


def smallest(claim):
    """Return the smallest part of a claim on which the engines still disagree."""
    engine, *_ = differs(claim)
    for node in smaller(claim.node):
        try:
            part = claim._replace(node=node, text=Writer(random.Random(0)).line(node))
            if not faults(read(part)) and (differs(part) or [""])[0] == engine:
                return smallest(part)
        except (KeyError, TypeError, ValueError, AttributeError, AssertionError):
            continue  # a part that hangs on what is around it
    return claim


def told(claim, seed):
    """Return a message that lets a person replay a disagreement."""
    small = smallest(claim)
    names = {name: found for name, found in small.names.items() if name in small.text}
    return (
        f"`{small.text}` with {names} up to {small.tolerance}: {differs(small)}\n"
        f"out of `{claim.text}`, PV_DIFFERENTIAL_SEED={seed}"
    )


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_all_ways_to_compute_a_claim_agree_with_the_documentation():
    counts = Counter()
    for number in range(CLAIMS):
        claim = drawn(f"{SEED} {number}")
        counts["prose"] += isinstance(read(claim), Fault)
        for name, found, wanted in answers(claim):
            assert same(found, wanted), told(claim, SEED)
            counts[name] += 1
            counts[f"{name}, no value"] += isinstance(wanted, str) and wanted == NO_VALUE
    print(f"seed {SEED}: {dict(counts)}")  # noqa: T201 - what a person replays it with
    assert counts["prose"] < 0.03 * CLAIMS
    for name, share in LEAST_SHARE.items():
        assert counts[name] >= share * CLAIMS, (name, counts)


@pytest.mark.slow
def test_a_claim_that_makes_sense_has_no_faulty_type():
    for number in range(CLAIMS // 5):
        claim = drawn(f"{SEED} {number}")
        tree = read(claim)
        assert isinstance(tree, Fault) or not faults(tree), (claim.text, SEED)


@pytest.mark.slow
def test_a_number_is_no_truth_value_and_a_truth_value_no_number():
    refused = 0
    for number in range(CLAIMS // 5):
        claim = drawn(f"{SEED} mistaken {number}", mistaken=True)
        tree = read(claim)
        if isinstance(tree, Fault) or faults(tree):
            refused += 1
            continue
        for name, found, wanted in answers(claim):
            if name in {"plain", "arrays"}:
                assert same(found, wanted), told(claim, SEED)
    assert refused > CLAIMS // 100


def test_a_thousand_claims_agree_in_the_quick_suite():
    for number in range(1000):
        claim = drawn(f"quick {number}")
        assert not differs(claim), told(claim, f"quick {number}")
        tree = read(claim)
        assert isinstance(tree, Fault) or not faults(tree), claim.text
