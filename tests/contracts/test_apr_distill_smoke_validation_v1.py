"""Checks of apr-distill-smoke-validation-v1, by `pv generate`: change the contract, not this.

Made from 1ebd3359a6a3d12ec64d47c537ca0d4c7a67152e8d3329b0f4845922f8b45d58.

Not here, because nothing could be run:
  apr-distill-smoke-validation-v1/early_break_condition/invariant-2: PROSE: contracts/apr-
    distill-smoke-validation-v1.yaml:29:13: the claim could end before `loop`, which does
    not continue it; put an operator before it, or end the text here
  apr-distill-smoke-validation-v1/smoke_summary_format/invariant-1: PROSE: contracts/apr-
    distill-smoke-validation-v1.yaml:46:13: the claim could end before `lines`, which does
    not continue it; put an operator before it, or end the text here
  apr-distill-smoke-validation-v1/smoke_summary_format/invariant-2: PROSE: contracts/apr-
    distill-smoke-validation-v1.yaml:47:23: this sentence is prose; known are: is finite,
    is NaN, is infinite
  apr-distill-smoke-validation-v1/smoke_summary_format/invariant-3: PROSE: contracts/apr-
    distill-smoke-validation-v1.yaml:48:20: this sentence is prose; known are: is finite,
    is NaN, is infinite
  apr-distill-smoke-validation-v1/smoke_summary_format/codomain: PROSE: contracts/apr-
    distill-smoke-validation-v1.yaml:44:19: the claim could end before `lines`, which does
    not continue it; put an operator before it, or end the text here
  apr-distill-smoke-validation-v1/no_side_effects/invariant-1: PROSE: contracts/apr-
    distill-smoke-validation-v1.yaml:55:15: the claim could end before `that`, which does
    not continue it; put an operator before it, or end the text here
  apr-distill-smoke-validation-v1/no_side_effects/invariant-2: PROSE: contracts/apr-
    distill-smoke-validation-v1.yaml:56:13: the claim could end before `result`, which
    does not continue it; put an operator before it, or end the text here
  apr-distill-smoke-validation-v1/no_side_effects/codomain: PROSE: contracts/apr-distill-
    smoke-validation-v1.yaml:53:19: the claim could end before `files`, which does not
    continue it; put an operator before it, or end the text here
  ADSV-INV-001: PROSE: contracts/apr-distill-smoke-validation-v1.yaml:63:15: the claim
    could end before `run`, which does not continue it; put an operator before it, or end
    the text here
  ADSV-INV-003: PROSE: contracts/apr-distill-smoke-validation-v1.yaml:76:17: the claim
    could end before `lines`, which does not continue it; put an operator before it, or
    end the text here
  ADSV-CLS-004: PROSE: contracts/apr-distill-smoke-validation-v1.yaml:81:16: the claim
    could end before `model`, which does not continue it; put an operator before it, or
    end the text here
  ADSV-LIV-006: z3 decides it for all integers: `pv prove` does
  ADSV-LIV-007: z3 decides it for all integers: `pv prove` does
  SYM-SMOKE-003: z3 decides it for all integers: `pv prove` does
"""

from itertools import product

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from pv.testing import (
    Bench,
    at_most,
    close,
    counterexample,
    raises,
)
from trainer.schedule import count_steps, parse_step_limit

DRAW = [Phase.explicit, Phase.generate]  # shrinking would run the system again and again


@pytest.fixture(scope="module")
def bench():
    """Run the systems of trainer."""
    with Bench("contracts/bindings/trainer.yaml") as opened:
        yield opened


def steps_run(max_steps, epochs, steps_per_epoch):
    return min(max_steps, epochs * steps_per_epoch)


@pytest.mark.experiment
@settings(max_examples=4, deadline=None, derandomize=True, phases=DRAW)
@given(max_steps=st.integers(1, 12))
def test_ft_smoke_001(bench, max_steps):
    """A limit of N runs exactly N steps

    If it fails: The early break is off by one (`>` where `>=` is meant, or a break before the
    gradient is applied), or the variable was not read. Look at the early-break rule in the
    schedule and at where the loop consults it.
    """
    seen = bench.run(
        "distill",
        environment={"APR_DISTILL_MAX_STEPS": "{max_steps}"},
        configuration={"training": {"epochs": 100}},
        max_steps=max_steps,
    )
    seen.expect(
        "exit_code = 0",
        "result.metrics.steps_completed = max_steps",
        'count(matches(stdout, "^\\\\[SMOKE\\\\] ")) = 2',
        'number(capture(stdout, "^\\\\[SMOKE\\\\] (\\\\d+) steps in ")) = max_steps',
        'output["metrics.jsonl"].lines = max_steps',
    )


