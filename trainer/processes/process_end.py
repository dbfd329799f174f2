"""The end of a process that belonged to a group of them."""

import os
import sys
from typing import NoReturn


def end_at_once(code: int) -> NoReturn:
    """Write out the standard streams and end the process, without Python's finalisation.

    The threads of a process group outlive it, as DDP and FSDP keep references to it. One that
    still frees a tensor then wants the interpreter, which is being taken down, and aborts a
    process that has done all its work (https://github.com/pytorch/pytorch/pull/179291).
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
