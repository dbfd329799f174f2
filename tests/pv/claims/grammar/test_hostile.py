"""Claims of a stranger: each ends within a second and 200 MB, in a value or in a fault."""

import json
import subprocess
import sys

import pytest

DEEP = 400
DOUBLING = ", ".join(f"a{n + 1} = a{n} + a{n}" for n in range(60))
CALLING = ", ".join(f"f{n}(t) = f{n + 1}(t) + f{n + 1}(t)" for n in reversed(range(30)))
HOSTILE = {
    "tower": "2^2^2^2^2^2 > 0",
    "tower of nines": "9^9^9^9 = 0",
    "powers of reals": "(1.5^1e300)^1e300 > 0",
    "long product": " * ".join(["(7^40000)"] * 300) + " > 0",
    "squares of squares": "a9 > 0 where a0 = 3^30000, "
    + ", ".join(f"a{n + 1} = a{n} * a{n}" for n in range(9)),
    "factorial": "Π_{i=1}^{999999} i > 0",
    "sum of a million": "Σ_{i=1}^{999999} i^2 % 7 > 0",
    "range too long": "sum(1..10^15) > 0",
    "nested quantifiers": "∀ i in 1..99999: ∀ j in 1..99999: ∀ k in 1..99999: i + j + k > 0",
    "several variables": "∀ i in 1..99999, j in 1..99999: i + j > 0",
    "exists nothing": "∃ i in 1..999999: ∃ j in 1..999999: i * j < 0",
    "nested sums": "Σ_{i=1}^{9999} Σ_{j=1}^{9999} Σ_{k=1}^{9999} i * j * k > 0",
    "sum of a long range": "∀ i in 1..99999: sum(1..999999) > i",
    "a long range by name": "∀ i in 1..99999: sum(r) + max(r) > i where r = 1..999999",
    "equal ranges": "∀ i in 1..99999: r = q where r = 1..999999, q = 1..999999",
    "member of a long range": "∀ i in 1..99999: -i in r where r = (1..999999) ∪ {0}",
    "unions": "count((1..999999) ∪ (2..999999)) = 999999",
    "subset": "(1..999999) ⊆ (1..999999)",
    "doubled text": f'length(a60) > 0 where a0 = "xx", {DOUBLING}',
    "doubled collection": f"count(a60) > 0 where a0 = (1, 2), {DOUBLING}",
    "text as a format": '"%999999999d" % 5 = "x"',
    "text times number": '"ab" * 999999999 = "x"',
    "calls that double": f"f0(1) = 1 where f30(t) = t, {CALLING}",
    "calls itself": "f(1) = 1 where f(t) = f(t)",
    "call each other": "f(1) = 1 where f(t) = g(t), g(t) = f(t)",
    "brackets": "(" * DEEP + "x" + ")" * DEEP + " = 1",
    "bars": "|" * DEEP + "x" + "|" * DEEP,
    "signs": "-" * DEEP + "x = 1",
    "roots": "√" * DEEP + "x = 1",
    "negations": "not " * DEEP + "x = 1",
    "powers in a row": "^".join(["x"] * DEEP) + " = 1",
    "implications": " implies ".join(["x = 1"] * DEEP),
    "sums in a row": " + ".join(["x"] * 3000) + " = 1",
    "lists in lists": "[" * DEEP + "]" * DEEP + " = 1",
    "subscripts": "x" + "_{i" * DEEP + "}" * DEEP + " = 1",
    "cases": "x = " + "".join(f"{n} if x = {n} else " for n in range(DEEP)) + "0",
    "many statements": "x = 1, " * 5000 + "x = 1",
    "long": "x + " * 50_000 + "x = 1",
    "digits": "9" * 5000 + " > 0",
    "exponent": "1e999999999 > 0",
    "an evil pattern": 'count(matches("a", "(a*)*b" )) = 0',
    "a large pattern": 'count(matches("a", "((a{100}){100}){100}")) = 0',
    "combining marks": "x" + "\u0302" * 10_000 + " = 1",
    "digits from a text": 'number("' + "9" * 10_000 + '") > 0',
}
OF_ARRAYS = {
    "outer products": "v @ v^T @ v @ v^T = 0",
    "an outer product by name": "a = 0 where a = v · v^T",
    "many terms": " + ".join(["exp(v)"] * 400) + " > 0",
    "many distributions": " + ".join(["Phi(v)"] * 400) + " > 0",
    "every pair": "v_i > v_j implies v_i - v_j >= 0",
    "every triple": "v_i + v_j > v_k for all i, j, k",
    "each of a long one": "∀ i in 0..99999: sum(v) > v_i",
    "members": "v in {1, 2, 3, 4, 5, 6, 7, 8, 9}",
    "integers": "Π_i w_i > 0",
    "powers": "w^w^w > 0",
    "as a collection": "count((v_0, v_1) ∪ (1..999999)) > 0",
}
CHILD = """
import json, os, resource, sys, time
from pv.claims import EXACT, EvaluationError, Fault, compile_expression, infer, parse, render
from pv.claims.evaluation.arrays.arithmetic import ARRAYS
from pv.claims.evaluation.scalars.arithmetic import PLAIN
from pv.claims.semantics.function_names import FUNCTIONS
from pv.report.readings.latex import latex
from pv.python_source import NoPython, python_source
from pv.claims.semantics.names import resolve
import numpy as np

def outcome(text, arithmetic):
    scope = {"x": 1.5}
    if arithmetic is ARRAYS:
        scope |= {"v": np.random.default_rng(1).normal(size=300_000)}
        scope |= {"w": np.arange(1, 300_000)}
    tree = parse(text)
    if isinstance(tree, Fault):
        return "fault"
    tree = resolve(tree, {*scope, *FUNCTIONS}, FUNCTIONS)
    infer(tree, {}), render(tree), latex(tree)
    try:
        python_source(tree)
    except NoPython:
        pass
    try:
        return repr(compile_expression(tree, {}, EXACT, arithmetic)(scope))
    except EvaluationError as fault:
        return "no value: " + fault.message

def measured(text, arithmetic):
    receiving, sending = os.pipe()
    started = time.perf_counter()
    child = os.fork()
    if not child:
        resource.setrlimit(resource.RLIMIT_CPU, (5, 5))
        try:
            said = outcome(text, arithmetic)
        except BaseException as fault:
            said = "crash: " + repr(fault)[:200]
        os.write(sending, said[:900].encode())
        os._exit(0)
    os.close(sending)
    _, status, used = os.wait4(child, 0)
    said = os.read(receiving, 1000).decode()
    return [said or f"killed: {status}", used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]

names, arrays = json.load(sys.stdin)
print(json.dumps({
    **{name: measured(text, PLAIN) for name, text in names.items()},
    **{name: measured(text, ARRAYS) for name, text in arrays.items()},
}))
"""


@pytest.fixture(scope="module")
def measured():
    ran = subprocess.run(
        [sys.executable, "-c", CHILD], input=json.dumps([HOSTILE, OF_ARRAYS]),
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(ran.stdout)


@pytest.mark.parametrize("name", [*HOSTILE, *OF_ARRAYS])
def test_a_hostile_claim_ends_soon_and_in_little_room(measured, name):
    said, seconds, megabytes = measured[name]
    assert not said.startswith(("crash", "killed")), said
    assert seconds < 1, said
    assert megabytes < 200, said


def test_what_is_harmless_has_its_value(measured):
    assert measured["implications"][0] == "fault"
    assert measured["an evil pattern"][0] == "True"
    assert measured["subset"][0].startswith("no value: evaluating this takes more than")
    assert measured["calls itself"][0].startswith("no value")
