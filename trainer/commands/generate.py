"""Text that an exported model continues from a prompt."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from trainer.commands.shared.options import add_device
from trainer.errors import UserError
from trainer.storage.model_files import find_model


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("model", metavar="MODEL", type=Path, help="folder of an exported model")
    parser.add_argument("--prompt", default="def ", help="text to continue")
    parser.add_argument(
        "--tokens",
        metavar="N",
        type=int,
        default=200,
        help="how many to add; bytes, if the model reads them",
    )
    parser.add_argument("--temperature", type=float, default=0.8, help="0: the likeliest token")
    parser.add_argument("--seed", type=int, default=0)
    add_device(parser)


def run(arguments: argparse.Namespace, environment: Mapping[str, str], out: TextIO) -> None:
    """Print the prompt and its continuation; the environment is not read."""
    del environment
    if arguments.tokens < 1:
        raise UserError(f"--tokens must be > 0, got {arguments.tokens}")
    if not 0 <= arguments.temperature < float("inf"):
        raise UserError(f"--temperature must be finite and >= 0, got {arguments.temperature:g}")
    if not 0 <= arguments.seed < 2**64:
        raise UserError(f"--seed must be from 0 to 2**64 - 1, got {arguments.seed}")
    files = find_model(arguments.model)
    from trainer.data.tokenizer_choice import tokenizer_of  # noqa: PLC0415
    from trainer.device import resolve_device  # noqa: PLC0415 - torch takes seconds to import
    from trainer.evaluation.generate import generate  # noqa: PLC0415
    from trainer.models.load import load_model  # noqa: PLC0415

    continued = generate(
        load_model(files, resolve_device(arguments.device or "auto")),
        tokenizer_of(files),
        arguments.prompt,
        count=arguments.tokens,
        temperature=arguments.temperature,
        seed=arguments.seed,
    )
    print(arguments.prompt + continued.decode(errors="replace"), file=out)