@pytest.mark.experiment
@settings(max_examples=2, deadline=None, derandomize=True, phases=DRAW)
@given(epochs=st.integers(1, 2), steps_per_epoch=st.integers(2, 3))
def test_ft_smoke_002(bench, epochs, steps_per_epoch):
    """Without the variable the whole plan runs

    If it fails: The early break or the summary fires without having been asked for. Look at how
    an absent limit is told from a limit.
    """
    seen = bench.run(
        "distill",
        configuration={"training": {"epochs": "{epochs}", "steps_per_epoch": "{steps_per_epoch}"}},
        epochs=epochs,
        steps_per_epoch=steps_per_epoch,
    )
    seen.expect(
        "exit_code = 0",
        "result.metrics.steps_completed = epochs * steps_per_epoch",
        'not contains(stdout, "[SMOKE]")',
        '"model.safetensors" in output',
    )


@pytest.mark.experiment
@settings(max_examples=2, deadline=None, derandomize=True, phases=DRAW)
@given(max_steps=st.sampled_from([3, 10]), target=st.sampled_from([1000, 50000]))
def test_ft_smoke_003(bench, max_steps, target):
    """The summary's numbers agree with each other

    If it fails: A line is missing or its format changed, or the projection was computed from
    something else than what is printed beside it. Look at the two lines' formats and at the
    projection.
    """
    seen = bench.run(
        "distill",
        environment={
            "APR_DISTILL_MAX_STEPS": "{max_steps}",
            "APR_DISTILL_PROJECT_TO_STEPS": "{target}",
        },
        max_steps=max_steps,
        target=target,
    )
    seen.define(
        steps='number(capture(stdout, "^\\\\[SMOKE\\\\] (\\\\d+) steps in "))',
        printed_seconds='number(capture(stdout, "^\\\\[SMOKE\\\\] \\\\d+ steps in ([\\\\d.]+)s:"))',
        throughput='number(capture(stdout, "throughput=([\\\\d.]+) step/s$"))',
        projected_hours='number(capture(stdout, "steps\\\\): ([\\\\d.]+)h / "))',
        projected_minutes='number(capture(stdout, "h / ([\\\\d.]+) min / "))',
        projected_seconds='number(capture(stdout, " min / ([\\\\d.]+)s$"))',
        smoke='output["smoke.json"].json',
    )
    seen.expect(
        "exit_code = 0",
        "abs(throughput * printed_seconds - steps) <= 0.006 * (throughput + printed_seconds)",
        "abs(projected_hours * 60 - projected_minutes) <= 0.36",
        "abs(projected_minutes * 60 - projected_seconds) <= 3.1",
        'number(capture(stdout, "full-run wall time \\\\((\\\\d+) steps\\\\)")) = target',
        "abs(projected_seconds - smoke.projected_seconds) <= 0.06",
        "abs(smoke.projected_seconds - smoke.one_off_seconds - target * smoke.median_step_seconds - smoke.checkpoints * smoke.checkpoint_seconds) <= 1e-6 * smoke.projected_seconds",
        "smoke.steps = steps and smoke.target_steps = target",
    )


@pytest.mark.experiment
@settings(max_examples=4, deadline=None, derandomize=True, phases=DRAW)
@given(max_steps=st.sampled_from([2]))
def test_ft_smoke_004(bench, max_steps):
    """A smoke run leaves nothing that passes for a model

    If it fails: The export runs in smoke mode, or the readers accept a folder without a final
    model. Look at the stage after the loop, and at how a model folder is opened.
    """
    train = bench.run(
        "distill", environment={"APR_DISTILL_MAX_STEPS": "{max_steps}"}, max_steps=max_steps
    )
    evaluate = bench.run("evaluate", beside=train, max_steps=max_steps)
    generate = bench.run("generate", beside=train, max_steps=max_steps)
    seen = train.with_runs(train=train, evaluate=evaluate, generate=generate)
    seen.expect(
        "train.exit_code = 0",
        '"model.safetensors" not in train.output',
        'evaluate.exit_code = 2 and contains(evaluate.stderr, "smoke")',
        'generate.exit_code = 2 and contains(generate.stderr, "smoke")',
    )


@pytest.mark.experiment
@settings(max_examples=5, deadline=None, derandomize=True, phases=DRAW)
@given(limit=st.sampled_from(["0", "-3", "1O", "10 steps", "1e3"]))
def test_ft_smoke_005(bench, limit):
    """A limit that is no positive integer is refused before anything is loaded

    If it fails: The value was parsed leniently, or fell back to the full run. Look at the
    parser of the limit, and at whether it runs before the models are loaded.
    """
    seen = bench.run("distill", environment={"APR_DISTILL_MAX_STEPS": "{limit}"}, limit=limit)
    seen.expect(
        "exit_code = 2",
        'contains(stderr, "APR_DISTILL_MAX_STEPS")',
        'limit = "0" implies contains(stderr, "0 steps requested")',
        "count(keys(output)) = 0",
    )


