import pytest

from pv.claims import read_field
from pv.claims.domains.read_space import space_of
from pv.claims.types import ANY, INT, REAL, STRING
from pv.report.readings.type_words import kind_of, scope_of


def space(text):
    return space_of(read_field("domain", text))


@pytest.mark.parametrize(
    ("domain", "kind"),
    [
        ("x in R", "Real"), ("x in Z", "Int"), ("x in 1..9", "Int in [1, 9]"),
        ("x in (0, 1]", "Real in (0, 1]"), ("x in [0, 1)", "Real in [0, 1)"),
        ("x > 0", "Real in (0, ∞]"), ("x <= 0", "Real in [-∞, 0]"),
        ("x in {1, 2}", "Int in {1, 2}"), ("x in {1, 2.5}", "Real in {1, 2.5}"),
        ('x in {"a", "b"}', 'String in {"a", "b"}'), ("x in R^n", "Vector(n) of Real"),
        ("x in [0, 1]^{n x m}", "Matrix(n, m) of Real in [0, 1]"),
        ("x in R^{n x m x k}", "Array(n, m, k) of Real"),
        ("x in {0, 1}^3", "Vector(3) of Int in {0, 1}"),
    ],
    ids=str,
)  # fmt: skip
def test_a_variable_has_a_type_in_words(domain, kind):
    assert kind_of(space(domain).variables["x"]) == kind


def test_the_types_of_arrays_and_of_what_is_derived_are_not_known():
    found = scope_of(space('x in R^n, k in 1..9, t in R, s in {"a"}'))
    assert found == {"n": INT, "x": ANY, "k": INT, "t": REAL, "s": STRING}
