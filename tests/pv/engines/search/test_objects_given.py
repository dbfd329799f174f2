"""What code is given of a drawn object: a copy in each call, the same that claims are about."""

import json

import pytest

HEAD = """\
metadata: {version: 1.0.0, kind: pattern, description: d, references: [r]}
equations:
"""


@pytest.fixture
def decide(project):
    """Prove claims about code; each row is an equation, its domain, more of its entry, a claim."""

    def run(code, *rows, verb="prove"):
        project.write("rule.py", "from hypothesis import strategies as st\n" + code)
        equations, obligations = {}, []
        entries = []
        for n, (name, domain, more, claim) in enumerate(rows):
            if name not in equations:
                equations[name] = {"formula": f"a thing called {name}", "domain": domain}
                entry = {"contract": "o-v1", "equation": name, "callable": f"rule:{name}"}
                entries.append({**entry, "status": "implemented", **more})
            said = {"id": f"O-{n}", "property": "p", "equation": name}
            kind = (
                {"type": "determinism"} if claim is None else {"type": "invariant", "formal": claim}
            )
            obligations.append({**said, **kind})
        lines = [f"  {name}: {json.dumps(each)}\n" for name, each in equations.items()]
        contract = HEAD + "".join(lines) + f"proof_obligations: {json.dumps(obligations)}\n"
        project.write("contracts/o-v1.yaml", contract)
        bindings = {"version": "1.0.0", "target": "t", "bindings": entries}
        project.write("contracts/bindings/counting.yaml", json.dumps(bindings))
        _, results = project.results(verb, "contracts/o-v1.yaml", "--fresh")
        return [results[f"O-{n}"] for n, _ in enumerate(rows)]

    return run


def verdicts(found):
    return [each["verdict"] for each in found]


def test_streams_and_iterators_are_given_whole(decide):
    code = """
import io
files = st.text(min_size=1).map(io.StringIO)
def f(fh): return len(fh.read())
"""
    entry = {"draws": {"file": "rule:files"}}
    rows = [("f", "fh: file", entry, "f(fh) = 0"), ("f", "", {}, "f(fh) >= 1")]
    assert verdicts(decide(code, *rows)) == ["REFUTED", "SURVIVED"]


BAGS = """
class Bag:
    def __init__(self, xs): self.xs = xs
    def __repr__(self): return f"Bag({self.xs})"
bags = st.lists(st.lists(st.integers(), max_size=3).map(Bag), min_size=1)
def f(b): b.xs.clear(); return 0
def push(b): b.xs.append(1); return len(b.xs)
def same(b): return b
def size(b): return len(b.xs)
"""
BAG = {"draws": {"bags": "rule:bags"}, "functions": {"size": "rule:size"}}


def test_a_part_of_an_object_is_given_as_a_copy_too(decide):
    rows = [
        ("f", "xs: bags", BAG, "f(xs[0]) = size(xs[0])"),
        ("push", "xs: bags", BAG, "push(xs[0]) = size(xs[0]) + 1"),
    ]
    assert verdicts(decide(BAGS, *rows)) == ["REFUTED", "SURVIVED"]


def test_what_is_equal_by_identity_alone_is_not_compared(decide):
    (found,) = decide(BAGS, ("same", "xs: bags", BAG, "same(xs[0]) = xs[0]"))
    assert found["verdict"] == "ERROR"
    assert "equal by identity alone" in found["reason"]


def test_what_cannot_be_copied_is_an_error(decide):
    code = """
import threading
class Locked:
    def __init__(self, n): self.n, self.lock = n, threading.Lock()
locked = st.integers().map(Locked)
def f(b): b.n = 0; return 0
def n(b): return b.n
"""
    entry = {"draws": {"locked": "rule:locked"}, "functions": {"n": "rule:n"}}
    (found,) = decide(code, ("f", "b: locked", entry, "f(b) = n(b)"))
    assert found["verdict"] == "ERROR"
    assert "of which there is no copy" in found["reason"]


def test_each_equation_draws_as_its_own_entry_says(decide):
    code = """
short = st.sampled_from(["", "a", "b"])
def f(s): return len(s)
def g(s): return len(s) if len(s) < 2 else -1
"""
    rows = [
        ("f", "s: string", {"draws": {"string": "rule:short"}}, "f(s) <= 1"),
        ("g", "s: string", {}, "g(s) = length(s)"),
    ]
    assert verdicts(decide(code, *rows)) == ["SURVIVED", "REFUTED"]
    assert verdicts(decide(code, *rows[::-1])) == ["REFUTED", "SURVIVED"]


