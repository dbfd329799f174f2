"""Checks of trainer-adapters-v1, by `pv generate`: change the contract, not this.

Made from 9d048ade48bb207f9b6421fad469cc47befe843407d210d8ba2f46cad25ca2b7.

Not here, because nothing could be run:
  trainer-adapters-v1/moved/equals-formula: UNBOUND: `tensors` has no domain and no
    formula
  TRA-EQV-005: PROSE: contracts/trainer-adapters-v1.yaml:81:42: the claim could end before
    `weights`, which does not continue it; put an operator before it, or end the text here
"""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.bindings.trainer_adapters import guarded, moved, multiplied_out, put_beside, refused
from pv.testing import (
    Bench,
    close,
    counterexample,
    raises,
)


@pytest.fixture(scope="module")
def bench():
    """Run the systems of trainer."""
    with Bench("contracts/bindings/trainer.yaml") as opened:
        yield opened


def put_beside_formula(architecture, rank):
    return 0


@pytest.mark.experiment
def test_ft_tra_001(bench):
    """A run by adapters that a signal ended goes on to the same bytes

    If it fails: The checkpoint lacks a factor, or the weights beside them were loaded from
    elsewhere. Look at what a student calls learnt.
    """
    whole = bench.run("adapted", folder="whole")
    first = bench.run(
        "adapted", environment={"TRIAL": "signal:TERM:3"}, folder="parts", beside=whole
    )
    second = bench.run("adapted_resumed", folder="parts", beside=whole)
    seen = whole.with_runs(whole=whole, first=first, second=second)
    seen.expect(
        "whole.exit_code = 0 and first.exit_code = 143 and second.exit_code = 0",
        'contains(whole.stdout, "of rank 2 beside 14 linear maps")',
        'first.output["checkpoints/step-00000003/student.safetensors"].size < whole.output["model.safetensors"].size / 4',
        'whole.output["model.safetensors"].sha256 = second.output["model.safetensors"].sha256',
        'whole.output["metrics.jsonl"].sha256 = second.output["metrics.jsonl"].sha256',
        'whole.output["training.json"].sha256 = second.output["training.json"].sha256',
    )


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
