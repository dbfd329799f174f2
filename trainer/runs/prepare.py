"""Prepare a run: from loaded models and corpus to the arguments of the training loop."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

import torch
from torch import Tensor

from trainer.configuration.schema import Configuration
from trainer.cost.step_memory import Memory
from trainer.data.batches import batch, epoch_steps, steps_per_epoch
from trainer.data.corpus import Corpus
from trainer.data.prefetch import Prefetched
from trainer.losses.loss_chunking import LossPlan
from trainer.losses.tuning import Tuning
from trainer.models.compilation import compile_trunks, require_compiler
from trainer.processes.collectives import current_world
from trainer.processes.parameter_sharding import ParallelLayout
from trainer.runs.load_resources import Resources, load_resources
from trainer.runs.sidecar import run_facts
from trainer.runs.step_plan import plan_run_loss, step_memory, tune_run_loss
from trainer.storage.json_files import JsonObject
from trainer.training.loop import Run
from trainer.training.loss_scale import LossScale
from trainer.training.objective import Objective
from trainer.training.optimizer import AdamW
from trainer.training.parallel import parallelise


@dataclass(frozen=True, slots=True)
class Prepared:
    """A run ready for its first step; `facts` describe it in sidecar and checkpoints."""

    configuration: Configuration
    run: Run
    resources: Resources
    objective: Objective
    """For a model in this process alone; `run.objective` may be wrapped by DDP or FSDP."""
    tuning: Tuning
    memory: Memory | None
    """The predicted memory of a step; None where `training.memory_check` is false."""
    facts: JsonObject

    @property
    def plan(self) -> LossPlan:
        """How the loss is computed."""
        return self.tuning.plan

    @property
    def pass_steps(self) -> int:
        """Number of whole batches in the text, after which it is read again."""
        length = self.configuration.dataset.max_length
        return steps_per_epoch(
            len(self.resources.corpus.train), self.run.training.batch_size, length
        )

    def lines(self) -> Iterator[str]:
        """Yield lines for the user before the first step."""
        yield from self.resources.lines()
        yield f"objective: {self.run.objective.text}"
        yield f"loss: {self.plan.text}"
        yield from self.tuning.lines()
        yield (
            f"steps: {self.run.steps} of {self.run.planned} planned "
            f"({self.run.training.epochs} epochs x {self.run.steps_per_epoch})"
        )
        yield from self._unreached_rate()
        yield from self._wrap_around()

    def compile(self) -> None:
        """Compile both models if configured; raise UserError when torch cannot."""
        training = self.run.training
        if training.compile == "off":
            return
        tokens, _ = self.run.batch(1)
        piece = tokens.tensor_split(training.gradient_accumulation)[0]
        models = (self.resources.teacher, self.resources.student)
        compile_trunks((m for m in models if m is not None), piece, training.mixed_precision)

    def _unreached_rate(self) -> Iterator[str]:
        """Yield a note on the final rate, if the warm-up is longer than the plan."""
        warmup, planned = self.run.training.warmup_steps, self.run.planned
        if warmup > planned:
            yield (
                f"note: training.warmup_steps is {warmup:,}, but {planned:,} steps are planned: "
                f"the learning rate ends at {planned / warmup:.0%} of training.learning_rate"
            )

    def _wrap_around(self) -> Iterator[str]:
        """Yield a note if the text is read more than once."""
        if self.run.steps > self.pass_steps:
            yield (
                f"data: the text lasts {self.pass_steps} steps, so it is read "
                f"{self.run.steps / self.pass_steps:.1f} times, each time in another order"
            )


@dataclass(frozen=True, slots=True)
class Batches:
    """Windows of a corpus as tensors: the same step gives the same batch.

    Each of several processes gets its share of the windows.
    """

    corpus: Corpus
    configuration: Configuration

    def __call__(self, step: int) -> tuple[Tensor, Tensor]:
        """Return tokens and next-token labels (B, T), int64, of the 1-based `step`."""
        tokens, labels = batch(
            self.corpus.train,
            step=step - 1,
            batch_size=self.configuration.training.batch_size,
            length=self.configuration.dataset.max_length,
            seed=self.configuration.training.seed,
            marks=self.corpus.train_marks,
        )
        world = current_world()
        tokens, labels = (part.tensor_split(world.size)[world.rank] for part in (tokens, labels))
        return tokens, labels


def prepare(configuration: Configuration, max_steps: int | None) -> Prepared:
    """Load and prepare a run; raise UserError or TrainingFailure when its parts do not fit."""
    torch.manual_seed(configuration.training.seed)
    resources = load_resources(configuration)
    training = configuration.training
    if training.compile != "off":
        require_compiler(resources.device)
    layout = ParallelLayout(training.parallel, current_world().size)
    plan = plan_run_loss(configuration, resources, layout.processes)
    tuning = tune_run_loss(configuration, resources, plan)
    plan = tuning.plan
    objective = Objective(
        resources.teacher,
        configuration.distillation,
        training.mixed_precision,
        plan.rows if plan.mode == "chunked" else None,
        resources.cache,
        plan.fused,
    )
    if training.gradient_checkpointing:
        resources.student.recompute_activations()
    predicted = training.memory_check
    memory = step_memory(configuration, resources, plan, layout) if predicted else None
    run_objective = parallelise(objective, resources.student, training)
    optimizer = AdamW(resources.student, training.weight_decay, training.betas)
    batches = Batches(resources.corpus, configuration)
    ahead = resources.device.type == "cuda"
    steps = epoch_steps(len(resources.corpus.train), training, configuration.dataset.max_length)
    precision, parameters = training.mixed_precision, optimizer.parameters.values()
    run = Run(
        student=resources.student,
        optimizer=optimizer,
        objective=run_objective,
        batch=Prefetched(batches, resources.device) if ahead else batches,
        training=training,
        steps_per_epoch=steps,
        max_steps=max_steps,
        device=resources.device,
        loss_scale=LossScale(resources.device, precision, parameters),
    )
    facts = {
        **run_facts(configuration, resources, objective),
        "steps_per_epoch": steps,
        "loss": asdict(plan),
    }
    return Prepared(configuration, run, resources, objective, tuning, memory, facts)
