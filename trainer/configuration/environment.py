"""The four environment variables, validated before anything heavy is imported."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from trainer.errors import UserError
from trainer.schedule import parse_step_limit

MAX_STEPS = "APR_DISTILL_MAX_STEPS"
PROJECT_TO_STEPS = "APR_DISTILL_PROJECT_TO_STEPS"
CHECKPOINT_EVERY = "APR_DISTILL_CHECKPOINT_EVERY"
LOG_EVERY = "APR_DISTILL_LOG_EVERY"
_INTERVALS = {CHECKPOINT_EVERY: "output.checkpoint_every", LOG_EVERY: "output.log_every"}


@dataclass(frozen=True, slots=True)
class Limits:
    """Step limits of a run. `max_steps` set means smoke mode; `notes` are for the user."""

    max_steps: int | None = None
    target_steps: int = 50_000
    notes: tuple[str, ...] = ()


def read_limits(environment: Mapping[str, str], flag: str | None) -> Limits:
    """Combine `--max-steps` and the variables; the flag wins. UserError on a wrong value."""
    variable = parse_step_limit(environment.get(MAX_STEPS), MAX_STEPS)
    usual = Limits().target_steps
    remedy = f"give 1 or more, or unset it for {usual}"
    target = parse_step_limit(environment.get(PROJECT_TO_STEPS), PROJECT_TO_STEPS, remedy)
    target_steps = usual if target is None else target
    if flag is None:
        return Limits(variable, target_steps)
    remedy = "give 1 or more, or leave it out for the full run"
    limit = parse_step_limit(flag, "--max-steps", remedy)
    if limit is None:
        raise UserError("--max-steps: the value is empty; give a positive integer")
    notes = () if variable is None else (f"--max-steps {limit} wins over {MAX_STEPS}={variable}",)
    return Limits(limit, target_steps, notes)


def interval_overrides(environment: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """Yield configuration overrides from the variables that set intervals; there 0 means never."""
    for variable, key in _INTERVALS.items():
        text = environment.get(variable)
        remedy = f"give a number of steps, 0 for never, or unset it for what {key} says"
        steps = 0 if text == "0" else parse_step_limit(text, variable, remedy)
        if steps is not None:
            yield key, steps
