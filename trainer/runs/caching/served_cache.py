"""Fill a cache with the answers of a server that runs the teacher."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from trainer.configuration.schema import Configuration
from trainer.data.batches import window_tokens
from trainer.data.window_order import WindowIndices
from trainer.errors import UserError
from trainer.losses.from_top_k import TopKLogits
from trainer.runs.caching.fill_cache import cache_line, open_folder, planned_facts
from trainer.runs.load_resources import Resources, load_resources
from trainer.storage.atomic_files import write_text
from trainer.teacher_cache.cache_facts import CacheFacts, windows_of_run
from trainer.teacher_cache.served_answers import answers_in, request, top_k_of
from trainer.teacher_cache.store import CacheWriter, clear_cache

_SAVE_EVERY = 256  # windows


def write_requests(
    configuration: Configuration, file: Path, model: str, top_k: int, *, overwrite: bool
) -> str:
    """Write a request for each window that the run sees; return a line about them.

    Raises UserError where the file is there already, unless it may be overwritten.
    """
    if file.exists() and not overwrite:
        raise UserError(f"--requests {file}: is there already; name another, or give --overwrite")
    _require_joined(configuration)
    resources = load_resources(configuration)
    numbers = windows_of_run(configuration, resources.corpus)
    windows = window_tokens(resources.corpus.train, numbers, configuration.dataset.max_length)
    asked = (request(n, tokens.tolist(), model, top_k) for n, tokens in enumerate(windows))
    write_text(file, "".join(json.dumps(each) + "\n" for each in asked))
    return f"{len(numbers):,} requests in {file}; import the answers with --from"


@dataclass(frozen=True, slots=True)
class ServedPlan:
    """A cache to be filled from a file of answers."""

    folder: Path
    answers: Path
    facts: CacheFacts
    numbers: WindowIndices
    resources: Resources

    def lines(self) -> Iterator[str]:
        """Yield lines for the user before it starts: the resources and the size of the cache."""
        yield from self.resources.lines()
        yield cache_line(self.folder, self.facts)

    def run(self) -> Iterator[str]:
        """Import the answers; raise UserError for one that does not fit, and for missing ones.

        Then no cache is left.
        """
        try:
            yield from self._imported()
        except UserError:
            clear_cache(self.folder)
            raise

    def _imported(self) -> Iterator[str]:
        writer = CacheWriter(self.folder, self.facts)
        length, corpus = self.facts.length, self.resources.corpus.train
        seen: set[int] = set()
        for answer in answers_in(self.answers):
            if answer.number in seen or not 0 <= answer.number < self.facts.windows:
                what = "twice" if answer.number in seen else f"of {self.facts.windows:,}"
                raise UserError(
                    f"{answer.place}: window {answer.number} {what}; give one answer to each "
                    "request"
                )
            seen.add(answer.number)
            one = self.numbers[answer.number : answer.number + 1]
            tokens = window_tokens(corpus, one, length)
            found = top_k_of(answer, tokens[0], self.facts.top_k, self.facts.vocab_size)
            writer.append(tokens[:, :-1], TopKLogits(*(part[None] for part in found)))
            if len(seen) % _SAVE_EVERY == 0:
                yield f"{len(seen):,} of {self.facts.windows:,} windows"
        if missing := self.facts.windows - len(seen):
            first = next(n for n in range(self.facts.windows) if n not in seen)
            raise UserError(
                f"{self.answers}: {missing:,} of {self.facts.windows:,} windows have no answer, "
                f"the first of them window {first}; ask again for these"
            )
        writer.save_progress()
        yield f"the cache is complete: teacher.cache={self.folder}"


def plan_import(
    configuration: Configuration, folder: Path, answers: Path, top_k: int, *, overwrite: bool
) -> ServedPlan:
    """Load the data, and decide the contents of the cache.

    Raises UserError: separate documents; a temperature other than 1, for a server gives
    probabilities, of which the weight of the others at another temperature does not follow; a file
    that is not there.
    """
    _require_joined(configuration)
    if (temperature := configuration.distillation.temperature) != 1:
        raise UserError(
            f"distillation.temperature is {temperature:g}: the answers of a server are "
            "probabilities at temperature 1; set it to 1"
        )
    if not answers.is_file():
        raise UserError(f"--from {answers}: there is no such file")
    resources = load_resources(configuration)
    with answers.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    facts = planned_facts(
        configuration, resources, top_k, teacher=digest, teacher_parameters="", dtype="served"
    )
    open_folder(folder, facts, overwrite=overwrite)
    clear_cache(folder)  # answers come in any order, so one that was interrupted begins again
    numbers = windows_of_run(configuration, resources.corpus)
    return ServedPlan(folder, answers, facts, numbers, resources)


def _require_joined(configuration: Configuration) -> None:
    if configuration.dataset.documents == "separate":
        raise UserError(
            "dataset.documents is separate, but a server reads a window as one text; set it to "
            "joined, or run the teacher here"
        )
