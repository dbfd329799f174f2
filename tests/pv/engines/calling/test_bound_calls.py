import sys
from fractions import Fraction

import numpy as np
import pytest

from pv.binding.model import Bound
from pv.claims.values import Members
from pv.engines.calling.bound_calls import bound_call
from pv.engines.calling.foreign_callables import Unusable
from pv.engines.calling.object_members import asked, method_of
from pv.engines.calling.plain_values import plain, plain_case

CODE = """\
from decimal import Decimal
class Object: pass
def bytes_of(): return b"A"
def set_of(): return {1}
def decimal_of(): return Decimal("0.1")
def list_of(): return [1]
def object_of(): return Object()
def clear(xs):
    xs.clear()
    return xs
def dtype_of(x): return str(x.dtype)
def kind_of(x): return type(x).__name__
def spoil(x):
    x[0] = 9.0
    return x
def add(a, b=1): return a + b
def leave(): raise SystemExit(7)
def inner_fault(a): return a + None
def pair(x): return x.sum(), x
"""


@pytest.fixture(autouse=True)
def _code(tmp_path, monkeypatch):
    (tmp_path / "array_code.py").write_text(CODE, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield
    sys.modules.pop("array_code", None)


def call(name, *values, **bound):
    return bound_call(Bound(f"array_code:{name}", **bound))(*values)


@pytest.mark.parametrize(
    ("value", "dtype", "seen"),
    [
        (np.ones(2), "float32", "float32"),
        (np.ones(2), "float64", "float64"),
        (np.array([1, 2]), "float32", "int64"),
    ],
)
def test_reals_are_given_in_the_bound_type_and_integers_as_they_are(value, dtype, seen):
    assert call("dtype_of", value, dtype=dtype) == seen


@pytest.mark.parametrize("value", [3, 0.5, "text"])
def test_what_is_no_array_is_given_as_it_is(value):
    assert call("kind_of", value) == type(value).__name__


def test_a_callable_that_takes_tensors_is_given_tensors():
    assert call("kind_of", np.ones(2), arrays="torch") == "Tensor"
    assert call("dtype_of", np.ones(2), arrays="torch", dtype="bfloat16") == "torch.bfloat16"


@pytest.mark.parametrize("arrays", ["numpy", "torch"])
def test_a_callable_that_changes_its_argument_is_unusable(arrays):
    given = np.ones(2)
    with pytest.raises(Unusable, match="changes its argument 1; give it a copy"):
        call("spoil", given, arrays=arrays)
    assert given.tolist() == [1.0, 1.0]


@pytest.mark.parametrize("arrays", ["numpy", "torch"])
def test_results_are_numbers_and_arrays(arrays):
    total, whole = call("pair", np.ones(2), arrays=arrays)
    assert (type(total), total) == (float, 2.0)
    assert isinstance(whole, np.ndarray)


def test_plain_values_have_no_arrays():
    assert plain((np.array([1, 2]), np.float64(0.5), "a")) == ([1, 2], 0.5, "a")
    assert plain_case({"x": np.eye(2), "n": 3}) == {"x": [[1.0, 0.0], [0.0, 1.0]], "n": 3}


def test_keywords_of_the_binding_are_given_in_every_call():
    assert bound_call(Bound("array_code:add", keywords={"b": 10}))(1) == 11


def test_a_call_that_does_not_fit_the_signature_is_unusable():
    with pytest.raises(Unusable, match=r"add\(a, b=1\) does not fit: the claim gives 3 arguments"):
        bound_call(Bound("array_code:add"))(1, 2, 3)


def test_a_type_error_of_the_code_itself_is_passed_on():
    with pytest.raises(TypeError, match="unsupported operand"):
        bound_call(Bound("array_code:inner_fault"))(1)


def test_leaving_the_process_is_a_fault_of_the_code():
    with pytest.raises(RuntimeError, match=r"it called sys.exit\(7\)"):
        bound_call(Bound("array_code:leave"))()


class Counter:
    def __init__(self):
        self.total = np.array(2)

    def size(self):
        return np.int64(5)

    def add(self, more):
        return self.total + more


def test_methods_and_attributes_of_an_object_have_values_of_claims():
    made = Counter()
    assert (method_of(made, "add", ("more",))(3), asked(made, "total")) == (5, 2)
    assert asked(made, "size") == 5


def test_a_missing_method_or_attribute_is_unusable():
    with pytest.raises(Unusable, match="Counter has no method `total`"):
        method_of(Counter(), "total", ())
    with pytest.raises(Unusable, match="Counter has no attribute `length`"):
        asked(Counter(), "length")


def test_numbers_of_numpy_are_given_as_pythons_own():
    assert call("kind_of", np.float64(0.5)) == "float"
    assert call("kind_of", Fraction(1, 2)) == "float"
    assert call("kind_of", Members((1, 2))) == "set"


@pytest.mark.parametrize(
    ("made", "kind"),
    [
        ("bytes_of", "bytes"), ("set_of", "set"), ("decimal_of", "Decimal"), ("list_of", "list"),
        ("object_of", "Object"),
    ],
)  # fmt: skip
def test_other_code_is_given_what_code_returned(made, kind):
    assert call("kind_of", call(made)) == kind


def test_a_list_that_is_changed_is_noticed():
    with pytest.raises(Unusable, match="changes its argument 1; give it a copy"):
        call("clear", call("list_of"))
