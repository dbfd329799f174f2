"""The facts of a teacher cache, and the runs whose windows it holds."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

import numpy as np

from trainer.configuration.schema import Configuration
from trainer.data.batches import epoch_steps
from trainer.data.corpus import Corpus
from trainer.data.window_order import WindowIndices, count_windows, order_of_pass
from trainer.schedule import planned_steps

KEY_BYTES = 16  # no two windows of any corpus share so long a digest by chance


@dataclass(frozen=True, slots=True)
class CacheFacts:
    """The contents of a cache. Two caches with equal facts have equal bytes."""

    teacher: str
    """SHA-256 of the teacher's weights and configuration, see `weights_digest`."""
    teacher_parameters: str
    """The digest of its parameters, as the student's is computed."""
    dtype: str
    """The type that the teacher computed in."""
    vocab_size: int
    """The student's, to which the teacher's logits were fitted."""
    top_k: int
    temperature: float
    """Temperature of the tail."""
    corpus: str
    """The digest of the corpus, its split and its tokenizer."""
    length: int
    """Tokens of a window."""
    seed: int
    batch_size: int
    steps: int
    """Seed, batch size and steps of the run whose batches are stored."""
    windows: int
    """Number of stored windows."""
    complete: bool
    """True if every window of the corpus is stored, so that a run may take any order."""
    documents: str = "joined"
    """Whether the documents of a window were joined or separate."""

    @property
    def record(self) -> np.dtype[np.void]:
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
        """Bytes of all windows."""
        return self.windows * self.record.itemsize


def windows_of_run(configuration: Configuration, corpus: Corpus) -> WindowIndices:
    """Return the indices of the windows that the run sees, in the order of the text.

    A run of one pass or less sees those of its batches, a longer one all.
    """
    training, length = configuration.training, configuration.dataset.max_length
    windows = count_windows(len(corpus.train), length)
    seen = planned_run_steps(configuration, corpus) * training.batch_size
    if seen > windows:
        return np.arange(windows)
    return np.sort(order_of_pass(training.seed, 0, windows)[:seen])


def planned_run_steps(configuration: Configuration, corpus: Corpus) -> int:
    """Return the number of steps of the full run."""
    training, length = configuration.training, configuration.dataset.max_length
    return planned_steps(training.epochs, epoch_steps(len(corpus.train), training, length))


def cache_mismatches(
    facts: CacheFacts, configuration: Configuration, corpus: Corpus, vocab_size: int
) -> Iterator[str]:
    """Yield each reason why a cache cannot replace the teacher of this run, with both values."""
    wanted = {
        "corpus": corpus.digest,
        "length": configuration.dataset.max_length,
        "documents": configuration.dataset.documents,
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
    steps = planned_run_steps(configuration, corpus)
    if not facts.complete and steps > facts.steps:
        yield f"it answers {facts.steps} steps, and the run has {steps}"


def differences(found: CacheFacts, wanted: CacheFacts) -> Iterator[str]:
    """Yield each fact in which an existing cache differs from the one to be made."""
    for name, value in asdict(wanted).items():
        if getattr(found, name) != value:
            yield f"{name} is {getattr(found, name)} there, {value} here"
