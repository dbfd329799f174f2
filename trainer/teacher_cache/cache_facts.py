"""What a cache of a teacher's logits is of, and for which runs it has every answer."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from trainer.configuration.schema import Configuration
from trainer.data.batches import epoch_steps
from trainer.data.corpus import Corpus
from trainer.data.window_order import Numbers, count_windows, order_of_pass
from trainer.schedule import planned_steps

KEY_BYTES = 16  # no two windows of any corpus share so long a digest by chance


@dataclass(frozen=True, slots=True)
class CacheFacts:
    """What a cache is of. Two caches with equal facts have equal bytes."""

    teacher: str
    """SHA-256 of the teacher's weights and configuration, see `weights_digest`."""
    teacher_parameters: str
    """The digest of its parameters, as the student's is computed."""
    dtype: str
    """What the teacher computed in."""
    vocab_size: int
    """Of the student: to it the teacher's logits were cut."""
    top_k: int
    temperature: float
    """Of the tail."""
    corpus: str
    """The digest of the corpus, its split and its tokenizer."""
    length: int
    """Tokens of a window."""
    seed: int
    batch_size: int
    steps: int
    """The run whose batches are answered: its seed, batches and steps."""
    windows: int
    """How many windows are answered."""
    complete: bool
    """Whether they are all of the corpus, so that any order of them is answered."""

    @property
    def record(self) -> np.dtype[Any]:
        """The layout of one window, little-endian."""
        ids = "<u2" if self.vocab_size <= 1 << 16 else "<u4"
        return np.dtype(
            [
                ("key", "u1", (KEY_BYTES,)),
                ("ids", ids, (self.length, self.top_k)),
                ("logits", "<f4", (self.length, self.top_k)),
                ("tail", "<f4", (self.length,)),
                ("entropy", "<f4", (self.length,)),
            ]
        )

    @property
    def size(self) -> int:
        """The bytes of all windows."""
        return self.windows * self.record.itemsize


def visited(configuration: Configuration, corpus: Corpus) -> Numbers:
    """Return the windows that the run sees, in the order of the text.

    A run of one pass or less sees those of its batches, a longer one all.
    """
    training, length = configuration.training, configuration.dataset.max_length
    windows = count_windows(len(corpus.train), length)
    seen = planned(configuration, corpus) * training.batch_size
    if seen > windows:
        return np.arange(windows)
    return np.sort(order_of_pass(training.seed, 0, windows)[:seen])


def planned(configuration: Configuration, corpus: Corpus) -> int:
    """Return the steps of the full run."""
    training, length = configuration.training, configuration.dataset.max_length
    return planned_steps(training.epochs, epoch_steps(len(corpus.train), training, length))


def missing_answers(
    facts: CacheFacts, configuration: Configuration, corpus: Corpus, vocab_size: int
) -> Iterator[str]:
    """Yield why a cache cannot stand for the teacher of this run, each with both values."""
    wanted = {
        "corpus": corpus.digest,
        "length": configuration.dataset.max_length,
        "vocab_size": vocab_size,
        "temperature": configuration.distillation.temperature,
    }
    if not facts.complete:  # then it has the windows of one order only
        wanted |= {
            "seed": configuration.training.seed,
            "batch_size": configuration.training.batch_size,
        }
    for name, value in wanted.items():
        if getattr(facts, name) != value:
            yield f"its {name} is {getattr(facts, name)}, that of the run {value}"
    steps = planned(configuration, corpus)
    if not facts.complete and steps > facts.steps:
        yield f"it answers {facts.steps} steps, and the run has {steps}"


def differences(found: CacheFacts, wanted: CacheFacts) -> Iterator[str]:
    """Yield each fact in which a cache differs from the one that is to be made."""
    for name, value in asdict(wanted).items():
        if getattr(found, name) != value:
            yield f"{name} is {getattr(found, name)} there, {value} here"
