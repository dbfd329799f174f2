"""Objects that are no numbers: drawn by Hypothesis, looked into by functions of the binding."""

import json

import pytest

CONTRACT = """\
metadata: {version: 1.0.0, kind: pattern, description: d, references: [r]}
equations:
  neighbours: {formula: those beside u in G, domain: {G: graph, u: 0..3}}
  shout: {formula: a text in capitals, domain: {s: string}}
  following: {formula: the day after, domain: {d: date}}
  mixed: {formula: a darker one, domain: {c: colour}}
  area: {formula: its area, domain: {r: rectangle}}
  item: {formula: one of some, domain: "xs: texts, i ∈ 0..length(xs) - 1"}
  push: {formula: the size after one more, domain: {b: bag}}
  held: {formula: the size, domain: "b: bag, i ∈ 0..size(b)"}
  opened: {formula: its number, domain: {k: crate}}
  lost: {formula: nothing, domain: {q: quux}}
  short: {formula: a text, domain: "s ∈ string, length(s) ≤ 1, s != \\"\\""}
proof_obligations:
"""
CODE = """\
import datetime
from dataclasses import dataclass
from enum import Enum

from hypothesis import strategies as st


class Graph:
    def __init__(self, edges):
        self.edges = set(edges)

    def __repr__(self):
        return f"Graph({sorted(self.edges)})"


def graphs():
    return st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3))).map(Graph)


def adjacent(graph, u, v):
    return bool({(u, v), (v, u)} & graph.edges)


def neighbours(graph, u):
    return sorted({b for a, b in graph.edges if a == u} | {a for a, b in graph.edges if b == u})


def shout(text):
    return text.upper()


def following(day):
    return day + datetime.timedelta(days=1)


class Colour(Enum):
    RED = 1
    GREEN = 2


def mixed(colour):
    return {Colour.RED: 3, Colour.GREEN: 4}[colour]


@dataclass
class Rectangle:
    width: int
    height: int


def area(rectangle):
    assert isinstance(rectangle, Rectangle)
    return rectangle.width * rectangle.height


texts = st.lists(st.text(), min_size=1)


def item(found, at):
    return found[at]


class Bag:
    def __init__(self):
        self.items = []


bags = st.builds(Bag)


def push(bag):
    bag.items.append(1)
    return len(bag.items)


def size(bag):
    return len(bag.items)


crates = st.integers(0, 499)


def opened(crate):
    return crate


number = 7
"""
DRAWS = {
    "neighbours": 'draws: {graph: "rule:graphs"}, functions: {adjacent: "rule:adjacent"}',
    "mixed": 'draws: {colour: "rule:Colour"}',
    "area": 'draws: {rectangle: "rule:Rectangle"}',
    "item": 'draws: {texts: "rule:texts"}',
    "opened": 'draws: {crate: "rule:crates"}',
    "held": 'draws: {bag: "rule:bags"}, functions: {size: "rule:size"}',
    "push": 'draws: {bag: "rule:bags"}, functions: {size: "rule:size"}',
}
NAMES = (
    "neighbours",
    "shout",
    "following",
    "mixed",
    "area",
    "item",
    "push",
    "opened",
    "held",
    "lost",
    "short",
)


def bindings(draws):
    head = "version: 1.0.0\ntarget: objects\nbindings:\n"
    entries = []
    for name in NAMES:
        code = {"lost": "area", "short": "shout", "held": "push"}.get(name, name)
        more = f", {draws[name]}" if name in draws else ""
        entries.append(
            f"  - {{contract: objects-v1, equation: {name}, callable: 'rule:{code}',"
            f" status: implemented{more}}}\n"
        )
    return head + "".join(entries)


def entry(number, equation, claim):
    said = json.dumps(claim, ensure_ascii=False)
    return (
        f"  - {{id: O-{number}, type: invariant, property: p, equation: {equation},"
        f" formal: {said}}}\n"
    )


@pytest.fixture
def decide(project):
    """Prove claims about equations of the contract above, and return the results."""

    def run(*claims, draws=DRAWS, more="", words=("--fresh",)):
        project.write("rule.py", CODE)
        said = "".join(entry(n, *each) for n, each in enumerate(claims))
        project.write("contracts/objects-v1.yaml", CONTRACT + said + more)
        project.write("contracts/bindings/counting.yaml", bindings(draws))
        _, results = project.results("prove", "contracts/objects-v1.yaml", *words)
        return [results[f"O-{n}"] for n, _ in enumerate(claims)]

    return run


RIGHT = (
    ("neighbours", "for all v in neighbours(G, u): adjacent(G, u, v)"),
    ("shout", "shout(shout(s)) = shout(s)"),
    ("shout", "forall t in string: shout(s + t) = shout(s) + shout(t)"),
    ("following", "following(d) > d"),
    ("mixed", "mixed(c) >= 3"),
    ("area", "area(r) = r.width * r.height"),
    ("item", "item(xs, i) = xs[i]"),
    ("push", "push(b) = size(b) + 1"),
    ("short", "length(s) = 1 and length(short(s)) >= 1"),
)


