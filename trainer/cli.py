"""The console script `distill`: parse, call a verb, map the two error families to exit codes."""

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr
from io import StringIO

from trainer.commands import cache, estimate, evaluate, generate, teach, train
from trainer.errors import Interrupted, TrainingFailure, UserError
from trainer.processes.error_report import print_error
from trainer.processes.rank import World, read_world

VERBS = {
    "teach": teach,
    "train": train,
    "estimate": estimate,
    "cache": cache,
    "evaluate": evaluate,
    "generate": generate,
}

_MULTI_PROCESS = ("teach", "train")
"""The verbs that several processes run together."""
_OUT_OF_MEMORY = "OutOfMemoryError"  # torch's, named so that torch need not be imported
_MEMORY_REMEDY = (
    "raise training.gradient_accumulation, lower dataset.max_length or training.batch_size, or set "
    "training.gradient_checkpointing"
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb and return its exit code; print an error that several processes share once.

    Returns 0; 1 when a run failed; 2 when the user's input is at fault; 130 or 143 after a signal.
    The watchdog ends the process with 75.
    """
    arguments = _parse(argv)
    _yield_idle_cores()
    code, message = _outcome(arguments)
    if code:
        print_error(f"error: {message}\n", _world(), sys.stderr)
    return code


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    stderr = StringIO()
    try:
        with redirect_stderr(stderr):
            return build_parser().parse_args(argv)
    except SystemExit as stopped:
        if stopped.code:
            print_error(stderr.getvalue(), _world(), sys.stderr)
        raise


def _outcome(arguments: argparse.Namespace) -> tuple[int, str]:
    """Run the verb; return the exit code and the error message, empty for code 0."""
    if arguments.verb not in _MULTI_PROCESS and _world().size > 1:
        return 2, f"distill {arguments.verb} is for one process; start it without torchrun"
    try:
        VERBS[arguments.verb].run(arguments, os.environ, sys.stdout)
    except UserError as fault:
        return 2, str(fault)
    except (TrainingFailure, OSError) as fault:
        return 1, str(fault)
    except Interrupted as stopped:
        return 128 + stopped.signum, str(stopped)
    except (MemoryError, RuntimeError) as fault:
        if not isinstance(fault, MemoryError) and type(fault).__name__ != _OUT_OF_MEMORY:
            raise
        return 1, f"out of memory: {fault}; {_MEMORY_REMEDY}"
    except KeyboardInterrupt:
        return 130, "interrupted"
    return 0, ""


def _world() -> World:
    """Return the process's place by torchrun; a single process where its variables are invalid."""
    try:
        return read_world(os.environ)
    except UserError:
        return World()


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all verbs."""
    parser = argparse.ArgumentParser("distill", description="Knowledge distillation of small LMs.")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for name, verb in VERBS.items():
        verb.add_arguments(verbs.add_parser(name, help=verb.__doc__, description=verb.__doc__))
    return parser


def _yield_idle_cores() -> None:
    """Let OpenMP's waiting threads sleep soon, unless the user has set how they wait.

    By default they spin, and where another process wants the cores, a step takes 100 times as
    long. GNU OpenMP reads this when torch is imported, which the verbs do later.
    """
    if "OMP_WAIT_POLICY" not in os.environ:
        os.environ.setdefault("GOMP_SPINCOUNT", "20000")
