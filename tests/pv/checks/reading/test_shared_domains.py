import pytest

from pv.checks.reading.definitions import known_of
from pv.checks.reading.shared_domains import with_shared
from pv.claims import parse, render
from pv.claims.semantics.function_names import FUNCTIONS
from pv.claims.semantics.names import resolve

CONTRACT = """\
equations:
  f: {formula: "f(x, n) = x + n", domain: "x in [0, 1], n in 1..9, x > 0.25"}
  g: {formula: "g(u, w) = u", domain: "u in R, w in R, u < w"}
  h: {formula: "h(x) = x", domain: "x in [5, 9]"}
"""


@pytest.mark.parametrize(
    ("claim", "declared"),
    [
        ("f(y, 1) > 0", {"y": "x"}), ("f(-y, m) > 0", {"y": "x", "m": "n"}),
        ("f(y, y) > 0", {}), ("f(y + 1, 1) > 0", {}), ("f(known, 1) > 0", {}),
        ("x1 > x2", {"x1": "x", "x2": "x"}), ("x' > n3", {"x'": "x", "n3": "n"}),
        ("z1 > 0", {}), ("f(y, 1) > h(y)", {}), ("f(n1, 1) > 0", {"n1": "x"}),
    ],
    ids=str,
)  # fmt: skip
def test_an_argument_may_be_what_the_parameter_may_be(contract, claim, declared):
    read = known_of(contract(CONTRACT))
    space = read.spaces["f"]
    names = {"x", "n", "y", "m", "z1", "x1", "x2", "x'", "n1", "n3", "known", *read.definitions}
    tree = resolve(parse(claim), names | FUNCTIONS, FUNCTIONS)
    known = {"known", "f", "h"}
    found = with_shared(tree, read.definitions, space, known, {"f": space, "h": read.spaces["h"]})
    new = {name: values for name, values in found.variables.items() if name not in space.variables}
    assert new == {name: space.variables[of] for name, of in declared.items()}
    said = {render(each) for each in found.conditions}
    assert said == {"x > 0.25", *(f"{name} > 0.25" for name in declared if declared[name] == "x")}


def test_a_parameter_that_others_bound_lends_its_domain_to_none(contract):
    read = known_of(contract(CONTRACT))
    space = read.spaces["g"]
    tree = resolve(parse("g(v, 1) > 0"), {"v", "g"}, FUNCTIONS)
    assert with_shared(tree, read.definitions, space, {"g"}, {"g": space}) == space
