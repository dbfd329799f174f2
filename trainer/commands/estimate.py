"""Predict memory, FLOPs and time of a run before it starts; write nothing but --result."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from trainer.commands.shared.options import (
    add_common,
    check_result_file,
    common_overrides,
    write_result,
)
from trainer.configuration.loading import bundled_names, load_configuration
from trainer.errors import UserError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    names = ", ".join(bundled_names())
    parser.add_argument("--config", default="standard", help=f"a YAML file, or one of {names}")
    parser.add_argument("--teacher", metavar="DIR", help="folder of the teacher (teacher.model_id)")
    parser.add_argument(
        "--processes",
        metavar="N",
        type=int,
        default=1,
        help="predict the memory of each of N processes too, under training.parallel",
    )
    add_common(parser)


def run(arguments: argparse.Namespace, environment: Mapping[str, str], out: TextIO) -> None:
    """Load the models, run a few steps, and report."""
    del environment
    overrides = list(common_overrides(arguments))
    if arguments.teacher is not None:
        overrides.append(("teacher.model_id", arguments.teacher))
    configuration = load_configuration(arguments.config, overrides)
    check_result_file(arguments.result)
    if arguments.processes < 1:
        raise UserError(f"--processes must be > 0, got {arguments.processes}")
    for key, model_id in (
        ("teacher.model_id", configuration.teacher.model_id),
        ("student.model_id", configuration.student.model_id),
    ):
        if model_id is not None and not Path(model_id).is_dir():
            raise UserError(
                f"{key} {model_id}: no such folder; an estimate is made from a model's shapes and "
                "from steps that are run, not from its name: fetch it, and give its folder"
            )
    from trainer.runs.estimate import estimate  # noqa: PLC0415 - torch takes seconds to import
    from trainer.runs.prepare import prepare  # noqa: PLC0415 - likewise

    prepared = prepare(configuration, None)
    found = estimate(prepared, arguments.processes)
    for line in (*prepared.lines(), *found.lines()):
        print(line, file=out, flush=True)
    write_result(arguments.result, found.facts())
