"""Distil a student from a teacher; with APR_DISTILL_MAX_STEPS or --max-steps, a smoke run."""

import argparse
from collections.abc import Mapping
from typing import TextIO

from trainer.commands.shared.options import add_training, training_overrides
from trainer.commands.shared.train_or_teach import launch
from trainer.configuration.loading import load_configuration
from trainer.errors import UserError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--teacher", metavar="DIR", help="folder of the teacher (teacher.model_id)")
    add_training(parser)


def run(arguments: argparse.Namespace, environment: Mapping[str, str], out: TextIO) -> None:
    """Distil as configured."""
    overrides = list(training_overrides(arguments, environment))
    if arguments.teacher is not None:
        overrides.append(("teacher.model_id", arguments.teacher))
    configuration = load_configuration(arguments.config, overrides)
    if configuration.teacher.model_id is None and configuration.teacher.cache is None:
        raise UserError(
            "teacher.model_id is required; give --teacher DIR, the --output of `distill teach`, or "
            "teacher.cache"
        )
    launch(configuration, arguments, environment, out)
