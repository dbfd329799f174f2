"""Estimate the parameters, memory, FLOPs and time of a run before it starts.

All figures come from the shapes of the loaded models and from steps that are run; none is guessed
from a model's name.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from trainer.cost.flops import token_flops
from trainer.cost.memory_check import MemoryCheck, check_memory
from trainer.cost.step_memory import Memory
from trainer.losses.loss_chunking import mib
from trainer.models.parameters import parameter_count
from trainer.processes.parameter_sharding import ParallelLayout
from trainer.runs.prepare import Prepared
from trainer.runs.step_plan import plan_run_loss, step_memory
from trainer.schedule import Step
from trainer.training.loop import optimise

_WARMUP, _TIMED = 1, 3


@dataclass(frozen=True, slots=True)
class Estimate:
    """All figures of a run. FLOPs count multiplications and additions of matrix products."""

    student_parameters: int
    teacher_parameters: int
    memory: MemoryCheck
    """Of a single process, which is how the steps were run."""
    layout: ParallelLayout
    of_a_process: Memory
    """Predicted, of the process in `layout` that holds most."""
    tokens_per_step: int
    flops_per_token: float
    step_seconds: float
    """Median of the steps that were run."""
    steps: int

    @property
    def run_seconds(self) -> float:
        """The time of all steps; loading, evaluation and checkpoints are not in it."""
        return self.step_seconds * self.steps

    def facts(self) -> dict[str, object]:
        """Return the figures by name, in bytes, FLOPs and seconds."""
        predicted = self.memory.predicted
        return {
            "student_parameters": self.student_parameters,
            "teacher_parameters": self.teacher_parameters,
            "memory": {**_memory_facts(predicted), "step_measured": self.memory.measured},
            "processes": self.layout.processes,
            "parallel": self.layout.parallel,
            "memory_of_a_process": _memory_facts(self.of_a_process),
            "tokens_per_step": self.tokens_per_step,
            "flops_per_token": self.flops_per_token,
            "step_seconds": self.step_seconds,
            "steps": self.steps,
            "run_seconds": self.run_seconds,
        }

    def lines(self) -> Iterator[str]:
        """Yield the report for the user."""
        yield from self.memory.lines()
        yield from self.memory.predicted.lines()
        if self.layout.processes > 1:
            yield (
                f"each of {self.layout.processes} processes ({self.layout.parallel}): "
                f"{mib(self.of_a_process.held)} of models and optimiser; a step adds "
                f"{mib(self.of_a_process.during_step)} predicted"
            )
            yield from self.of_a_process.lines()
        flops = self.flops_per_token * self.tokens_per_step
        yield (
            f"compute: {self.flops_per_token / 1e6:,.1f} MFLOP a token, "
            f"{flops / 1e9:,.1f} GFLOP a step"
        )
        yield (
            f"time: {self.step_seconds:.3f} s a step of {self.tokens_per_step:,} tokens (median of "
            f"{_TIMED}, measured here), {self.tokens_per_step / self.step_seconds:,.0f} tokens/s, "
            f"{flops / self.step_seconds / 1e9:,.0f} GFLOP/s"
        )
        hours = self.run_seconds / 3600
        yield f"full run: {self.steps:,} steps, {hours:.2f} h = {self.run_seconds:,.0f} s of steps"


def estimate(prepared: Prepared, processes: int) -> Estimate:
    """Measure a few steps of the run and return its figures.

    The student is trained by these steps, so that `prepared` is of no further use. They are run
    in this process alone; the memory of each of several `processes` is predicted.
    """
    run, resources = prepared.run, prepared.resources
    layout = ParallelLayout(run.training.parallel, processes)
    asked = (prepared.configuration, resources)
    memory = check_memory(run, step_memory(*asked, prepared.plan, ParallelLayout()))
    shared = step_memory(*asked, plan_run_loss(*asked, processes), layout)
    reports = [
        optimise(run, Step(number, 0, number - 1, last_of_epoch=False))
        for number in range(1, 1 + _WARMUP + _TIMED)
    ]
    tokens = reports[0].tokens
    return Estimate(
        student_parameters=parameter_count(resources.student),
        teacher_parameters=0 if resources.teacher is None else parameter_count(resources.teacher),
        memory=memory,
        layout=layout,
        of_a_process=shared,
        tokens_per_step=tokens,
        flops_per_token=_flops_per_token(prepared),
        step_seconds=median(report.seconds for report in reports[_WARMUP:]),
        steps=run.planned,
    )


def _memory_facts(memory: Memory) -> dict[str, int]:
    return {
        "student": memory.student,
        "teacher": memory.teacher,
        "optimizer": memory.optimizer,
        "gradients": memory.gradients,
        "activations": memory.activations,
        "logits": memory.logits,
        "held": memory.held,
        "step_predicted": memory.during_step,
    }


def _flops_per_token(prepared: Prepared) -> float:
    """Return both models' FLOPs per token; both heads are over the student's vocabulary."""
    resources, length = prepared.resources, prepared.configuration.dataset.max_length
    models = (resources.student, resources.teacher)
    vocabulary = resources.student.vocab_size
    return sum(token_flops(model, length, vocabulary) for model in models if model is not None)
