"""What `teach` and `train` have in common: checks without torch, then the pipeline."""

import argparse
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from time import perf_counter
from typing import TextIO

from trainer.commands.options import check_result_file, write_result
from trainer.config import Configuration
from trainer.environment import Limits, read_limits
from trainer.errors import UserError
from trainer.folders import find_model
from trainer.output import Existing, check_output_folder


def launch(
    configuration: Configuration,
    arguments: argparse.Namespace,
    environment: Mapping[str, str],
    out: TextIO,
) -> None:
    """Run the pipeline and write `--result`; UserError before torch is imported."""
    limits = read_limits(environment, arguments.max_steps)
    _check_folders(configuration, arguments)
    _execute(configuration, limits, arguments, out)


def _check_folders(configuration: Configuration, arguments: argparse.Namespace) -> None:
    check_result_file(arguments.result)
    if configuration.output.dir is None:
        raise UserError("output.dir is required; give --output DIR")
    check_output_folder(Path(configuration.output.dir), _existing(arguments))
    for model_id in (configuration.teacher.model_id, configuration.student.model_id):
        if model_id is not None:
            find_model(Path(model_id))


def _execute(
    configuration: Configuration, limits: Limits, arguments: argparse.Namespace, out: TextIO
) -> None:
    started = perf_counter()
    from trainer.pipeline import Pipeline  # noqa: PLC0415 - torch takes seconds to import

    existing = _existing(arguments)
    pipeline = Pipeline(configuration, limits, existing, out=out, started=started)
    write_result(arguments.result, asdict(pipeline.execute()))


def _existing(arguments: argparse.Namespace) -> Existing:
    if arguments.resume:
        return Existing.RESUME
    return Existing.OVERWRITE if arguments.overwrite else Existing.REFUSE