def test_what_is_right_of_objects_survives(decide):
    found = {each["claim"]: each for each in decide(*RIGHT)}
    assert {claim: told["verdict"] for claim, told in found.items()} == dict.fromkeys(
        (claim for _, claim in RIGHT), "SURVIVED"
    )
    assert found["mixed(c) >= 3"]["cases"] == 2
    assert found["shout(shout(s)) = shout(s)"]["cases"] == 1_000
    assert found[RIGHT[0][1]]["subject"] == "rule:neighbours"


WRONG = (
    ("neighbours", "not (u in neighbours(G, u))", {"G": "Graph([(0, 0)])", "u": 0}),
    ("shout", "length(shout(s)) = length(s)", None),
    ("short", "short(s) = s", None),
    ("following", "following(d) = d", {"d": "datetime.date(2000, 1, 1)"}),
    ("area", "area(r) >= 0", None),
    ("push", "push(b) = size(b)", None),
)


def test_a_counterexample_shows_the_object_at_its_simplest(decide):
    for told, (_, claim, case) in zip(decide(*(each[:2] for each in WRONG)), WRONG, strict=True):
        assert told["verdict"] == "REFUTED", claim
        assert case in (None, told["counterexample"])


def test_what_few_objects_show_is_found_among_a_thousand(decide):
    every = (137, 251, 389, 467)
    told = decide(*(("opened", f"opened(k) != {each}") for each in every))
    assert [each["verdict"] for each in told] == ["REFUTED"] * len(every)
    assert sum(each["cases"] > 200 for each in told) >= 1


def test_a_domain_looks_into_an_object_by_the_helpers_of_its_claim(decide):
    right, wrong = decide(("held", "i <= size(b) < held(b)"), ("held", "i + held(b) = size(b)"))
    assert right["verdict"] == "SURVIVED"
    assert (wrong["verdict"], wrong["counterexample"]["i"]) == ("REFUTED", 0)


def test_a_domain_of_objects_that_has_no_value_is_told(decide):
    (told,) = decide(("held", "held(b) >= 0 * i"))
    assert (told["verdict"], told["reason"]) == (
        "UNKNOWN", "it has no value: there is no function `size`",
    )  # fmt: skip


def test_what_nothing_draws_is_unbound_and_says_how_to_draw_it(decide):
    told, other = decide(("lost", "lost(q) = 1"), ("neighbours", "neighbours(G, u) = 1"), draws={})
    assert (told["verdict"], other["verdict"]) == ("UNBOUND", "UNBOUND")
    assert "`q` is a `quux`, and no binding says how to draw one" in told["reason"]
    assert "draws: {graph: module:strategy}" in other["reason"]


def test_helpers_alone_are_no_subject_of_a_claim(decide):
    (told,) = decide(("neighbours", "adjacent(G, u, u) implies adjacent(G, u, u)"))
    assert told["verdict"] == "UNBOUND"
    assert "nothing that a formula defines" in told["reason"]


@pytest.mark.parametrize(
    ("reference", "why"),
    [
        ("rule:nothing", "there is no `nothing`"),
        ("rule:number", "is no Hypothesis strategy"),
        ("rule:shout", "gives no Hypothesis strategy"),
        ("rule:size", "gives no Hypothesis strategy"),
        ("nowhere:graphs", "there is no module `nowhere`"),
    ],
)
def test_what_draws_nothing_is_an_error_of_the_binding(decide, reference, why):
    draws = {**DRAWS, "area": f'draws: {{rectangle: "{reference}"}}'}
    (told,) = decide(("area", "area(r) = r.width * r.height"), draws=draws)
    assert told["verdict"] == "ERROR"
    assert why in told["reason"]


def test_a_changed_strategy_makes_evidence_stale(decide, project):
    claims = [("neighbours", RIGHT[0][1])]
    decide(*claims, words=())
    assert decide(*claims, words=())[0]["cached"]
    project.change("rule.py", "st.integers(0, 3))).map", "st.integers(0, 2))).map")
    _, results = project.results("prove", "contracts/objects-v1.yaml")
    assert not results["O-0"]["cached"]


@pytest.mark.slow
def test_no_prover_takes_an_object_for_a_number(decide):
    more = "symbolic_checks:\n" + "".join(
        f"  - {{id: S-{strategy}, obligation: O-0, bound: 9, strategy: {strategy}}}\n"
        for strategy in (
            "exhaustive",
            "bounded_int",
            "bounded_float",
            "stub_float",
            "compositional",
        )
    )
    decide(("shout", "shout(s) = shout(s)"), more=more)
    (told,) = decide(("shout", "length(shout(s)) >= 0"), more=more)
    assert told["verdict"] in {"SURVIVED", "VACUOUS"}


def test_two_draws_of_one_seed_are_alike(decide):
    claims = [("shout", "length(shout(s)) = length(s)")]
    first, second = (decide(*claims)[0]["counterexample"] for _ in range(2))
    assert first == second


def test_code_is_called_again_with_what_was_drawn(decide, project):
    names = ("area", "mixed", "following", "shout")
    more = "".join(
        f"  - {{id: D-{name}, type: determinism, property: p, equation: {name}}}\n"
        for name in names
    )
    decide(RIGHT[5], more=more)
    _, results = project.results("prove", "contracts/objects-v1.yaml")
    assert {results[f"D-{name}"]["verdict"] for name in names} == {"SURVIVED"}, results
