"""Smoke mode's report: figures of a few steps, and the full run's time projected from them."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from trainer.configuration.environment import MAX_STEPS
from trainer.schedule import project_seconds, steady_state, throughput

WARMUP_STEPS = 3
_SIGNIFICANT = 3


@dataclass(frozen=True, slots=True)
class SmokeReport:
    """The content of smoke.json. All times are seconds; `throughput` is steps a second.

    `projected_seconds` = one_off_seconds + target_steps * median_step_seconds +
    checkpoints * checkpoint_seconds; low and high use the 10th and 90th percentile of a step.
    `tuning_seconds`, of compiling and timing the loss on a GPU, and `export_seconds`, of writing
    the model and reading it back, are among those of one_off_seconds, and so are those of all
    evaluations on held-out text, of which one takes `held_out_seconds`.
    `reliable` is false when too few steps followed the warm-up.
    """

    steps: int
    target_steps: int
    seconds: float
    initial_loss: float
    final_loss: float
    throughput: float
    median_step_seconds: float
    p10_step_seconds: float
    p90_step_seconds: float
    one_off_seconds: float
    checkpoint_seconds: float
    checkpoints: int
    projected_seconds: float
    projected_low_seconds: float
    projected_high_seconds: float
    reliable: bool
    tuning_seconds: float
    export_seconds: float
    held_out_seconds: float = 0.0
    smoke: bool = True


class Saving(NamedTuple):
    """Seconds of one checkpoint, of the export with its read-back, and of one evaluation."""

    checkpoint_seconds: float = 0.0
    export_seconds: float = 0.0
    held_out_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Measured:
    """Figures of a smoke run: `seconds` of all steps, and the seconds before the first."""

    step_seconds: Sequence[float]
    seconds: float
    setup_seconds: float
    checkpoint_seconds: float
    initial_loss: float
    final_loss: float
    export_seconds: float = 0.0
    held_out_seconds: float = 0.0
    tuning_seconds: float = 0.0
    """Of the seconds before the first step, those spent on choosing how to compute the loss."""


def summarise(
    measured: Measured, *, target_steps: int, checkpoint_every: int, evaluate_every: int = 0
) -> SmokeReport:
    """Project the measured steps to `target_steps`; UserError when no step ran."""
    steady = steady_state(measured.step_seconds, WARMUP_STEPS)
    steps = len(measured.step_seconds)
    one_off = measured.setup_seconds + measured.export_seconds
    one_off += _warmup_excess(measured.step_seconds, steady.median)
    if evaluate_every > 0:
        one_off += math.ceil(target_steps / evaluate_every) * measured.held_out_seconds
    checkpoints = target_steps // checkpoint_every if checkpoint_every > 0 else 0

    def project(step_seconds: float) -> float:
        return project_seconds(
            step_seconds,
            target_steps,
            one_off_seconds=one_off,
            checkpoint_seconds=measured.checkpoint_seconds,
            checkpoints=checkpoints,
        )

    return SmokeReport(
        steps=steps,
        target_steps=target_steps,
        seconds=measured.seconds,
        initial_loss=measured.initial_loss,
        final_loss=measured.final_loss,
        throughput=throughput(steps, measured.seconds),
        median_step_seconds=steady.median,
        p10_step_seconds=steady.p10,
        p90_step_seconds=steady.p90,
        one_off_seconds=one_off,
        checkpoint_seconds=measured.checkpoint_seconds,
        checkpoints=checkpoints,
        projected_seconds=project(steady.median),
        projected_low_seconds=project(steady.p10),
        projected_high_seconds=project(steady.p90),
        reliable=steady.reliable,
        tuning_seconds=measured.tuning_seconds,
        export_seconds=measured.export_seconds,
        held_out_seconds=measured.held_out_seconds,
    )


def _warmup_excess(step_seconds: Sequence[float], median: float) -> float:
    """Return the extra seconds of the first steps: compilation, allocation."""
    return sum(max(0.0, seconds - median) for seconds in step_seconds[:WARMUP_STEPS])


def announcement(max_steps: int) -> str:
    """Return the first line of a smoke run."""
    return (
        f"[PMAT-706] smoke mode: {MAX_STEPS}={max_steps} "
        f"(early-break after {max_steps} steps; no final model written)"
    )


def report_lines(report: SmokeReport) -> Iterator[str]:
    """Yield the closing lines; exactly two begin with `[SMOKE] `."""
    yield (
        f"[SMOKE] {report.steps} steps in {rounded(report.seconds)}s: "
        f"initial_loss={report.initial_loss:.4f}, final_loss={report.final_loss:.4f}, "
        f"throughput={rounded(report.throughput)} step/s"
    )
    seconds = report.projected_seconds
    yield (
        f"[SMOKE] projected full-run wall time ({report.target_steps} steps): "
        f"{seconds / 3600:.2f}h / {seconds / 60:.1f} min / {seconds:.1f}s"
    )
    if not report.reliable:
        yield (
            f"note: {report.steps} steps are too few for a steady state; the projection is rough, "
            f"ask for more than {WARMUP_STEPS} steps, better 10 or more"
        )
    yield "[PMAT-706] smoke mode: skipping export — no model.safetensors written"


def rounded(value: float) -> str:
    """Return a number with two decimals, or with more where three significant digits need them.

    >>> rounded(12.3456), rounded(0.0123456)
    ('12.35', '0.0123')
    """
    magnitude = math.floor(math.log10(value)) if value > 0 else 0
    return f"{value:.{max(2, _SIGNIFICANT - 1 - magnitude)}f}"
