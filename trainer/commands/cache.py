"""Store a teacher's top-k logits for every window of a run, which then needs no teacher."""

import argparse
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TextIO

from trainer.commands.shared.options import add_common, common_overrides
from trainer.configuration.loading import bundled_names, load_configuration
from trainer.configuration.schema import Configuration
from trainer.errors import UserError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    names = ", ".join(bundled_names())
    parser.add_argument("--config", default="standard", help=f"a YAML file, or one of {names}")
    parser.add_argument("--teacher", metavar="DIR", help="folder of the teacher (teacher.model_id)")
    parser.add_argument("--output", metavar="DIR", type=Path, required=True, help="the cache")
    parser.add_argument(
        "--overwrite", action="store_true", help="replace another cache, or file of requests"
    )
    parser.add_argument(
        "--top-k", metavar="K", type=int, default=64, help="how many logits of a token are kept"
    )
    served = parser.add_argument_group("a teacher that is served")
    served.add_argument(
        "--requests", metavar="FILE", type=Path, help="write what to ask, and make no cache yet"
    )
    served.add_argument(
        "--model", metavar="NAME", default="teacher", help="the teacher's name at the server"
    )
    served.add_argument(
        "--from", metavar="FILE", type=Path, dest="answers", help="make the cache of its answers"
    )
    add_common(parser)


def run(arguments: argparse.Namespace, environment: Mapping[str, str], out: TextIO) -> None:
    """Make the cache, or finish one that was interrupted; the environment is not read."""
    del environment
    overrides = [*common_overrides(arguments), ("teacher.cache", None)]
    if arguments.teacher is not None:
        overrides.append(("teacher.model_id", arguments.teacher))
    configuration = load_configuration(arguments.config, overrides)
    if arguments.requests is not None or arguments.answers is not None:
        _of_server(arguments, configuration, out)
        return
    if configuration.teacher.model_id is None:
        raise UserError("teacher.model_id is required; give --teacher DIR")
    from trainer.runs.caching.fill_cache import plan_cache  # noqa: PLC0415 - torch takes seconds to import

    cache_plan = plan_cache(
        configuration, arguments.output, arguments.top_k, overwrite=arguments.overwrite
    )
    _tell(cache_plan.lines(), out)
    _tell(cache_plan.run(), out)


def _of_server(arguments: argparse.Namespace, configuration: Configuration, out: TextIO) -> None:
    """Write the requests to a server, or make the cache of its answers."""
    if configuration.teacher.model_id is not None:
        raise UserError("a teacher that is served is not loaded: leave teacher.model_id out")
    if arguments.requests is not None and arguments.answers is not None:
        raise UserError("--requests comes before the server, --from after it; give one of them")
    from trainer.runs.caching import served_cache  # noqa: PLC0415 - torch takes seconds to import

    if arguments.requests is not None:
        line = served_cache.write_requests(
            configuration, arguments.requests, arguments.model, arguments.top_k,
            overwrite=arguments.overwrite,
        )  # fmt: skip
        _tell([line], out)
        return
    plan = served_cache.plan_import(
        configuration,
        arguments.output,
        arguments.answers,
        arguments.top_k,
        overwrite=arguments.overwrite,
    )
    _tell(plan.lines(), out)
    _tell(plan.run(), out)


def _tell(lines: Iterable[str], out: TextIO) -> None:
    for line in lines:
        print(line, file=out, flush=True)
