"""Open the folder of a run, its trackers first: one that refuses leaves the folder as it was."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from trainer.checkpoints.resume import resume, tidy
from trainer.configuration.schema import Configuration
from trainer.errors import UserError
from trainer.processes.collectives import current_world
from trainer.recording.tracker_packages import Described
from trainer.recording.trackers import read_keys, trackers, write_keys
from trainer.runs.prepare import Prepared
from trainer.runs.resolved_configuration import resolved_configuration, resolved_tree
from trainer.storage.atomic_files import write_text
from trainer.storage.file_names import RESOLVED, TRACKERS
from trainer.storage.output_folder import Existing, clear
from trainer.training.callbacks import Callback
from trainer.training.results import Progress
from trainer.training.user_callbacks import UserCallbacks


def output_folder(configuration: Configuration, existing: Existing, *, smoke: bool) -> Path:
    """Return the folder that is configured; raise UserError where a run cannot write there."""
    if configuration.output.dir is None:
        raise UserError("output.dir is required; give --output DIR")
    folder = Path(configuration.output.dir)
    sources = (configuration.teacher.model_id, configuration.student.model_id)
    if folder.resolve() in {Path(source).resolve() for source in sources if source}:
        raise UserError(f"output.dir {folder} is also the teacher or the student's origin")
    if smoke and existing.settled(folder) is Existing.RESUME:
        raise UserError("--resume: a smoke run starts at the first step; leave one of them out")
    return folder


def resumed(
    output: Path, prepared: Prepared, user_callbacks: UserCallbacks
) -> tuple[Prepared, Progress, list[str]]:
    """Return the run as its newest checkpoint has it, its progress, and notes for the user."""
    progress, notes = resume(output, prepared.run, prepared.facts, user_callbacks)
    run = replace(prepared.run, done=progress.step, last_action=user_callbacks.last_action)
    return replace(prepared, run=run), progress, notes


@contextmanager
def opened(
    output: Path, prepared: Prepared, out: TextIO, *, resumes: bool
) -> Iterator[Sequence[Callback]]:
    """Yield the trackers' callbacks, in a folder that is cleared, or ready to go on in.

    At the end the trackers are told how the run ended. Raises UserError where one begins no run.
    """
    if not current_world().is_main:
        yield ()
        return
    settings = prepared.configuration.output
    described = Described(output.resolve().name, settings.project, resolved_tree(prepared))
    keys = read_keys(output / TRACKERS) if resumes and settings.trackers else {}
    with trackers(settings.trackers, described, keys, out) as logs:
        if resumes:
            tidy(output, prepared.run.done)
        else:
            clear(output)
        write_text(output / RESOLVED, resolved_configuration(prepared))
        write_keys(output / TRACKERS, {**keys, **{log.name: log.key for log in logs}})
        yield logs