def test_two_ways_to_draw_a_kind_leave_a_third_equation_unbound(decide):
    code = """
one, two = st.just("a"), st.just("bb")
def f(s): return len(s)
def g(s): return len(s)
def h(s): return len(s)
"""
    rows = [
        ("f", "s: word", {"draws": {"word": "rule:one"}}, "f(s) = 1"),
        ("g", "s: word", {"draws": {"word": "rule:two"}}, "g(s) = 2"),
        ("h", "t: word", {}, "h(t) >= 1"),
    ]
    assert verdicts(decide(code, *rows)) == ["SURVIVED", "SURVIVED", "UNBOUND"]


def test_few_values_behind_a_filter_are_not_all_there_are(decide):
    code = """
rare = st.integers(0, 10**6).filter(lambda x: x % 3001 == 7)
def f(s): return s if s < 50000 else -1
"""
    (found,) = decide(code, ("f", "s: rare", {"draws": {"rare": "rule:rare"}}, "f(s) >= 0"))
    assert found["verdict"] in {"UNKNOWN", "REFUTED", "VACUOUS"}


def test_objects_whose_value_there_is_but_once_are_told_apart(decide):
    code = """
from enum import Enum
class Sw(Enum):
    ON = True
    OFF = False
empty, none = st.just([]), st.just(())
def on(c): return 1 if c.name == "ON" else 0
def kinds(xs, ys): return 0 if type(xs) is type(ys) else -1
"""
    two = {"draws": {"a": "rule:empty", "b": "rule:none"}}
    rows = [
        ("on", "c: sw", {"draws": {"sw": "rule:Sw"}}, "on(c) in {0, 1}"),
        ("kinds", "xs: a, ys: b", two, "kinds(xs, ys) >= 0"),
    ]
    assert verdicts(decide(code, *rows)) == ["SURVIVED", "REFUTED"]


def test_results_without_items_are_given_as_what_they_were(decide):
    code = """
def key(n): return tuple(range(n))
def parts(n): return list(range(n))
def join(k, p): return k + tuple(p)
"""
    helpers = {"functions": {"key": "rule:key", "parts": "rule:parts"}}
    claim = "length(join(key(n), parts(n))) = 2 * n"
    (found,) = decide(code, ("join", "n in 0..4", helpers, claim))
    assert found["verdict"] in {"PROVED", "SURVIVED"}


def test_determinism_gives_code_the_object_itself(decide):
    code = """
import datetime, random
def year(d): return d.year
def chance(d): return random.random() if isinstance(d, datetime.date) else 0
def both(n, d): return d.year + n
"""
    rows = [
        ("year", "d: date", {}, None), ("chance", "d: date", {}, None),
        ("both", "n in 0..3, d: date", {}, None),
    ]  # fmt: skip
    assert verdicts(decide(code, *rows)) == ["SURVIVED", "REFUTED", "SURVIVED"]


@pytest.mark.parametrize(
    "code", ["words = st.text().map(lambda x: 1 / 0)", "def words(): return 1 / 0"]
)
def test_a_strategy_that_raises_is_an_error_of_the_binding(decide, code):
    code += "\ndef f(s): return 0\n"
    (found,) = decide(code, ("f", "s: word", {"draws": {"word": "rule:words"}}, "f(s) = 0"))
    assert found["verdict"] == "ERROR"
    assert "ZeroDivisionError: division by zero" in found["reason"]
    assert "bug in pv" not in found["reason"]


def test_lists_of_things_without_equality_are_not_said_to_change(decide):
    code = """
class P:
    def __init__(self, n): self.n = n
plains = st.lists(st.integers().map(P))
def count(ps): return len(ps)
"""
    (found,) = decide(
        code, ("count", "ps: plains", {"draws": {"plains": "rule:plains"}}, "count(ps) >= 0")
    )
    assert found["verdict"] == "SURVIVED"


def test_the_formula_of_an_equation_is_held_against_objects(decide, project):
    decide("def f(s): return s + s\n", ("f", "s: string", {}, "f(s) = f(s)"))
    project.change("contracts/o-v1.yaml", '"a thing called f"', '"f(s) = s + s"')
    _, results = project.results("falsify", "contracts/o-v1.yaml", "--fresh")
    assert results["o-v1/f/equals-formula"]["verdict"] == "SURVIVED"


INDEXED = """
class Indexed:
    def __init__(self, items):
        self.items, self.places = list(items), {x: n for n, x in enumerate(items)}
    def __getstate__(self): return self.items
    def __setstate__(self, items): self.__init__(items)
    def drop(self): self.items.pop(0)
def made(items):
    found = Indexed(items)
    found.drop()
    return found
indexed = st.lists(st.integers(), min_size=2, unique=True).map(made)
def place(s): return s.places[s.items[0]]
"""


def test_a_copy_is_as_broken_as_what_was_drawn(decide):
    entry = {"draws": {"indexed": "rule:indexed"}}
    rows = [("place", "s: indexed", entry, "place(s) = 0"), ("place", "", {}, "place(s) = 1")]
    assert verdicts(decide(INDEXED, *rows)) == ["REFUTED", "SURVIVED"]
