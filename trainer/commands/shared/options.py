"""Command-line options of several verbs, and the configuration overrides they stand for."""

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryFile

from trainer.configuration.environment import interval_overrides
from trainer.configuration.loading import Override, bundled_names, parse_override
from trainer.errors import UserError
from trainer.storage.atomic_files import write_json
from trainer.storage.output_folder import Existing

_VARIABLES = (
    "environment: APR_DISTILL_MAX_STEPS=N stops after N steps (smoke mode); "
    "APR_DISTILL_PROJECT_TO_STEPS=N is what smoke mode projects to (50000); "
    "APR_DISTILL_CHECKPOINT_EVERY=N and APR_DISTILL_LOG_EVERY=N set output.checkpoint_every and "
    "output.log_every, where 0 means never"
)


def add_training(parser: argparse.ArgumentParser) -> None:
    """Add the options of `teach` and `train`."""
    parser.epilog = _VARIABLES
    names = ", ".join(bundled_names())
    parser.add_argument("--config", default="standard", help=f"a YAML file, or one of {names}")
    parser.add_argument("--output", metavar="DIR", help="folder to write (output.dir)")
    earlier = parser.add_mutually_exclusive_group()
    earlier.add_argument(
        "--resume",
        nargs="?",
        type=Existing,
        const=Existing.RESUME,
        choices=[Existing.AUTO],
        metavar=Existing.AUTO.value,
        help="go on from the last checkpoint; auto: or start, where there is none",
    )
    earlier.add_argument("--overwrite", action="store_true", help="replace an earlier run's files")
    parser.add_argument(
        "--compare", metavar="DIR", action="append", help="show this run in the report too"
    )
    parser.add_argument("--max-steps", metavar="N", help="smoke mode: stop after N steps")
    add_common(parser)


def add_common(parser: argparse.ArgumentParser) -> None:
    """Add the options of every verb that reads data."""
    parser.add_argument(
        "--set", metavar="KEY=VALUE", action="append", default=[], help="override one key"
    )
    add_device(parser)
    parser.add_argument("--result", metavar="FILE", type=Path, help="write the outcome as JSON")


def add_device(parser: argparse.ArgumentParser) -> None:
    """Add `--device`."""
    parser.add_argument("--device", choices=["auto", "cpu", "cuda"], help="where to compute")


def training_overrides(
    arguments: argparse.Namespace, environment: Mapping[str, str]
) -> Iterator[Override]:
    """Yield overrides of the file, weakest first: environment, `--set`, other flags."""
    yield from interval_overrides(environment)
    yield from common_overrides(arguments)
    if arguments.output is not None:
        yield "output.dir", arguments.output
    if arguments.compare is not None:
        yield "output.compare", arguments.compare


def common_overrides(arguments: argparse.Namespace) -> Iterator[Override]:
    """Yield the overrides by `--set` and `--device`."""
    for text in arguments.set:
        yield parse_override(text)
    if arguments.device is not None:
        yield "device", arguments.device


def check_result_file(path: Path | None) -> None:
    """Refuse a `--result` that could not be written, before anything long starts."""
    if path is None:
        return
    if path.is_dir():
        raise UserError(f"--result {path}: is a folder; give a file")
    nearest = next(folder for folder in path.absolute().parents if folder.exists())
    try:
        TemporaryFile(dir=nearest).close()
    except OSError as fault:
        raise UserError(
            f"--result {path}: cannot be written in {nearest} ({fault.strerror}); give another"
        ) from fault


def write_result(path: Path | None, outcome: Mapping[str, object]) -> None:
    """Write `--result` if it was asked for, with the folders that it needs."""
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_json(path, outcome)
