"""Checks of trainer-distributed-v1, by `pv generate`: change the contract, not this.

Made from 0f4884157bd6874c015e741a3528924be8f5ec6c244d75449081bb9fc5af7c04.

Not here, because nothing could be run:
  TRD-EQV-001: PROSE: contracts/trainer-distributed-v1.yaml:19:20: the claim could end
    before `before`, which does not continue it; put an operator before it, or end the
    text here
  TRD-INV-002: PROSE: `max_steps` has no domain; give one under `domain:` of the equation
    it is about
  TRD-INV-003: PROSE: contracts/trainer-distributed-v1.yaml:27:17: the claim could end
    before `others`, which does not continue it; put an operator before it, or end the
    text here
  TRD-EQV-004: PROSE: contracts/trainer-distributed-v1.yaml:31:17: the claim could end
    before `weights`, which does not continue it; put an operator before it, or end the
    text here
  TRD-BND-005: PROSE: contracts/trainer-distributed-v1.yaml:36:15: this sentence is prose;
    known are: is finite, is NaN, is infinite
  TRD-INV-006: PROSE: contracts/trainer-distributed-v1.yaml:41:16: the claim could end
    before `error`, which does not continue it; put an operator before it, or end the text
    here
"""

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from pv.testing import (
    Bench,
)

DRAW = [Phase.explicit, Phase.generate]  # shrinking would run the system again and again


@pytest.fixture(scope="module")
def bench():
    """Run the systems of trainer."""
    with Bench("contracts/bindings/trainer.yaml") as opened:
        yield opened


@pytest.mark.experiment
@settings(max_examples=2, deadline=None, derandomize=True, phases=DRAW)
@given(parallel=st.sampled_from(["ddp", "fsdp"]))
def test_ft_trd_001(bench, parallel):
    """The number of processes does not change what is learnt

    If it fails: The gradient is no mean over the valid tokens of all processes, the processes
    read the same windows, or more than one of them writes. Look at how a micro-batch is
    weighed, at each process's share of a batch, and at who leads.
    """
    alone = bench.run("trial", folder="alone", parallel=parallel)
    shared = bench.run(
        "shared",
        configuration={"training": {"parallel": "{parallel}"}},
        folder="shared",
        beside=alone,
        parallel=parallel,
    )
    seen = alone.with_runs(alone=alone, shared=shared)
    seen.define(
        one='alone.output["training.json"].json.metrics',
        two='shared.output["training.json"].json.metrics',
    )
    seen.expect(
        "alone.exit_code = 0 and shared.exit_code = 0",
        "one.steps_completed = two.steps_completed",
        "abs(one.initial_loss - two.initial_loss) <= 1e-4 * one.initial_loss",
        "abs(one.final_loss - two.final_loss) <= 1e-4 * one.final_loss",
        "abs(one.best_loss - two.best_loss) <= 1e-4 * one.best_loss",
        'alone.output["metrics.jsonl"].lines = shared.output["metrics.jsonl"].lines',
        "count(keys(alone.output)) = count(keys(shared.output))",
        'count(matches(shared.stdout, "^step ")) = count(matches(alone.stdout, "^step "))',
    )


@pytest.mark.experiment
@settings(max_examples=1, deadline=None, derandomize=True, phases=DRAW)
@given(max_steps=st.integers(1, 6))
def test_ft_trd_002(bench, max_steps):
    """Smoke mode counts steps, not processes

    If it fails: Each process counts, or each prints. Look at the limit and at who leads.
    """
    seen = bench.run(
        "shared", environment={"APR_DISTILL_MAX_STEPS": "{max_steps}"}, max_steps=max_steps
    )
    seen.expect(
        "exit_code = 0",
        'output["metrics.jsonl"].lines = max_steps',
        'number(capture(stdout, "^\\\\[SMOKE\\\\] (\\\\d+) steps in ")) = max_steps',
        'count(matches(stdout, "^\\\\[SMOKE\\\\] ")) = 2',
        '"model.safetensors" not in output',
    )


@pytest.mark.experiment
@settings(max_examples=2, deadline=None, derandomize=True, phases=DRAW)
@given(step=st.integers(1, 9), parallel=st.sampled_from(["ddp", "fsdp"]))
def test_ft_trd_003(bench, step, parallel):
    """When a process is killed, the others do not wait for it

    If it fails: A process waits for ever for one that is gone, or the failure of an exchange is
    a traceback. Look at where the processes meet and part.
    """
    seen = bench.run(
        "shared",
        environment={"TRIAL": "only:1:signal:KILL:{step}"},
        configuration={"training": {"parallel": "{parallel}"}},
        step=step,
        parallel=parallel,
    )
    seen.expect(
        "exit_code = 1",
        'contains(stderr, "another process of this run has ended")',
        'not contains(stderr, "trainer/training/loop.py")',
        '"model.safetensors" not in output',
    )


