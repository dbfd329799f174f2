"""Run a teacher on every window that a run will see, and store its top-k logits."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch

from trainer.configuration.schema import Configuration
from trainer.data.batches import labelled_windows
from trainer.data.window_order import WindowIndices, count_windows
from trainer.errors import TrainingFailure, UserError
from trainer.losses.from_top_k import TopKLogits, keep_top_k
from trainer.losses.vocabulary import fit_vocabulary
from trainer.models.interface import LanguageModel
from trainer.models.parameters import parameters_digest
from trainer.runs.load_resources import Resources, load_resources
from trainer.storage.model_files import find_model
from trainer.teacher_cache.cache_facts import (
    CacheFacts,
    differences,
    planned_run_steps,
    windows_of_run,
)
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
class CachePlan:
    """A cache to be made or finished, with the models and data for it."""

    folder: Path
    facts: CacheFacts
    numbers: WindowIndices
    resources: Resources
    teacher: LanguageModel

    def lines(self) -> Iterator[str]:
        """Yield lines for the user before it starts: the resources and the size of the cache."""
        yield from self.resources.lines()
        yield cache_line(self.folder, self.facts)

    def run(self) -> Iterator[str]:
        """Fill the cache from where it stopped; yield a line of progress at intervals."""
        writer = CacheWriter(self.folder, self.facts)
        if writer.done:
            yield f"resuming after {writer.done:,} of {self.facts.windows:,} windows"
        size = self.facts.batch_size
        for count, start in enumerate(range(writer.done, self.facts.windows, size), 1):
            self._answer(writer, self.numbers[start : start + size])
            if count % _SAVE_EVERY == 0 or writer.done == self.facts.windows:
                writer.save_progress()
                yield f"{writer.done:,} of {self.facts.windows:,} windows"
        yield f"the cache is complete: teacher.cache={self.folder}"

    def _answer(self, writer: CacheWriter, numbers: WindowIndices) -> None:
        corpus = self.resources.corpus
        tokens, _ = labelled_windows(corpus.train, numbers, self.facts.length, corpus.train_marks)
        with torch.no_grad():
            logits = self.teacher(tokens.to(self.resources.device))
        fitted = fit_vocabulary(logits, self.facts.vocab_size)
        answers = keep_top_k(fitted, self.facts.top_k, self.facts.temperature)
        _require_finite(answers, writer.done)
        writer.append(tokens.numpy(), answers)


def plan_cache(
    configuration: Configuration, folder: Path, top_k: int, *, overwrite: bool
) -> CachePlan:
    """Load models and data, and decide the contents of the cache.

    Raises UserError: models or data that cannot be loaded, `top_k` larger than the vocabulary, a
    folder that is not a cache.
    """
    resources = load_resources(configuration)
    teacher = resources.teacher
    if teacher is None or configuration.teacher.model_id is None:
        raise UserError("teacher.model_id is required; give --teacher DIR")
    facts = planned_facts(
        configuration,
        resources,
        top_k,
        teacher=weights_digest(find_model(Path(configuration.teacher.model_id))),
        teacher_parameters=parameters_digest(teacher),
        dtype=configuration.teacher.dtype,
    )
    open_folder(folder, facts, overwrite=overwrite)
    numbers = windows_of_run(configuration, resources.corpus)
    return CachePlan(folder, facts, numbers, resources, teacher)


def cache_line(folder: Path, facts: CacheFacts) -> str:
    """Return a line about a cache and its size; raise UserError where the disk has no room."""
    free = require_room(folder, facts.size)
    return (
        f"cache: {facts.windows:,} windows of {facts.length} tokens, top {facts.top_k} of "
        f"{facts.vocab_size:,} logits at T = {facts.temperature:g}: {facts.size:,} bytes in "
        f"{folder} ({free:,} are free)"
    )


def planned_facts(
    configuration: Configuration,
    resources: Resources,
    top_k: int,
    *,
    teacher: str,
    teacher_parameters: str,
    dtype: str,
) -> CacheFacts:
    """Return the contents of a cache of a run; UserError for more logits than there are."""
    vocabulary = resources.student.vocab_size
    if not 0 < top_k <= vocabulary:
        raise UserError(f"--top-k must be from 1 to the student's {vocabulary}, got {top_k}")
    numbers = windows_of_run(configuration, resources.corpus)
    return CacheFacts(
        teacher=teacher,
        teacher_parameters=teacher_parameters,
        dtype=dtype,
        vocab_size=vocabulary,
        top_k=top_k,
        temperature=configuration.distillation.temperature,
        corpus=resources.corpus.digest,
        documents=configuration.dataset.documents,
        length=configuration.dataset.max_length,
        seed=configuration.training.seed,
        batch_size=configuration.training.batch_size,
        steps=planned_run_steps(configuration, resources.corpus),
        windows=len(numbers),
        complete=len(numbers)
        == count_windows(len(resources.corpus.train), configuration.dataset.max_length),
    )


def open_folder(folder: Path, facts: CacheFacts, *, overwrite: bool) -> None:
    """Accept a new folder or the same cache, whatever its state; replace another on request."""
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


def _require_finite(answers: TopKLogits, window: int) -> None:
    for name in ("logits", "tail"):
        if not torch.isfinite(getattr(answers, name)).all():
            raise TrainingFailure(
                f"windows {window} and after: non-finite {name} of the teacher; look at the model "
                "and at teacher.dtype"
            )
