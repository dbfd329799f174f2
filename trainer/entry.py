"""The console script: the command line, or an error where the trainer's packages are missing."""

import os
import sys
from importlib import import_module

from trainer.processes.process_end import end_at_once

_OWN_EXTRA = frozenset({"numpy", "pydantic", "safetensors", "torch", "yaml"})


def main() -> int:
    """Run `distill`; exit code 2 when a package of the extra `trainer` is not installed."""
    try:
        code = int(import_module("trainer.cli").main())
    except ModuleNotFoundError as missing:
        if missing.name not in _OWN_EXTRA:
            raise
        remedy = "install the trainer with: pip install 'pv-contracts[trainer]'"
        print(f"distill: the package `{missing.name}` is missing; {remedy}", file=sys.stderr)
        return 2
    if os.environ.get("WORLD_SIZE", "1") != "1":
        end_at_once(code)
    return code
