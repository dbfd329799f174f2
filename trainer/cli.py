"""The console script `distill`: parse, call a verb, map the two error families to exit codes."""

import argparse
import os
import sys
from collections.abc import Sequence

from trainer.commands import cache, estimate, evaluate, generate, teach, train
from trainer.errors import Interrupted, TrainingFailure, UserError

VERBS = {
    "teach": teach,
    "train": train,
    "estimate": estimate,
    "cache": cache,
    "evaluate": evaluate,
    "generate": generate,
}

_OUT_OF_MEMORY = "OutOfMemoryError"  # torch's, named so that torch need not be imported
_SMALLER = (
    "raise training.gradient_accumulation, lower dataset.max_length or training.batch_size, or set "
    "training.gradient_checkpointing"
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb.

    Returns 0; 1 when a run failed; 2 when the user's input is at fault; 130 or 143 after a signal.
    The watchdog ends the process with 75.
    """
    arguments = build_parser().parse_args(argv)
    _yield_idle_cores()
    try:
        VERBS[arguments.verb].run(arguments, os.environ, sys.stdout)
    except UserError as fault:
        return _fail(str(fault), 2)
    except (TrainingFailure, OSError) as fault:
        return _fail(str(fault), 1)
    except Interrupted as stopped:
        return _fail(str(stopped), 128 + stopped.signum)
    except (MemoryError, RuntimeError) as fault:
        if not isinstance(fault, MemoryError) and type(fault).__name__ != _OUT_OF_MEMORY:
            raise
        return _fail(f"out of memory: {fault}; {_SMALLER}", 1)
    except KeyboardInterrupt:
        return _fail("interrupted", 130)
    return 0


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


def _fail(message: str, code: int) -> int:
    sys.stderr.write(f"error: {message}\n")
    return code
