"""What is left of a checkpoint's writing when the power goes, for every operation of it."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import torch
from safetensors.torch import load_file

from contracts.bindings.trainer_trials import DURABLE, before
from trainer.checkpoints.checkpoint import OPTIMIZER, checkpoint_name, publish, write_checkpoint
from trainer.checkpoints.resume import newest_intact_checkpoint
from trainer.models.configuration import PRESETS
from trainer.models.decoder import Decoder
from trainer.models.initialisation import initialise
from trainer.storage.file_names import (
    CHECKPOINT_NAMES,
    CHECKPOINT_WEIGHTS,
    CHECKPOINTS,
    LATEST,
)
from trainer.storage.manifest import find_damage
from trainer.training.optimizer import AdamW


def survivor(point: int) -> int:
    """Return the step that a run goes on from when the power goes before operation `point`.

    Step 1 has been written, step 2 is being written, and one checkpoint is kept. What was not
    flushed to the disk by then is gone. -1: what is found was not written so, or nothing is.
    """
    with _cut(point) as output:
        try:
            newest, _ = newest_intact_checkpoint(output)
        except Exception:  # noqa: BLE001 - whatever it is, nothing can be gone on from
            return -1
        latest = (output / CHECKPOINTS / LATEST).resolve()
        if find_damage(latest) is not None:
            return -1
        step = int(newest.name.removeprefix("step-"))
        return step if _holds(newest, step) and _holds(latest, _step(latest)) else -1


def operations() -> int:
    """Return how many operations writing and publishing a checkpoint takes."""
    with _cut(10_000) as output:
        return int((output / "operations").read_text())


class CheckpointFolder:
    """Checkpoints without content in a folder of their own, published as a run does."""

    def __init__(self, keep: int) -> None:
        self._keep = keep
        self._output = tempfile.TemporaryDirectory(prefix="pv-folder-", ignore_cleanup_errors=True)
        self._folder = Path(self._output.name)

    @property
    def latest(self) -> int:
        """The step that `latest` points to; 0 before there is one."""
        pointer = self._folder / LATEST
        return _step(pointer.resolve(strict=True)) if pointer.is_symlink() else 0

    @property
    def kept(self) -> int:
        """How many checkpoints there are."""
        return sum(1 for _ in self._folder.glob(CHECKPOINT_NAMES))

    def save(self) -> None:
        """Publish the checkpoint of the next step."""
        folder = self._folder / checkpoint_name(self.latest + 1)
        folder.mkdir()
        publish(folder, self._keep)

    def publish_again(self) -> None:
        """Publish the last one once more."""
        publish(self._folder / checkpoint_name(self.latest), self._keep)


@cache
def _state(step: int) -> tuple[Decoder, AdamW]:
    torch.set_num_threads(1)
    student = initialise(PRESETS["nano"], seed=step)
    return student, AdamW(student)


def _write(output: Path, step: int) -> None:
    student, optimizer = _state(step)
    folder = output / CHECKPOINTS / checkpoint_name(step)
    write_checkpoint(folder, student, optimizer, {"smoke": False, "step": step})
    publish(folder, keep=1)


@cache
def _first_checkpoint() -> tempfile.TemporaryDirectory[str]:
    """Return a folder in which step 1 is written, to be copied: each flush waits for the disk."""
    folder = tempfile.TemporaryDirectory(prefix="pv-power-")
    _write(Path(folder.name), 1)
    return folder


@contextmanager
def _cut(point: int) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="pv-power-") as name:
        output = Path(name)
        shutil.copytree(_first_checkpoint().name, output, symlinks=True, dirs_exist_ok=True)
        flushed = {path.stat().st_ino for path in output.rglob("*")}
        _state(2)
        child = os.fork()
        if child == 0:
            _write_until(output, point)
        os.waitpid(child, 0)
        journal = output / "flushed"
        flushed |= {int(line) for line in journal.read_text().split()}
        for path in output.rglob("*"):
            if path.is_file() and path.stat().st_ino not in flushed and path.parent != output:
                os.truncate(path, 0)
        yield output
        shutil.rmtree(output / CHECKPOINTS)


def _write_until(output: Path, point: int) -> None:
    """Write step 2 in this child, which is killed before operation `point`."""
    done = 0
    journal = os.open(output / "flushed", os.O_CREAT | os.O_WRONLY)

    def act(*arguments: object) -> None:
        nonlocal done
        done += 1
        if done == point:
            os.kill(os.getpid(), signal.SIGKILL)
        if len(arguments) == 1 and isinstance(arguments[0], int):
            os.write(journal, f"{os.fstat(arguments[0]).st_ino}\n".encode())

    os.fsync = lambda _: None  # the journal says what the disk has; waiting for it decides nothing
    for name in DURABLE:
        before(os, name, act)
    try:
        _write(output, 2)
        (output / "operations").write_text(str(done))
    finally:
        os._exit(0)


def _step(folder: Path) -> int:
    return int(folder.name.removeprefix("step-"))


def _holds(folder: Path, step: int) -> bool:
    """Tell whether a checkpoint is, bit for bit, the one of `step`."""
    student, optimizer = _state(step)
    pairs = (
        (load_file(folder / CHECKPOINT_WEIGHTS), dict(student.named_parameters())),
        (load_file(folder / OPTIMIZER), optimizer.state()),
    )
    return all(
        read.keys() == held.keys() and all(torch.equal(read[n], t) for n, t in held.items())
        for read, held in pairs
    )
