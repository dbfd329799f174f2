"""From resolved models and text to all that the loop needs."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

import torch
from torch import Tensor

from trainer.configuration.schema import Configuration
from trainer.cost.step_memory import Memory
from trainer.data.batches import batch, epoch_steps, steps_per_epoch
from trainer.data.corpus import Corpus
from trainer.losses.loss_plan import LossPlan
from trainer.models.compilation import compile_trunks, require_compiler
from trainer.processes.collectives import current_world
from trainer.processes.parallel_layout import Spread
from trainer.runs.load_resources import Resources, resolve
from trainer.runs.sidecar import run_facts
from trainer.runs.step_plan import plan_of, step_memory
from trainer.training.loop import Run
from trainer.training.loss_scale import LossScale
from trainer.training.objective import Objective
from trainer.training.optimizer import AdamW
from trainer.training.parallel import shared


@dataclass(frozen=True, slots=True)
class Prepared:
    """Everything before the first step. `facts` describe the run in sidecar and checkpoints."""

    configuration: Configuration
    run: Run
    resources: Resources
    objective: Objective
    """As it is for a model in this process alone; `run.objective` may be shared."""
    plan: LossPlan
    memory: Memory | None
    """What a step is predicted to take; None where `training.memory_check` is false."""
    facts: Mapping[str, object]

    @property
    def pass_steps(self) -> int:
        """Whole batches of the text: after so many it begins anew."""
        length = self.configuration.dataset.max_length
        return steps_per_epoch(
            len(self.resources.corpus.train), self.run.training.batch_size, length
        )

    def lines(self) -> Iterator[str]:
        """Yield what the user should know before the first step."""
        yield from self.resources.lines()
        yield f"objective: {self.run.objective.text}"
        yield f"loss: {self.plan.text}"
        yield (
            f"steps: {self.run.steps} of {self.run.planned} planned "
            f"({self.run.training.epochs} epochs x {self.run.steps_per_epoch})"
        )
        yield from self._unreached_rate()
        yield from self._wrap_around()

    def compile(self) -> None:
        """Compile both models if that is configured; UserError when it cannot be."""
        training = self.run.training
        if training.compile == "off":
            return
        tokens, _ = self.run.batch(1)
        piece = tokens.tensor_split(training.gradient_accumulation)[0]
        models = (self.resources.teacher, self.resources.student)
        compile_trunks((m for m in models if m is not None), piece, training.mixed_precision)

    def _unreached_rate(self) -> Iterator[str]:
        """Say how far the rate gets, if the warm-up is longer than the plan."""
        warmup, planned = self.run.training.warmup_steps, self.run.planned
        if warmup > planned:
            yield (
                f"note: training.warmup_steps is {warmup:,}, but {planned:,} steps are planned: "
                f"the learning rate ends at {planned / warmup:.0%} of training.learning_rate"
            )

    def _wrap_around(self) -> Iterator[str]:
        """Say when the text begins anew, if it does."""
        if self.run.steps > self.pass_steps:
            yield (
                f"data: the text lasts {self.pass_steps} steps, so it is read "
                f"{self.run.steps / self.pass_steps:.1f} times, each time in another order"
            )


@dataclass(frozen=True, slots=True)
class Batches:
    """Windows of a corpus as tensors on a device: the same step gives the same batch.

    Of several processes, each has its share of the windows.
    """

    corpus: Corpus
    configuration: Configuration
    device: torch.device

    def __call__(self, step: int) -> tuple[Tensor, Tensor]:
        """Return tokens and next-byte labels (B, T), int64, of the 1-based `step`."""
        tokens, labels = batch(
            self.corpus.train,
            step=step - 1,
            batch_size=self.configuration.training.batch_size,
            length=self.configuration.dataset.max_length,
            seed=self.configuration.training.seed,
        )
        world = current_world()
        tokens, labels = (part.tensor_split(world.size)[world.rank] for part in (tokens, labels))
        return tokens.to(self.device), labels.to(self.device)


def prepare(configuration: Configuration, max_steps: int | None) -> Prepared:
    """Resolve the configuration; UserError or TrainingFailure when its parts do not fit."""
    torch.manual_seed(configuration.training.seed)
    resources = resolve(configuration)
    training = configuration.training
    if training.compile != "off":
        require_compiler(resources.device)
    spread = Spread(training.parallel, current_world().size)
    plan = plan_of(configuration, resources, spread.processes)
    objective = Objective(
        resources.teacher,
        configuration.distillation,
        training.mixed_precision,
        plan.rows if plan.mode == "chunked" else None,
        resources.cache,
    )
    if training.gradient_checkpointing:
        resources.student.recompute_activations()
    predicted = training.memory_check
    memory = step_memory(configuration, resources, plan, spread) if predicted else None
    goal = shared(objective, resources.student, training)
    optimizer = AdamW(resources.student)
    precision, parameters = training.mixed_precision, optimizer.parameters.values()
    run = Run(
        student=resources.student,
        optimizer=optimizer,
        objective=goal,
        batch=Batches(resources.corpus, configuration, resources.device),
        training=training,
        steps_per_epoch=epoch_steps(
            len(resources.corpus.train), training, configuration.dataset.max_length
        ),
        max_steps=max_steps,
        device=resources.device,
        loss_scale=LossScale(resources.device, precision, parameters),
    )
    facts = {**run_facts(configuration, resources, objective), "loss": asdict(plan)}
    return Prepared(configuration, run, resources, objective, plan, memory, facts)
