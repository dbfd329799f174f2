"""Store a teacher's top-k logits for every window of a run, which then needs no teacher."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from trainer.commands.shared.options import add_common, common_overrides
from trainer.configuration.loading import bundled_names, load_configuration
from trainer.errors import UserError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    names = ", ".join(bundled_names())
    parser.add_argument("--config", default="standard", help=f"a YAML file, or one of {names}")
    parser.add_argument("--teacher", metavar="DIR", help="folder of the teacher (teacher.model_id)")
    parser.add_argument("--output", metavar="DIR", type=Path, required=True, help="the cache")
    parser.add_argument("--overwrite", action="store_true", help="replace another cache")
    parser.add_argument(
        "--top-k", metavar="K", type=int, default=64, help="how many logits of a token are kept"
    )
    add_common(parser)


def run(arguments: argparse.Namespace, environment: Mapping[str, str], out: TextIO) -> None:
    """Make the cache, or finish one that was interrupted; the environment is not read."""
    del environment
    overrides = [*common_overrides(arguments), ("teacher.cache", None)]
    if arguments.teacher is not None:
        overrides.append(("teacher.model_id", arguments.teacher))
    configuration = load_configuration(arguments.config, overrides)
    if configuration.teacher.model_id is None:
        raise UserError("teacher.model_id is required; give --teacher DIR")
    from trainer.runs.fill_cache import plan_cache  # noqa: PLC0415 - torch takes seconds to import

    cache_plan = plan_cache(
        configuration, arguments.output, arguments.top_k, overwrite=arguments.overwrite
    )
    for lines in (cache_plan.lines(), cache_plan.run()):
        for line in lines:
            print(line, file=out, flush=True)
