"""Run a training verb, `teach` or `train`: checks without torch, then the pipeline."""

import argparse
from collections.abc import Mapping
from dataclasses import asdict
from io import StringIO
from pathlib import Path
from time import perf_counter
from typing import TextIO

from trainer.commands.shared.options import check_result_file, write_result
from trainer.configuration.environment import Limits, read_limits
from trainer.configuration.schema import Configuration
from trainer.errors import UserError
from trainer.processes.rank import World, read_world
from trainer.storage.file_names import METRICS
from trainer.storage.model_files import find_model
from trainer.storage.output_folder import Existing, check_output_folder
from trainer.training.results import PipelineResult


def launch(
    configuration: Configuration,
    arguments: argparse.Namespace,
    environment: Mapping[str, str],
    out: TextIO,
) -> None:
    """Run the pipeline and write `--result`; UserError before torch is imported.

    Under torchrun, the main process prints and writes.
    """
    limits = read_limits(environment, arguments.max_steps)
    world = read_world(environment)
    _check_folders(configuration, arguments, world)
    result = _execute(configuration, limits, arguments, world, out if world.is_main else StringIO())
    if world.is_main:
        write_result(arguments.result, asdict(result))


def _check_folders(
    configuration: Configuration, arguments: argparse.Namespace, world: World
) -> None:
    check_result_file(arguments.result)
    if configuration.output.dir is None:
        raise UserError("output.dir is required; give --output DIR")
    if world.is_main:  # another process would look after this one has begun to write
        check_output_folder(Path(configuration.output.dir), _existing(arguments))
    for run in map(Path, configuration.output.compare):
        if not (run / METRICS).is_file():
            raise UserError(f"output.compare {run}: no run has written steps there; leave it out")
    for model_id in (configuration.teacher.model_id, configuration.student.model_id):
        if model_id is not None:
            find_model(Path(model_id))


def _execute(
    configuration: Configuration,
    limits: Limits,
    arguments: argparse.Namespace,
    world: World,
    out: TextIO,
) -> PipelineResult:
    started = perf_counter()
    from trainer.runs.pipeline import Pipeline  # noqa: PLC0415 - torch takes seconds to import

    existing = _existing(arguments)
    return Pipeline(
        configuration, limits, existing, out=out, world=world, started=started
    ).execute()


def _existing(arguments: argparse.Namespace) -> Existing:
    if arguments.resume is not None:
        resumed: Existing = arguments.resume
        return resumed
    return Existing.OVERWRITE if arguments.overwrite else Existing.REFUSE
