"""Values go to parameters of their names, or in the order of the contract, and never astray."""

import numpy as np
import pytest

from pv.engines.calling.foreign_callables import Unusable
from pv.engines.calling.named_calls import giving
from pv.engines.calling.object_members import asked, method_of

VALUES = {"a": 1, "b": 2}


def plain(a, b):
    return (a, b)


def turned(b, a):
    return (a, b)


def named(*, a, b, c=9):
    return (a, b)[: c or 2]


def first_only(a, /, b):
    return (a, b)


def others(x, y):
    return (x, y)


def rest(*values):
    return values


def default(a, b, c=3):
    return (a, b)[: c or 2]


@pytest.mark.parametrize("function", [plain, turned, named, first_only, others, rest, default, max])
def test_a_value_goes_to_the_parameter_of_its_name_or_to_its_place(function):
    positional, more = giving(function, "f", ["a", "b"], {})(VALUES)
    found = function(*positional, **more)
    assert found == (2 if function is max else (1, 2))


def test_what_is_given_as_well_must_fit():
    assert giving(default, "f", ["a", "b"], {"c": 4})(VALUES).named.keys() >= {"b"}
    with pytest.raises(Unusable, match=r"f\(a, b\) does not fit: the machine gives \(a, b\)"):
        giving(plain, "f", ["a", "b"], {"c": 4})


@pytest.mark.parametrize(
    ("function", "names", "told"),
    [
        (plain, ["a"], r"f\(a, b\) does not fit: the machine gives \(a\)"),
        (plain, ["a", "b", "c"], "too many"), (plain, ["b", "x"], "`b` is another parameter"),
        (plain, ["x", "a"], "`a` is another parameter; use the names of the parameters"),
        (named, ["x", "y"], "does not fit"),
    ],
)  # fmt: skip
def test_a_call_that_does_not_fit_says_why(function, names, told):
    with pytest.raises(Unusable, match=told):
        giving(function, "f", names, {})


@pytest.mark.parametrize("names", [["a", "x"], ["x", "b"]])
def test_a_name_that_stands_in_its_place_fits(names):
    positional, more = giving(plain, "f", names, {})(dict(zip(names, (1, 2), strict=True)))
    assert (positional, more) == ((1, 2), {})


class Counter:
    start = 3

    def __init__(self):
        self.items = np.array([1, 2])

    def size(self):
        return len(self.items)

    def add(self, much, times):
        return self.start + much * times

    def every(self):
        return self.items


def test_an_object_is_read_and_called_by_names():
    made = Counter()
    assert (asked(made, "start"), asked(made, "size")) == (3, 2)
    assert (asked(made, "items"), asked(made, "every")) == ((1, 2), (1, 2))
    assert method_of(made, "add", ["times", "much"])(2, 5) == 13
    assert method_of(made, "every", [])() == (1, 2)


@pytest.mark.parametrize("name", ["start", "missing"])
def test_what_is_no_method_is_told(name):
    with pytest.raises(Unusable, match=f"Counter has no method `{name}`"):
        method_of(Counter(), name, [])
    if name == "missing":
        with pytest.raises(Unusable, match="Counter has no attribute `missing`"):
            asked(Counter(), name)
