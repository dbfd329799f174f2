"""Plan a process's micro-batch: its size, its loss and the memory of a step."""

from math import ceil

from trainer.configuration.schema import Configuration, Training
from trainer.cost.activation_memory import activation_bytes
from trainer.cost.memory_prediction import predict_memory
from trainer.cost.step_memory import Memory
from trainer.device import product_type
from trainer.errors import UserError
from trainer.losses.loss_chunking import LossPlan, LossShape, plan_loss
from trainer.losses.tuning import Sample, Tuning, tune
from trainer.processes.parameter_sharding import ParallelLayout
from trainer.runs.load_resources import Resources


def step_memory(
    configuration: Configuration, resources: Resources, plan: LossPlan, layout: ParallelLayout
) -> Memory:
    """Predict the memory of a step in the process that holds most, before the student is sharded.

    `plan` must be for as many processes as `layout`. A plan depends on the memory that is free, so
    the caller passes the one that runs.
    """
    training = configuration.training
    windows = _windows(training, layout.processes)
    shape = (windows, configuration.dataset.max_length, training.mixed_precision)
    documents = configuration.dataset.documents
    student, teacher = resources.student, resources.teacher
    return predict_memory(
        (student, teacher),
        plan,
        (
            activation_bytes(student, *shape, documents=documents),
            None if teacher is None else activation_bytes(teacher, *shape, documents=documents),
        ),
        layout,
        pieces=training.gradient_accumulation,
    )


def _windows(training: Training, processes: int) -> int:
    """Return the number of windows in the largest micro-batch of any process."""
    return ceil(training.batch_size / (processes * training.gradient_accumulation))


def plan_run_loss(configuration: Configuration, resources: Resources, processes: int) -> LossPlan:
    """Choose how to compute the loss of a micro-batch."""
    training = configuration.training
    shape = LossShape(
        tokens=_windows(training, processes) * configuration.dataset.max_length,
        vocab_size=resources.student.vocab_size,
        item_size=4 if training.mixed_precision == "none" else 2,
        taught=resources.teacher is not None or resources.cache is not None,
    )
    if resources.cache is not None:
        if training.loss == "chunked":
            raise UserError(
                "training.loss is chunked, but the loss from teacher.cache needs the student's "
                "logits whole; set training.loss to dense or auto"
            )
        return LossPlan("dense", shape.tokens, shape, "from a cache")
    linear = resources.student.head is not None
    return plan_loss(training, shape, resources.device.type, linear=linear)


def tune_run_loss(configuration: Configuration, resources: Resources, plan: LossPlan) -> Tuning:
    """Choose kernel and rows of a planned loss on the run's device, before the student is sharded.

    `training.loss_memory_mib` fixes the rows.
    """
    head, teacher = resources.student.head, resources.teacher
    if plan.mode == "dense" or head is None:
        return Tuning(plan)
    sample = Sample(
        head=head,
        teacher=None if teacher is None else teacher.head,
        teacher_vocabulary=0 if teacher is None else teacher.vocab_size,
        settings=None if teacher is None else configuration.distillation,
        dtype=product_type(configuration.training.mixed_precision),
    )
    return tune(plan, sample, fixed_rows=configuration.training.loss_memory_mib is not None)
