"""Checks of trainer-estimate-v1, by `pv generate`: change the contract, not this.

Made from 87736912f10333e893eefd693124222203e58b75af89e5da10322005c6a2278b.

Not here, because nothing could be run:
  EST-BND-003: PROSE: contracts/trainer-estimate-v1.yaml:46:21: this sentence is prose;
    known are: is finite, is NaN, is infinite
"""

from itertools import product

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from pv.testing import (
    Bench,
    close,
    counterexample,
)
from trainer.losses.chunking import chunk_rows

DRAW = [Phase.explicit, Phase.generate]  # shrinking would run the system again and again


@pytest.fixture(scope="module")
def bench():
    """Run the systems of trainer."""
    with Bench("contracts/bindings/trainer.yaml") as opened:
        yield opened


def chunk_rows_formula(tokens, row_bytes, budget):
    return max(1, min(tokens, budget // row_bytes))


def test_ft_est_001():
    """A budget for everything leaves one chunk

    If it fails: The budget is divided by something else than the bytes of a token's logits.
    """
    for tokens, row_bytes in product(range(1, 25), range(1, 25)):
        assert chunk_rows(tokens, row_bytes, tokens * row_bytes) == tokens, (
            f"{tokens = }, {row_bytes = }"
        )


@pytest.mark.experiment
@settings(max_examples=4, deadline=None, derandomize=True, phases=DRAW)
@given(batch=st.sampled_from([4, 16]), mode=st.sampled_from(["dense", "chunked"]))
def test_ft_est_002(bench, batch, mode):
    """A run tells a step's memory, predicted and measured

    If it fails: A part of a step is counted twice, or not at all. Look at the parts that
    `distill estimate` lists, and at what the loss holds.
    """
    seen = bench.run(
        "distill",
        environment={"APR_DISTILL_MAX_STEPS": "1"},
        configuration={
            "training": {"batch_size": "{batch}", "loss": "{mode}", "memory_check": True},
            "dataset": {"max_length": 128},
        },
        batch=batch,
        mode=mode,
    )
    seen.expect(
        "exit_code = 0",
        'count(matches(stdout, "^memory. ")) = 1',
        'abs(number(capture(stdout, "measured \\\\(([+-][0-9]+)%\\\\)"))) <= 25',
    )


@pytest.mark.experiment
@settings(max_examples=2, deadline=None, derandomize=True, phases=DRAW)
@given(batch=st.sampled_from([4, 16]))
def test_ft_est_003(bench, batch):
    """An estimate gives every figure, from models that are there

    If it fails: A figure is missing, or the memory of its parts does not add up.
    """
    seen = bench.run("estimate", configuration={"training": {"batch_size": "{batch}"}}, batch=batch)
    seen.expect(
        "exit_code = 0",
        "result.step_seconds > 0 and result.run_seconds > 0",
        "result.tokens_per_step = batch * 64",
        "result.memory.optimizer = 2 * result.memory.gradients",
        "result.memory.student = 4 * result.student_parameters",
        "result.memory.held = result.memory.student + result.memory.teacher + result.memory.optimizer",
        "result.flops_per_token > 6 * result.student_parameters + 2 * result.teacher_parameters",
    )


@pytest.mark.experiment
@settings(max_examples=2, deadline=None, derandomize=True, phases=DRAW)
@given(name=st.sampled_from(["Qwen/Qwen2.5-7B", "gpt2"]))
def test_ft_est_004(bench, name):
    """Nothing is told from a name

    If it fails: The verb looks models up by name, or fetches them.
    """
    seen = bench.run("estimate", configuration={"teacher": {"model_id": "{name}"}}, name=name)
    seen.expect(
        "exit_code = 2",
        'contains(stderr, "no such folder")',
        'contains(stderr, "not from its name")',
    )


@settings(deadline=None)
@given(tokens=st.integers(1, 24), row_bytes=st.integers(1, 24), budget=st.integers(0, 96))
def test_chunk_rows_equals_formula(tokens, row_bytes, budget):
    """chunk_rows(tokens, row_bytes, budget) = max(1, min(tokens, budget // row_bytes))"""
    assert close(
        chunk_rows(tokens, row_bytes, budget),
        chunk_rows_formula(tokens, row_bytes, budget),
        absolute=1e-09,
        relative=1e-07,
    )


def test_est_bnd_001():
    """A chunk has one token at least, all of them at most, and keeps to its budget"""
    for tokens, row_bytes, budget in product(range(1, 25), range(1, 25), range(0, 97)):
        assert chunk_rows(tokens, row_bytes, budget) in range(1, tokens + 1) and chunk_rows(
            tokens, row_bytes, budget
        ) * row_bytes <= max(budget, row_bytes), f"{tokens = }, {row_bytes = }, {budget = }"


def test_est_mon_002():
    """More memory never makes chunks smaller"""
    for tokens, row_bytes, budget in product(range(1, 25), range(1, 25), range(0, 97)):
        assert chunk_rows(tokens, row_bytes, budget) <= chunk_rows(tokens, row_bytes, budget + 1), (
            f"{tokens = }, {row_bytes = }, {budget = }"
        )


def verify_sym_est_001(tokens: int, row_bytes: int, budget: int) -> bool:
    """chunk_rows(tokens, row_bytes, budget) in 1..tokens and chunk_rows(tokens, row_bytes, budget) * row_bytes <= max(budget, row_bytes)

    pre: 1 <= tokens <= 24
    pre: 1 <= row_bytes <= 24
    pre: 0 <= budget <= 96
    post: __return__
    """
    return chunk_rows(tokens, row_bytes, budget) in range(1, tokens + 1) and chunk_rows(
        tokens, row_bytes, budget
    ) * row_bytes <= max(budget, row_bytes)


@pytest.mark.symbolic
def test_sym_est_001_symbolically():
    """No path of the code contradicts SYM-EST-001 (CrossHair, within 10 s)."""
    assert counterexample(verify_sym_est_001, seconds=10) is None


def verify_sym_est_002(tokens: int, row_bytes: int, budget: int) -> bool:
    """chunk_rows(tokens, row_bytes, budget) <= chunk_rows(tokens, row_bytes, budget + 1)

    pre: 1 <= tokens <= 24
    pre: 1 <= row_bytes <= 24
    pre: 0 <= budget <= 96
    post: __return__
    """
    return chunk_rows(tokens, row_bytes, budget) <= chunk_rows(tokens, row_bytes, budget + 1)


@pytest.mark.symbolic
def test_sym_est_002_symbolically():
    """No path of the code contradicts SYM-EST-002 (CrossHair, within 10 s)."""
    assert counterexample(verify_sym_est_002, seconds=10) is None
