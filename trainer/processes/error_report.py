"""What went wrong, told once by all processes of a run; by one alone, with its name.

The processes compare what they have to say through torchrun's own store, which is there before
they have met and after they have parted.
"""

import hashlib
import os
import signal
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, TextIO

from trainer.processes.rank import World

_PATIENCE = timedelta(seconds=5)
"""How long a process waits for the one that leads to say the same."""
_SAID_BY_LEADER = "trainer/said"


def tell(text: str, world: World, err: TextIO) -> None:
    """Write `text` to `err`, unless another process has written, or will write, the same.

    The process that leads writes at once. Another one writes what that one does not say, behind
    its own number, and also when the store cannot be asked: nothing is ever lost.
    """
    if world.leads:
        err.write(text)
        err.flush()
    if world.size == 1:
        return
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # torchrun sends it as soon as another one ends
    digest = hashlib.sha256(text.encode()).hexdigest()
    if world.leads:
        _announce(digest)
    elif not _said_elsewhere(digest):
        err.write(f"process {world.rank} of {world.size}: {text}")


def _announce(digest: str) -> None:
    store = _store(os.environ)
    if store is not None:
        store.set(_SAID_BY_LEADER, digest)


def _said_elsewhere(digest: str) -> bool:
    """Tell whether the process that leads, or else another one, says what has this digest."""
    store = _store(os.environ)
    if store is None:
        return False
    try:
        store.wait([_SAID_BY_LEADER], _PATIENCE)
    except RuntimeError:  # it has nothing to say, or not yet
        by_leader = ""
    else:
        by_leader = store.get(_SAID_BY_LEADER).decode()
    return by_leader == digest or int(store.add(f"{_SAID_BY_LEADER}/{digest}", 1)) > 1


def _store(environment: Mapping[str, str]) -> Any:
    """Return torchrun's store, or None where it cannot be reached."""
    from torch._C._distributed_c10d import PrefixStore, TCPStore  # noqa: PLC0415 - takes seconds

    try:
        host, port = environment["MASTER_ADDR"], int(environment["MASTER_PORT"])
        store = TCPStore(host, port, is_master=False, timeout=_PATIENCE)
    except (KeyError, ValueError, RuntimeError):
        return None
    return PrefixStore(environment.get("TORCHELASTIC_RESTART_COUNT", "0"), store)
