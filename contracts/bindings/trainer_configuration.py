"""Which keys of the configuration nothing reads: runs that between them concern every key."""

import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

import torch

from trainer.configuration import schema
from trainer.configuration.loading import configure, known_keys
from trainer.data.corpora.reader import read_corpus
from trainer.data.tokenizer import ByteTokenizer
from trainer.errors import UserError
from trainer.runs.pipeline import Pipeline

_WORDS = "the quick brown fox jumps over a lazy dog while owls look on\n"


def unread(section: str) -> str:
    """Return the keys of a section that no run has read; of the whole tree for `configuration`."""
    known = {key if "." in key else f"configuration.{key}" for key in known_keys()}
    mine = {key for key in known if key.startswith(f"{section}.")}
    if not mine:
        raise ValueError(f"no section {section}")
    return " ".join(sorted(key for key in mine if _noted(key) not in _read()))


def _noted(key: str) -> str:
    """Return a key as it is noted when it is read: with the last of its sections."""
    return ".".join(key.split(".")[-2:])


@cache
def _read() -> frozenset[str]:
    """Return every key that is read while a teacher is trained and a student learns from it."""
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory(prefix="pv-keys-") as name:
        folder = Path(name)
        for number in range(40):
            (folder / f"{number}.txt").write_text(_WORDS * (10 + number))
        taught = _configuration(folder, "teacher", student={"preset": "micro"})
        learned = _configuration(
            folder,
            "student",
            student={"preset": "nano"},
            teacher={"model_id": str(folder / "teacher")},
            distillation={"divergence": "jsd"},
        )
        again = _configuration(
            folder,
            "again",
            student={"model_id": str(folder / "student")},
            evaluation={"every": 1, "export": "best"},
        )
        adapted = _configuration(
            folder, "adapted", student={"model_id": str(folder / "student"), "lora": {"rank": 1}}
        )
        others = [schema.Dataset(source=s, path="absent") for s in ("jsonl", "bin")]  # type: ignore[arg-type]
        with _watched() as read:
            for configuration in (taught, learned, again, adapted):
                Pipeline(configuration, out=io.StringIO()).execute()
            for dataset in others:
                with suppress(UserError):  # there is no such file, but its keys were read
                    read_corpus(dataset, ByteTokenizer(), 256)
        return frozenset(read)


def _configuration(folder: Path, name: str, **sections: Any) -> schema.Configuration:
    tree = {
        "training": {"epochs": 1, "steps_per_epoch": 2, "batch_size": 4},
        "dataset": {"source": "folder", "path": str(folder), "max_length": 16},
        "output": {"dir": str(folder / name), "checkpoint_every": 1},
        "device": "cpu",
        **sections,
    }
    return configure(tree, [], "trial")


@contextmanager
def _watched() -> Iterator[set[str]]:
    """Note the name of each key that is read of a section, as `section.key`."""
    read: set[str] = set()

    def note(self: schema.Section, name: str) -> Any:
        if not name.startswith("_"):
            read.add(f"{type(self).__name__.lower()}.{name}")
        return object.__getattribute__(self, name)

    schema.Section.__getattribute__ = note  # type: ignore[method-assign, assignment]
    try:
        yield read
    finally:
        del schema.Section.__getattribute__
