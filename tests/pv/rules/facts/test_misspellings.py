import pytest

from pv.rules.facts.misspellings import is_slip


@pytest.mark.parametrize(
    ("word", "name"),
    [("speed", "sped"), ("sped", "speed"), ("spead", "speed"), ("sepde", "spede"),
     ("max_step", "max_steps"), ("max_steps", "max_step"), ("max_stesp", "max_steps")],
)  # fmt: skip
def test_one_letter_is_a_slip(word, name):
    assert is_slip(word, name)


@pytest.mark.parametrize(
    ("word", "name"),
    [("bound", "round"), ("norm_a", "norm_b"), ("norm_x", "norm"), ("step1", "step2"),
     ("step1", "step"), ("Speed", "speed"), ("sepde", "speed"),
     ("speedup", "speed"), ("f16", "f32")],
)  # fmt: skip
def test_another_name_is_none(word, name):
    assert not is_slip(word, name)
