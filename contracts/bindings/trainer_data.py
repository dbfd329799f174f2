"""Views of the trainer's data and tokenizers by numbers, so that claims can be decided by cases."""

import gzip
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from torch import Tensor

from trainer.configuration.schema import Dataset
from trainer.data.batches import batch
from trainer.data.compare_vocabularies import first_difference
from trainer.data.corpora.documents import Document
from trainer.data.corpora.reader import read_corpus
from trainer.data.corpus import Marks
from trainer.data.tokenizer import ByteTokenizer
from trainer.data.window_order import windows_of_step
from trainer.models.interface import IGNORED

_LINES = b'{"text": "one"}\n\n'
_ZIPPED = gzip.compress(_LINES * 99)
_DAMAGES: dict[str, tuple[str, bytes]] = {
    "no json": ("data.jsonl", _LINES + b'{"text": "tw\n'),
    "no key": ("data.jsonl", _LINES + b'{"body": "two"}\n'),
    "no text": ("data.jsonl", _LINES + b'{"text": 2}\n'),
    "no utf-8": ("data.jsonl", _LINES + b'{"text": "\xff"}\n'),
    "no gzip": ("data.jsonl.gz", _LINES),
    "cut gzip": ("data.jsonl.gz", _ZIPPED[:-9]),
    "odd bytes": ("data.bin", b"123"),
    "unknown token": ("data.bin", bytes([0, 0, 1, 0, 40, 1])),
    "no npy": ("data.npy", b"text"),
    "matrix": ("data.npy", b""),
    "empty": ("data.jsonl", b""),
}


def taken(seed: int, number: int, at: int, windows: int, batch_size: int) -> int:
    """Return the window at place `at` of pass `number`."""
    step = number * (windows // batch_size) + at // batch_size
    found = windows_of_step(step, windows=windows, batch_size=batch_size, seed=seed)
    return int(found[at % batch_size])


def token(place: int, step: int, seed: int) -> int:
    """Return the token at a place of a step's batch; tokens are their places in the text."""
    tokens, _ = _batch(step, seed, every=1)
    return int(tokens.flatten()[place])


def label(place: int, step: int, seed: int, every: int) -> int:
    """Return the label at that place, where each `every`-th token is learned; -1 for none."""
    _, labels = _batch(step, seed, every)
    found = int(labels.flatten()[place])
    return -1 if found == IGNORED else found


def _batch(step: int, seed: int, every: int) -> tuple[Tensor, Tensor]:
    text = np.arange(100)
    marks = Marks(learned=text % every == 0)
    return batch(text, step=step, batch_size=3, length=6, seed=seed, marks=marks)


def on_held_out_side(key: int) -> bool:
    """Return the side of the document whose name is `key`."""
    name = str(key)
    return Document(name, name.encode(), b"text").held_out


def unreadable(damage: str) -> None:
    """Write a file that is damaged in one way, and read it as a byte-level run would."""
    name, content = _DAMAGES[damage]
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        if damage == "matrix":
            np.save(path, np.zeros((2, 2), dtype=np.int64))
        source = name.split(".")[1]
        dataset = Dataset.model_validate({"source": source, "path": str(path)})
        read_corpus(dataset, ByteTokenizer(), 256)


def agrees(student: int, mine: int, teacher: int, theirs: int) -> bool:
    """Return whether a student's vocabulary is a prefix of a teacher's.

    A vocabulary is its size and a number whose binary digits, the last first, are its tokens.
    """
    first, second = (
        [number >> place & 1 for place in range(size)]
        for number, size in ((student, mine), (teacher, theirs))
    )
    return first_difference(first, second) is None
