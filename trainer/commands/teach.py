"""Train a teacher, or a student alone, by cross-entropy on the same data as `train`."""

import argparse
from collections.abc import Mapping
from typing import TextIO

from trainer.commands.shared.options import add_training, training_overrides
from trainer.commands.shared.train_or_teach import launch
from trainer.configuration.loading import load_configuration


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_training(parser)


def run(arguments: argparse.Namespace, environment: Mapping[str, str], out: TextIO) -> None:
    """Train without a teacher, whatever the configuration names as one."""
    alone = (("teacher.model_id", None), ("teacher.cache", None))
    overrides = [*training_overrides(arguments, environment), *alone]
    launch(load_configuration(arguments.config, overrides), arguments, environment, out)
