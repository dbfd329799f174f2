"""The last stage: a smoke run's report, or the export of a full run and its check."""

import math
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import torch

from trainer.configuration.schema import Configuration
from trainer.device import product_type
from trainer.models.export import discard_model, publish_model, write_model
from trainer.models.interface import type_name
from trainer.models.load import load_model
from trainer.models.parameters import frozen_digest, parameters_digest, tensors_digest
from trainer.processes.collectives import current_world, wait_for_all
from trainer.recording.html_report import page
from trainer.recording.run_record import read_run
from trainer.recording.smoke_report import Measured, Saving, SmokeReport, summarise
from trainer.runs.prepare import Prepared
from trainer.runs.prepared_run import RunState
from trainer.runs.sidecar import final_facts, model_facts
from trainer.storage.atomic_files import write_json, write_text
from trainer.storage.file_names import MODEL_ASIDE, REPORT, SMOKE
from trainer.storage.model_files import find_model
from trainer.training.guards import (
    require_changed_weights,
    require_equal_export,
    require_equal_weights,
    require_finite,
    require_frozen_teacher,
    require_representable,
    require_unchanged_base,
    require_unchanged_teacher,
)
from trainer.training.objective import measure_batch
from trainer.training.results import Metrics


def first_batch(prepared: Prepared, moment: str) -> dict[str, float]:
    """Return the loss terms of the first batch; raise TrainingFailure if one is not finite."""
    terms = measure_first_batch(prepared)
    require_finite(f"first batch {moment}", terms)
    return terms


def measure_first_batch(prepared: Prepared) -> dict[str, float]:
    """Return the loss terms of the first batch, finite or not."""
    run = prepared.run
    return measure_batch(run.objective, run.student, *run.batch(1))


def smoke_report(
    state: RunState, metrics: Metrics, target_steps: int, saving: Saving
) -> SmokeReport:
    """Project the measured times to the full run."""
    times = state.step_timer.times
    measured = Measured(
        step_seconds=times.step_seconds,
        seconds=times.seconds,
        setup_seconds=state.setup_seconds,
        checkpoint_seconds=saving.checkpoint_seconds,
        export_seconds=saving.export_seconds,
        held_out_seconds=saving.held_out_seconds,
        initial_loss=metrics.initial_loss,
        final_loss=metrics.final_loss,
        tuning_seconds=state.prepared.tuning.seconds,
    )
    configuration = state.prepared.configuration
    return summarise(
        measured,
        target_steps=target_steps,
        checkpoint_every=configuration.output.checkpoint_every,
        evaluate_every=configuration.evaluation.every,
    )


def write_smoke(output: Path, report: SmokeReport) -> None:
    """Write smoke.json; numbers that are not finite, after a failure, are null in it."""
    if not current_world().is_main:
        return
    facts = asdict(report)
    unknown = {name for name, value in facts.items() if not math.isfinite(value)}
    write_json(output / SMOKE, {n: None if n in unknown else v for n, v in facts.items()})


def judge_smoke(prepared: Prepared) -> None:
    """Raise TrainingFailure unless the student changed and the teacher did not."""
    with prepared.run.objective.full_parameters():
        student = tensors_digest(prepared.run.student.weights())
        _check_base(prepared)
    require_changed_weights(prepared.resources.student_digest, student)
    check_teacher(prepared)


def export(output: Path, prepared: Prepared, metrics: Metrics) -> Iterator[str]:
    """Write the model, reload it, and raise TrainingFailure unless it has the same loss."""
    check_teacher(prepared)
    with prepared.run.objective.full_parameters():
        _check_base(prepared)
    loss = write_and_read(output, prepared, metrics)
    kind = prepared.run.student.stored_as
    as_it_is = "with the same loss"
    if kind is not torch.float32:
        as_it_is = f"in {type_name(kind)}, with loss {loss:.4f} on it"
    yield (
        f"{metrics.steps_completed} steps: loss {metrics.initial_loss:.4f} -> "
        f"{metrics.final_loss:.4f} on the first batch, {metrics.throughput:.2f} step/s; "
        f"model in {output}, read back {as_it_is}"
    )


def write_and_read(folder: Path, prepared: Prepared, metrics: Metrics) -> float:
    """Write the model, reload it and return its loss; put it in place if it is the trained one.

    Otherwise it is removed.
    """
    is_main = current_world().is_main
    try:
        _write(folder, prepared, metrics)
        wait_for_all()
        loss = _read_back(folder / MODEL_ASIDE, prepared, metrics)
        wait_for_all()  # each process has read what the main one moves
        if is_main:
            publish_model(folder)
        return loss
    finally:
        if is_main:
            discard_model(folder)


def _write(folder: Path, prepared: Prepared, metrics: Metrics) -> None:
    run = prepared.run
    with run.objective.full_parameters():
        if run.student.stored_as is not torch.float32:
            require_representable(run.student.weights(), run.student.stored_as)
        facts = final_facts(prepared.facts, run.student, metrics)
        if current_world().is_main:
            write_model(folder, run.student, facts, prepared.resources.tokenizer_folder)


def _read_back(folder: Path, prepared: Prepared, metrics: Metrics) -> float:
    """Return the loss of the model in a folder; TrainingFailure unless it is the trained one.

    Rounded weights have another loss. They have to be the trained ones, rounded, bit for bit, and
    the model that was read has the loss of the trained one once it is given what was rounded off.
    """
    run, files = prepared.run, find_model(folder)
    reloaded = load_model(files, run.device)
    loss = found = measure_batch(prepared.objective, reloaded, *run.batch(1))["total"]
    if run.student.stored_as is not torch.float32:
        digest = str(model_facts(reloaded)["digest"])
        require_equal_weights(files.facts["student"]["digest"], digest)
        with run.objective.full_parameters():
            reloaded.load_state_dict(run.student.weights(), strict=False)
        found = measure_batch(prepared.objective, reloaded, *run.batch(1))["total"]
    require_equal_export(metrics.final_loss, found, _export_tolerance(prepared))
    return loss


def _export_tolerance(prepared: Prepared) -> float:
    """Return the relative tolerance of the reloaded loss: merging adapters rounds."""
    products = product_type(prepared.run.training.mixed_precision)
    if prepared.run.student.adapters is None or products is None:
        return 1e-6
    return torch.finfo(products).eps / 8  # single errors average out over a batch


def _check_base(prepared: Prepared) -> None:
    """Raise TrainingFailure if weights that adapters leave frozen have changed."""
    resources = prepared.resources
    require_unchanged_base(resources.frozen_digest, frozen_digest(resources.student))


def write_report(output: Path, configuration: Configuration) -> None:
    """Write the HTML report on this run, its teacher's and those to compare with."""
    teacher = configuration.teacher.model_id
    beside = [(f"teacher ({Path(teacher).name})", Path(teacher))] if teacher else []
    beside += [(Path(folder).name, Path(folder)) for folder in configuration.output.compare]
    own = f"this run ({output.name})"
    runs = [read_run(name, folder) for name, folder in ((own, output), *beside)]
    write_text(output / REPORT, page([run for run in runs if run is not None]))


def check_teacher(prepared: Prepared) -> None:
    """Raise TrainingFailure if the teacher has changed since loading, or is not frozen."""
    resources = prepared.resources
    if resources.teacher is not None and resources.teacher_digest is not None:
        require_frozen_teacher(resources.teacher)
        require_unchanged_teacher(resources.teacher_digest, parameters_digest(resources.teacher))
