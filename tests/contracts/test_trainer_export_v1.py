"""Checks of trainer-export-v1, by `pv generate`: change the contract, not this.

Made from 43e130ae029347e2f8b276f40209ae38ee31b850764e37dd05f26ac8beb6c427.
"""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.bindings.trainer_export import damaged, read_again, read_by_transformers
from pv.testing import (
    close,
    counterexample,
    raises,
)


def read_again_formula(layers, heads, tied, seed):
    return 0


def test_ft_tex_001():
    """A tied model stays tied

    If it fails: The head is written beside the embedding, or read as another tensor. Look at
    the names.
    """
    for layers, heads, tied, seed in product(range(1, 3), range(1, 3), range(0, 2), range(0, 2)):
        if not (tied == 1):
            continue
        assert read_again(layers, heads, tied, seed) == 0, (
            f"{layers = }, {heads = }, {tied = }, {seed = }"
        )


def test_ft_tex_002():
    """The built-in decoder is Llama as transformers has it

    If it fails: config.json says something else than the decoder computes. Look at the rotary
    positions, the norms' epsilon and what is tied.
    """
    for architecture in ("decoder", "llama", "gpt2", "qwen2"):
        if not (architecture == "decoder"):
            continue
        assert read_by_transformers(architecture) <= 1e-05, f"{architecture = }"


def test_ft_tex_003():
    """A NaN in a weight is named by its tensor

    If it fails: Weights are loaded unseen, and the run dies at its first batch. Look at
    load_model.
    """
    for damage in (
        "truncated",
        "header",
        "shape",
        "absent",
        "nan",
        "infinite",
        "config",
        "weights",
    ):
        if not (damage == "nan"):
            continue
        assert raises("input_layernorm.* non-finite", damaged, damage), f"{damage = }"


@settings(deadline=None)
@given(
    layers=st.integers(1, 2),
    heads=st.integers(1, 2),
    tied=st.integers(0, 1),
    seed=st.integers(0, 1),
)
def test_read_again_equals_formula(layers, heads, tied, seed):
    """read_again(layers, heads, tied, seed) = 0"""
    assert close(
        read_again(layers, heads, tied, seed),
        read_again_formula(layers, heads, tied, seed),
        absolute=1e-09,
        relative=1e-07,
    )


def test_tex_inv_001():
    """An export that is read again has the logits of the model, bit for bit"""
    for layers, heads, tied, seed in product(range(1, 3), range(1, 3), range(0, 2), range(0, 2)):
        assert read_again(layers, heads, tied, seed) == 0, (
            f"{layers = }, {heads = }, {tied = }, {seed = }"
        )


def test_tex_eqv_002():
    """transformers reads an export, and finds the same logits to rounding"""
    for architecture in ("decoder", "llama", "gpt2", "qwen2"):
        assert read_by_transformers(architecture) <= 1e-05, f"{architecture = }"


def test_tex_pre_003():
    """Nothing damaged is loaded, and the message says what it is"""
    for damage in (
        "truncated",
        "header",
        "shape",
        "absent",
        "nan",
        "infinite",
        "config",
        "weights",
    ):
        assert raises(
            "model.safetensors|config.json|embed_tokens|input_layernorm", damaged, damage
        ), f"{damage = }"


def verify_sym_tex_001(layers: int, heads: int, tied: int, seed: int) -> bool:
    """read_again(layers, heads, tied, seed) = 0

    pre: 1 <= layers <= 2
    pre: 1 <= heads <= 2
    pre: 0 <= tied <= 1
    pre: 0 <= seed <= 1
    post: __return__
    """
    return read_again(layers, heads, tied, seed) == 0


@pytest.mark.symbolic
def test_sym_tex_001_symbolically():
    """No path of the code contradicts SYM-TEX-001 (CrossHair, within 10 s)."""
    assert counterexample(verify_sym_tex_001, seconds=10) is None