@pytest.mark.experiment
@settings(max_examples=2, deadline=None, derandomize=True, phases=DRAW)
@given(step=st.integers(1, 9), parallel=st.sampled_from(["ddp", "fsdp"]))
def test_ft_trd_004(bench, step, parallel):
    """A signal to one process ends the run of all after one step, and it goes on as if nothing had
    been

    If it fails: The processes stopped after different steps, or not all of them went on from
    the checkpoint. Look at how they agree to stop, and at what each restores.
    """
    whole = bench.run(
        "shared",
        environment={"PET_NPROC_PER_NODE": "3"},
        configuration={"student": {"preset": "micro"}, "training": {"parallel": "{parallel}"}},
        folder="whole",
        step=step,
        parallel=parallel,
    )
    first = bench.run(
        "shared",
        environment={"PET_NPROC_PER_NODE": "3", "TRIAL": "only:1:signal:TERM:{step}"},
        configuration={"student": {"preset": "micro"}, "training": {"parallel": "{parallel}"}},
        folder="parts",
        beside=whole,
        step=step,
        parallel=parallel,
    )
    second = bench.run(
        "shared_resumed",
        environment={"PET_NPROC_PER_NODE": "3"},
        configuration={"student": {"preset": "micro"}, "training": {"parallel": "{parallel}"}},
        folder="parts",
        beside=whole,
        step=step,
        parallel=parallel,
    )
    seen = whole.with_runs(whole=whole, first=first, second=second)
    seen.expect(
        "whole.exit_code = 0 and first.exit_code = 1 and second.exit_code = 0",
        'contains(first.stderr, "go on with --resume")',
        '"model.safetensors" not in first.output',
        'whole.output["model.safetensors"].sha256 = second.output["model.safetensors"].sha256',
        'whole.output["metrics.jsonl"].sha256 = second.output["metrics.jsonl"].sha256',
    )


@pytest.mark.experiment
@settings(max_examples=1, deadline=None, derandomize=True, phases=DRAW)
@given(windows=st.sampled_from([16, 24]))
def test_ft_trd_005(bench, windows):
    """Several processes tell the memory of a step, predicted and measured

    If it fails: The line is left out, or printed by each process; a process is taken for all of
    them; or what DDP keeps in buckets and FSDP2 gathers is not counted.
    """
    ddp = bench.run(
        "shared",
        environment={"APR_DISTILL_MAX_STEPS": "1"},
        configuration={
            "student": {"preset": "micro"},
            "training": {"parallel": "ddp", "batch_size": "{windows}", "memory_check": True},
            "dataset": {"max_length": 64},
        },
        folder="ddp",
        windows=windows,
    )
    fsdp = bench.run(
        "shared",
        environment={"APR_DISTILL_MAX_STEPS": "1"},
        configuration={
            "student": {"preset": "micro"},
            "training": {"parallel": "fsdp", "batch_size": "{windows}", "memory_check": True},
            "dataset": {"max_length": 64},
        },
        folder="fsdp",
        beside=ddp,
        windows=windows,
    )
    seen = ddp.with_runs(ddp=ddp, fsdp=fsdp)
    seen.expect(
        "ddp.exit_code = 0 and fsdp.exit_code = 0",
        'count(matches(ddp.stdout, "^memory. ")) = 1 and count(matches(fsdp.stdout, "^memory. ")) = 1',
        'contains(ddp.stdout, "most of 2 processes") and contains(fsdp.stdout, "most of 2 processes")',
        'abs(number(capture(ddp.stdout, "measured \\\\(([+-][0-9]+)%\\\\)"))) <= 25',
        'abs(number(capture(fsdp.stdout, "measured \\\\(([+-][0-9]+)%\\\\)"))) <= 25',
        'number(capture(fsdp.stdout, "^memory. ([0-9]+) MiB of")) < number(capture(ddp.stdout, "^memory. ([0-9]+) MiB of"))',
    )


@pytest.mark.experiment
@settings(max_examples=1, deadline=None, derandomize=True, phases=DRAW)
@given(step=st.integers(1, 4))
def test_ft_trd_006(bench, step):
    """An error is said once, by the process that leads; another's own error is said too

    If it fails: Each process says what all have to say, or only the process that leads says
    anything. Look at how the processes compare what they have to say.
    """
    absent = bench.run(
        "shared", configuration={"teacher": {"model_id": "nowhere"}}, folder="absent", step=step
    )
    spoilt = bench.run(
        "shared",
        environment={"TRIAL": "spoil:loss:{step}"},
        folder="spoilt",
        beside=absent,
        step=step,
    )
    single = bench.run(
        "shared",
        environment={"TRIAL": "only:1:teacher:train"},
        folder="single",
        beside=absent,
        step=step,
    )
    seen = absent.with_runs(absent=absent, spoilt=spoilt, single=single)
    seen.expect(
        "absent.exit_code = 1 and spoilt.exit_code = 1 and single.exit_code = 1",
        'count(matches(absent.stderr, "nowhere. no such folder")) = 1',
        'count(matches(absent.stderr, "process 1 of 2")) = 0',
        'count(matches(spoilt.stderr, "non-finite total")) = 1',
        'count(matches(single.stderr, "process 1 of 2. error. teacher in training mode")) = 1',
        'count(matches(single.stderr, "error. teacher in training mode")) = 1',
    )
