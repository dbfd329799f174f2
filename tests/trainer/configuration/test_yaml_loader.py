"""Plain scalars mean what YAML 1.2 says; the same table decides in pv, which reads it otherwise."""

import pytest
import yaml

from pv.contract.yaml.core_schema import resolve
from trainer.configuration.yaml_loader import load_yaml

TEXTS = [
    "010", "-07", "0o17", "0x1F", "+3", "1_000", "1:30", "12:30:45", "1e-6", "1.5e3", ".5", "5.",
    "no", "yes", "on", "off", "y", "true", "False", "NULL", "~", "null", "nul", "2024-01-31", "abc",
    "0b11", "1.2.3", "1e", "-.5", "e5",
]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_a_scalar_is_what_the_core_schema_says(text):
    found = load_yaml(text)
    assert found == resolve(text)
    assert type(found) is type(resolve(text))


def test_an_empty_value_is_null_and_quotes_make_a_text():
    assert load_yaml("a:\nb: '010'\nc: !!str 3") == {"a": None, "b": "010", "c": "3"}


def test_infinity_is_a_number():
    assert load_yaml("[.inf, -.inf]") == [float("inf"), float("-inf")]


def test_merged_keys_are_merged():
    assert load_yaml("a: &x {b: 1}\nc: {<<: *x, d: 2}")["c"] == {"b": 1, "d": 2}


def test_a_key_given_twice_is_refused():
    with pytest.raises(yaml.YAMLError, match="the key a occurs twice"):
        load_yaml("a: 1\na: 2")
