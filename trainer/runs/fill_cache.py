"""Ask a teacher about every window that a run will see, and keep the answers."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch

from trainer.configuration.schema import Configuration
from trainer.data.batches import rows_of
from trainer.data.window_order import Numbers, count_windows
from trainer.errors import TrainingFailure, UserError
from trainer.losses.from_top_k import Taught, shorten
from trainer.models.interface import LanguageModel
from trainer.models.parameters import parameters_digest
from trainer.runs.load_resources import Resources, resolve
from trainer.storage.run_folders import find_model
from trainer.teacher_cache.cache_facts import CacheFacts, differences, planned, visited
from trainer.teacher_cache.store import (
    FACTS,
    CacheWriter,
    clear_cache,
    read_facts,
    require_room,
    weights_digest,
)

_SAVE_EVERY = 16  # batches


@dataclass(frozen=True, slots=True)
class Caching:
    """A cache that is to be made, or finished."""

    folder: Path
    facts: CacheFacts
    numbers: Numbers
    resources: Resources
    teacher: LanguageModel

    def lines(self) -> Iterator[str]:
        """Yield what the user should know before it starts: above all, its size."""
        yield from self.resources.lines()
        facts = self.facts
        free = require_room(self.folder, facts.size)
        yield (
            f"cache: {facts.windows:,} windows of {facts.length} tokens, top {facts.top_k} of "
            f"{facts.vocab_size:,} logits at T = {facts.temperature:g}: {facts.size:,} bytes in "
            f"{self.folder} ({free:,} are free)"
        )

    def run(self) -> Iterator[str]:
        """Fill the cache from where it stands; yield a line now and then."""
        writer = CacheWriter(self.folder, self.facts)
        if writer.done:
            yield f"going on after {writer.done:,} of {self.facts.windows:,} windows"
        size = self.facts.batch_size
        for count, start in enumerate(range(writer.done, self.facts.windows, size), 1):
            self._answer(writer, self.numbers[start : start + size])
            if count % _SAVE_EVERY == 0 or writer.done == self.facts.windows:
                writer.save_progress()
                yield f"{writer.done:,} of {self.facts.windows:,} windows"
        yield f"the cache is complete: teacher.cache={self.folder}"

    def _answer(self, writer: CacheWriter, numbers: Numbers) -> None:
        tokens = rows_of(self.resources.corpus.train, numbers, self.facts.length)[:, :-1]
        with torch.no_grad():
            logits = self.teacher(torch.from_numpy(tokens).to(self.resources.device))
        shared = logits[..., : self.facts.vocab_size]
        taught = shorten(shared, self.facts.top_k, self.facts.temperature)
        _require_finite(taught, writer.done)
        writer.append(tokens, taught)


def plan_cache(
    configuration: Configuration, folder: Path, top_k: int, *, overwrite: bool
) -> Caching:
    """Load what is needed and decide what the cache is of.

    Raises UserError: what `resolve` refuses, more logits than there are, a folder with something
    else in it.
    """
    resources = resolve(configuration)
    teacher = resources.teacher
    if teacher is None or configuration.teacher.model_id is None:
        raise UserError("teacher.model_id is required; give --teacher DIR")
    vocabulary = resources.student.vocab_size
    if not 0 < top_k <= vocabulary:
        raise UserError(f"--top-k must be from 1 to the student's {vocabulary}, got {top_k}")
    numbers = visited(configuration, resources.corpus)
    facts = CacheFacts(
        teacher=weights_digest(find_model(Path(configuration.teacher.model_id))),
        teacher_parameters=parameters_digest(teacher),
        dtype=configuration.teacher.dtype,
        vocab_size=vocabulary,
        top_k=top_k,
        temperature=configuration.distillation.temperature,
        corpus=resources.corpus.digest,
        length=configuration.dataset.max_length,
        seed=configuration.training.seed,
        batch_size=configuration.training.batch_size,
        steps=planned(configuration, resources.corpus),
        windows=len(numbers),
        complete=len(numbers)
        == count_windows(len(resources.corpus.train), configuration.dataset.max_length),
    )
    _open_folder(folder, facts, overwrite=overwrite)
    return Caching(folder, facts, numbers, resources, teacher)


def _open_folder(folder: Path, facts: CacheFacts, *, overwrite: bool) -> None:
    """Accept a new folder or the same cache, whatever its state; replace only if told to."""
    if folder.is_dir() and (folder / FACTS).is_file():
        found = list(differences(read_facts(folder), facts))
        if found and not overwrite:
            raise UserError(
                f"{folder}: holds a cache of something else ({'; '.join(found)}); give another "
                "--output, or --overwrite to replace it"
            )
        if overwrite:
            clear_cache(folder)
    elif folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UserError(f"{folder}: not empty, and not a cache; give another --output")


def _require_finite(taught: Taught, window: int) -> None:
    for name in ("logits", "tail"):
        if not torch.isfinite(getattr(taught, name)).all():
            raise TrainingFailure(
                f"windows {window} and after: non-finite {name} of the teacher; look at the model "
                "and at teacher.dtype"
            )
