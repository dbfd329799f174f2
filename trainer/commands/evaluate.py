"""Bits per byte and perplexity on held-out text, and agreement with a teacher."""

import argparse
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

from trainer.commands.shared.options import (
    add_common,
    check_result_file,
    common_overrides,
    write_result,
)
from trainer.configuration.loading import configure, load_configuration
from trainer.configuration.schema import Configuration
from trainer.errors import UserError
from trainer.storage.model_files import ModelFiles, find_model


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("model", metavar="MODEL", type=Path, help="folder of an exported model")
    parser.add_argument("--teacher", metavar="DIR", type=Path, help="compare with this model")
    parser.add_argument("--config", help="take dataset and batch size from here, not from MODEL")
    add_common(parser)


def run(arguments: argparse.Namespace, environment: Mapping[str, str], out: TextIO) -> None:
    """Evaluate, print, and write `--result`; the environment is not read."""
    del environment
    check_result_file(arguments.result)
    model = find_model(arguments.model)
    teacher = None if arguments.teacher is None else find_model(arguments.teacher)
    configuration = _configuration(arguments, model)
    from trainer.evaluation.evaluate_model import assess  # noqa: PLC0415 - torch takes seconds to import

    assessment = assess(model, teacher, configuration)
    print("\n".join(assessment.lines()), file=out)
    write_result(arguments.result, asdict(assessment))


def _configuration(arguments: argparse.Namespace, model: ModelFiles) -> Configuration:
    overrides = list(common_overrides(arguments))
    if arguments.config is not None:
        return load_configuration(arguments.config, overrides)
    if "configuration" not in model.facts:
        raise UserError(f"{model.folder}: has no record of its data; name the data with --config")
    return configure(model.facts["configuration"], overrides, str(model.folder))