@pytest.mark.experiment
@settings(max_examples=4, deadline=None, derandomize=True, phases=DRAW)
@given(max_steps=st.sampled_from([7, 1000]))
def test_ft_smoke_006(bench, max_steps):
    """A limit beyond the plan runs the plan, and the summary is still printed

    If it fails: The summary depends on the early break having happened instead of on smoke mode
    having been asked for. Look at the condition of the summary.
    """
    seen = bench.run(
        "distill",
        environment={"APR_DISTILL_MAX_STEPS": "{max_steps}"},
        configuration={"training": {"epochs": 2, "steps_per_epoch": 3}},
        max_steps=max_steps,
    )
    seen.expect(
        "exit_code = 0",
        "result.metrics.steps_completed = 6",
        'count(matches(stdout, "^\\\\[SMOKE\\\\] ")) = 2',
        '"model.safetensors" not in output',
    )


@pytest.mark.experiment
def test_ft_smoke_007(bench):
    """An empty variable is an absent variable

    If it fails: An empty value is read as a limit, or the run is not deterministic. Look at the
    parser of the limit and at what is seeded.
    """
    unset = bench.run("distill", folder="unset")
    empty = bench.run(
        "distill", environment={"APR_DISTILL_MAX_STEPS": ""}, folder="empty", beside=unset
    )
    seen = unset.with_runs(unset=unset, empty=empty)
    seen.expect(
        "unset.exit_code = 0 and empty.exit_code = 0",
        'unset.output["metrics.jsonl"].sha256 = empty.output["metrics.jsonl"].sha256',
        'unset.output["model.safetensors"].sha256 = empty.output["model.safetensors"].sha256',
        "unset.result.metrics.final_loss = empty.result.metrics.final_loss",
    )


@pytest.mark.experiment
@settings(max_examples=1, deadline=None, derandomize=True, phases=DRAW)
@given(step=st.integers(2, 6))
def test_ft_smoke_008(bench, step):
    """A smoke run that fails midway still tells what its steps cost

    If it fails: The summary is printed on success only, so that the minutes of a failed run are
    lost. Look at what happens on the way out of the loop.
    """
    seen = bench.run(
        "trial", environment={"APR_DISTILL_MAX_STEPS": "7", "TRIAL": "spoil:loss:{step}"}, step=step
    )
    seen.expect(
        "exit_code = 1",
        'contains(stderr, "non-finite")',
        'count(matches(stdout, "^\\\\[SMOKE\\\\] ")) = 2',
        'number(capture(stdout, "^\\\\[SMOKE\\\\] (\\\\d+) steps in ")) = step - 1',
        'output["smoke.json"].json.steps = step - 1',
        '"model.safetensors" not in output',
    )


@pytest.mark.experiment
def test_ft_smoke_009(bench):
    """The steps of a smoke run are the first of the full run

    If it fails: The schedule was squeezed into the limit, or the limit changed the data's
    order. Look at what the learning rate takes for the number of steps.
    """
    full = bench.run("distill", folder="full")
    smoke = bench.run(
        "distill", environment={"APR_DISTILL_MAX_STEPS": "4"}, folder="smoke", beside=full
    )
    seen = full.with_runs(full=full, smoke=smoke)
    seen.expect(
        "full.exit_code = 0 and smoke.exit_code = 0",
        'smoke.output["metrics.jsonl"].lines = 4',
        '∀ i in 0..3: smoke.output["metrics.jsonl"].json[i] = full.output["metrics.jsonl"].json[i]',
    )


@pytest.mark.experiment
def test_ft_smoke_010(bench):
    """A smoke run whose last step ruined the student tells what its steps cost, too

    If it fails: What is measured after the loop fails before the summary is printed. Look at
    the order of the last measurement, the trial of a checkpoint, and the report.
    """
    seen = bench.run(
        "trial",
        environment={"APR_DISTILL_MAX_STEPS": "1"},
        configuration={"training": {"learning_rate": 1e39}},
    )
    seen.expect(
        "exit_code = 1",
        'contains(stderr, "first batch after the last step") and contains(stderr, "non-finite")',
        'count(matches(stdout, "^\\\\[SMOKE\\\\] ")) = 2',
        'output["smoke.json"].json.steps = 1',
        'output["smoke.json"].json.final_loss = null',
    )


