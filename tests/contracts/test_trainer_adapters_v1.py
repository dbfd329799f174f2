"""Checks of trainer-adapters-v1, by `pv generate`: change the contract, not this.

Made from 88b54db755d0d79a1995a35a0ce02c2b497956e1e970e814cfad08ed06e3b461.

Not here, because nothing could be run:
  trainer-adapters-v1/moved/equals-formula: UNBOUND: `tensors` has no domain and no
    formula
"""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.bindings.trainer_adapters import (
    guarded,
    kept,
    moved,
    multiplied_out,
    put_beside,
    refused,
    resumed,
)
from pv.testing import (
    close,
    counterexample,
    raises,
)


def put_beside_formula(architecture, rank):
    return 0


def resumed_formula(dropout):
    return 0


def kept_formula(rank):
    return 28


def test_ft_tra_001():
    """The random numbers of dropout go on where they were

    If it fails: A factor was not restored, or the generator that dropout draws from. Look at
    what a student calls learnt.
    """
    for dropout in (0, 5):
        if not (dropout > 0):
            continue
        assert resumed(dropout) == 0, f"{dropout = }"


def test_ft_tra_002():
    """A teacher that is the student is refused, adapters or not

    If it fails: Names or factors are compared instead of weights: adapters by themselves make a
    student differ from its teacher.
    """
    for fault in ("twin", "base", "still"):
        if not (fault == "twin"):
            continue
        assert raises("teacher identical to student", guarded, fault), f"{fault = }"


def test_ft_tra_003():
    """A weight that was to stay and did not is noticed

    If it fails: The digest of what is frozen is taken of something else, or once only.
    """
    for fault in ("twin", "base", "still"):
        if not (fault == "base"):
            continue
        assert raises("adapters were to leave alone", guarded, fault), f"{fault = }"


def test_ft_tra_004():
    """Adapters that never move are noticed by smoke mode

    If it fails: Adapters by themselves make a student differ from what it was before the first
    step. Look at what is compared.
    """
    for fault in ("twin", "base", "still"):
        if not (fault == "still"):
            continue
        assert raises("weights did not change", guarded, fault), f"{fault = }"


def test_ft_tra_005():
    """A matrix that is not there is named beside those that are

    If it fails: Names are handed to peft unseen.
    """
    for fault in ("rank", "target", "head", "fresh", "dropout"):
        if not (fault == "target"):
            continue
        assert raises("no linear map query .*q_proj", refused, fault), f"{fault = }"


@settings(deadline=None)
@given(architecture=st.sampled_from(["decoder", "llama", "gpt2", "qwen2"]), rank=st.integers(1, 2))
def test_put_beside_equals_formula(architecture, rank):
    """put_beside(architecture, rank) = 0"""
    assert close(
        put_beside(architecture, rank),
        put_beside_formula(architecture, rank),
        absolute=1e-09,
        relative=1e-07,
    )


@settings(deadline=None)
@given(dropout=st.sampled_from([0, 5]))
def test_resumed_equals_formula(dropout):
    """resumed(dropout) = 0"""
    assert close(resumed(dropout), resumed_formula(dropout), absolute=1e-09, relative=1e-07)


@settings(deadline=None)
@given(rank=st.integers(1, 2))
def test_kept_equals_formula(rank):
    """kept(rank) = 28"""
    assert close(kept(rank), kept_formula(rank), absolute=1e-09, relative=1e-07)


def test_tra_inv_001():
    """A model with fresh adapters is the model, bit for bit"""
    for architecture, rank in product(("decoder", "llama", "gpt2", "qwen2"), range(1, 3)):
        assert put_beside(architecture, rank) == 0, f"{architecture = }, {rank = }"


def test_tra_eqv_002():
    """The export of a model with adapters needs none, and computes the same"""
    for architecture, rank in product(("decoder", "llama", "gpt2", "qwen2"), range(1, 3)):
        assert multiplied_out(architecture, rank) <= 1e-05, f"{architecture = }, {rank = }"


def test_tra_inv_003():
    """Only adapters learn"""
    for part, rank, pieces in product(("weights", "adapters"), range(1, 3), range(1, 3)):
        assert (not part == "weights" or moved(part, rank, pieces) == 0) and (
            not part == "adapters" or moved(part, rank, pieces) == 28
        ), f"{part = }, {rank = }, {pieces = }"


def test_tra_pre_004():
    """What cannot be adapted is refused by name"""
    for fault in ("rank", "target", "head", "fresh", "dropout"):
        assert raises("student.lora", refused, fault), f"{fault = }"


def test_tra_eqv_005():
    """A run by adapters goes on bit for bit"""
    for dropout in (0, 5):
        assert resumed(dropout) == 0, f"{dropout = }"


def test_tra_bnd_007():
    """A checkpoint holds adapters alone, two factors a matrix"""
    for rank in range(1, 3):
        assert kept(rank) == 28, f"{rank = }"


def test_tra_inv_006():
    """The guards hold for a student with adapters too"""
    for fault in ("twin", "base", "still"):
        assert raises(
            "teacher identical to student|leave alone|weights did not change", guarded, fault
        ), f"{fault = }"


def verify_sym_tra_001(part: str, rank: int, pieces: int) -> bool:
    """(part = "weights" implies moved(part, rank, pieces) = 0) and (part = "adapters" implies moved(part, rank, pieces) = 28)

    pre: part in ('weights', 'adapters')
    pre: 1 <= rank <= 2
    pre: 1 <= pieces <= 2
    post: __return__
    """
    return (not part == "weights" or moved(part, rank, pieces) == 0) and (
        not part == "adapters" or moved(part, rank, pieces) == 28
    )


@pytest.mark.symbolic
def test_sym_tra_001_symbolically():
    """No path of the code contradicts SYM-TRA-001 (CrossHair, within 10 s)."""
    assert counterexample(verify_sym_tra_001, seconds=10) is None
