"""Print an error common to all processes of a run once, and another one with its process's number.

The processes compare their messages through the key-value store of torchrun, which exists before
the process group is formed and after it is left.
"""

import hashlib
import os
import signal
from collections.abc import Mapping
from datetime import timedelta
from typing import Protocol, TextIO

from trainer.processes.rank import World

_TIMEOUT = timedelta(seconds=5)
"""Time to wait for the main process to report the same error."""
_MAIN_ERROR = "trainer/error"
"""Key of the digest of the main process's message."""


class _Store(Protocol):
    """The methods of torch's key-value store that are called here."""

    def set(self, key: str, value: str, /) -> None: ...
    def get(self, key: str, /) -> bytes: ...
    def add(self, key: str, amount: int, /) -> int: ...
    def wait(self, keys: list[str], timeout: timedelta, /) -> None: ...


def print_error(text: str, world: World, err: TextIO) -> None:
    """Write `text` to `err`, unless another process has written, or will write, the same.

    The main process writes at once. Another process writes what the main one does not, with its
    number in front; it also writes when the store cannot be reached, so that no error is lost.
    """
    if world.is_main:
        err.write(text)
        err.flush()
    if world.size == 1:
        return
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # torchrun sends it as soon as another one ends
    digest = hashlib.sha256(text.encode()).hexdigest()
    if world.is_main:
        _publish(digest)
    elif not _printed_elsewhere(digest):
        err.write(f"process {world.rank} of {world.size}: {text}")


def _publish(digest: str) -> None:
    store = _connect(os.environ)
    if store is not None:
        store.set(_MAIN_ERROR, digest)


def _printed_elsewhere(digest: str) -> bool:
    """Return whether the main process, or else another one, prints the message of this digest."""
    store = _connect(os.environ)
    if store is None:
        return False
    try:
        store.wait([_MAIN_ERROR], _TIMEOUT)
    except RuntimeError:  # the main process has no error, or not yet
        of_main = ""
    else:
        of_main = store.get(_MAIN_ERROR).decode()
    return of_main == digest or int(store.add(f"{_MAIN_ERROR}/{digest}", 1)) > 1


def _connect(environment: Mapping[str, str]) -> _Store | None:
    """Return torchrun's store, or None where it cannot be reached."""
    import torch.distributed as dist  # noqa: PLC0415 - takes seconds

    if not dist.is_available():  # torch can be built without it
        return None
    try:
        host, port = environment["MASTER_ADDR"], int(environment["MASTER_PORT"])
        store = dist.TCPStore(host, port, is_master=False, timeout=_TIMEOUT)  # type: ignore[attr-defined]
    except (KeyError, ValueError, RuntimeError):
        return None
    attempt = environment.get("TORCHELASTIC_RESTART_COUNT", "0")
    return dist.PrefixStore(attempt, store)  # type: ignore[attr-defined]
