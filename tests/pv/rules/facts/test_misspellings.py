import pytest
from hypothesis import given
from hypothesis import strategies as st

from pv.rules.facts.misspellings import Names, is_slip


@pytest.mark.parametrize(
    ("word", "name"),
    [("momentm", "momentum"), ("momenntum", "momentum"), ("momemtum", "momentum"),
     ("sepde", "spede"), ("flooor", "floor"), ("floor", "flooor"), ("max_stesp", "max_steps"),
     ("is_inf", "isinf"), ("isfinite", "is_finite")],
)  # fmt: skip
def test_one_letter_is_a_slip(word, name):
    assert is_slip(word, name)
    assert Names([name, "another", "momentary"]).meant_by(word) == {name}


@pytest.mark.parametrize(
    ("word", "name"),
    [("bound", "round"), ("norm_a", "norm_b"), ("norm_x", "norm"), ("step1", "step2"),
     ("step1", "step"), ("Speed", "speed"), ("maxStep", "maxstep"), ("sepde", "speed"),
     ("speedup", "speed"), ("f16", "f32"), ("sort", "sqrt"), ("sgn", "sign"), ("line", "lines"),
     ("max_step", "max_steps"), ("kv_head_dim", "kv_heads_dim"), ("attn_ij", "attn_i"),
     ("stage", "state"), ("steps", "stops"), ("crate", "create"), ("scaled", "scaler"),
     ("format", "formal"), ("exists", "exits"), ("arctanh", "arctan"), ("step_1", "step1")],
)  # fmt: skip
def test_another_name_is_none(word, name):
    assert not is_slip(word, name)


@given(st.text("abm_", max_size=9), st.lists(st.text("abm_", max_size=9), max_size=6))
def test_among_many_names_the_same_are_found_as_one_by_one(word, names):
    assert Names(names).meant_by(word) == {name for name in names if is_slip(word, name)}