@pytest.mark.experiment
def test_ft_smoke_011(bench):
    """A checkpoint that a smoke run wrote is no model either

    If it fails: Checkpoints of smoke runs are not marked, or the mark is not looked at where a
    folder is opened as a model.
    """
    train = bench.run(
        "distill",
        environment={"APR_DISTILL_MAX_STEPS": "2"},
        configuration={"output": {"checkpoint_every": 1}},
    )
    evaluate = bench.run("evaluate_checkpoint", beside=train)
    seen = train.with_runs(train=train, evaluate=evaluate)
    seen.expect(
        "train.exit_code = 0",
        'train.output["checkpoints/step-00000002/checkpoint.json"].json.smoke = true',
        'evaluate.exit_code = 2 and contains(evaluate.stderr, "a checkpoint of a smoke run")',
    )


@settings(deadline=None)
@given(max_steps=st.integers(1, 64), epochs=st.integers(1, 16), steps_per_epoch=st.integers(1, 64))
def test_early_break_condition_invariant_1(max_steps, epochs, steps_per_epoch):
    """steps_run(max_steps, epochs, steps_per_epoch) <= max_steps"""
    assert at_most(
        count_steps(max_steps, epochs, steps_per_epoch), max_steps, absolute=1e-09, relative=1e-07
    )


@settings(deadline=None)
@given(max_steps=st.integers(1, 64), epochs=st.integers(1, 16), steps_per_epoch=st.integers(1, 64))
def test_early_break_condition_codomain(max_steps, epochs, steps_per_epoch):
    """1..64"""
    assert count_steps(max_steps, epochs, steps_per_epoch) in range(1, 64 + 1)


@settings(deadline=None)
@given(
    text=st.sampled_from(["0", "00", "-3", "1O", "10 steps", "1e3", "+5", " 7", "3.0", "٣", "0x10"])
)
def test_step_limit_invariant_1(text):
    """raises(step_limit(text), "APR_DISTILL_MAX_STEPS")"""
    assert raises("APR_DISTILL_MAX_STEPS", parse_step_limit, text)


@settings(deadline=None)
@given(max_steps=st.integers(1, 64), epochs=st.integers(1, 16), steps_per_epoch=st.integers(1, 64))
def test_early_break_condition_equals_formula(max_steps, epochs, steps_per_epoch):
    """steps_run(max_steps, epochs, steps_per_epoch) = min(max_steps, epochs * steps_per_epoch)"""
    assert close(
        count_steps(max_steps, epochs, steps_per_epoch),
        steps_run(max_steps, epochs, steps_per_epoch),
        absolute=1e-09,
        relative=1e-07,
    )


def test_adsv_inv_002():
    """The loop stops exactly at the limit, or at the planned end if that comes first"""
    for max_steps, epochs, steps_per_epoch in product(range(1, 65), range(1, 17), range(1, 65)):
        assert count_steps(max_steps, epochs, steps_per_epoch) == min(
            max_steps, epochs * steps_per_epoch
        ), f"{max_steps = }, {epochs = }, {steps_per_epoch = }"


def test_adsv_inv_005():
    """Zero and everything that is no positive integer is an error that names the variable"""
    for text in ("0", "00", "-3", "1O", "10 steps", "1e3", "+5", " 7", "3.0", "٣", "0x10"):
        assert raises("APR_DISTILL_MAX_STEPS", parse_step_limit, text) and (
            text not in {"0", "00"} or raises("0 steps requested", parse_step_limit, text)
        ), f"{text = }"


def verify_sym_smoke_001(max_steps: int, epochs: int, steps_per_epoch: int) -> bool:
    """steps_run(max_steps, epochs, steps_per_epoch) = min(max_steps, epochs * steps_per_epoch)

    pre: 1 <= max_steps <= 64
    pre: 1 <= epochs <= 16
    pre: 1 <= steps_per_epoch <= 64
    pre: max_steps >= 1
    post: __return__
    """
    return count_steps(max_steps, epochs, steps_per_epoch) == min(
        max_steps, epochs * steps_per_epoch
    )


@pytest.mark.symbolic
def test_sym_smoke_001_symbolically():
    """No path of the code contradicts SYM-SMOKE-001 (CrossHair, within 10 s)."""
    assert counterexample(verify_sym_smoke_001, seconds=10) is None


def verify_sym_smoke_002(text: str) -> bool:
    """raises(step_limit(text), "APR_DISTILL_MAX_STEPS") and (text in {"0", "00"} implies raises(step_limit(text), "0 steps requested"))

    pre: text in ('0', '00', '-3', '1O', '10 steps', '1e3', '+5', ' 7', '3.0', '٣', '0x10')
    post: __return__
    """
    return raises("APR_DISTILL_MAX_STEPS", parse_step_limit, text) and (
        text not in {"0", "00"} or raises("0 steps requested", parse_step_limit, text)
    )


@pytest.mark.symbolic
def test_sym_smoke_002_symbolically():
    """No path of the code contradicts SYM-SMOKE-002 (CrossHair, within 10 s)."""
    assert counterexample(verify_sym_smoke_002, seconds=10) is None
