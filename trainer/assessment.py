"""What the verb `evaluate` reports: a model, perhaps beside a teacher, on held-out text."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch

from trainer.config import Configuration
from trainer.device import resolve_device
from trainer.errors import UserError
from trainer.evaluate import Evaluation, evaluate
from trainer.export import load_model
from trainer.folders import ModelFiles
from trainer.models import LanguageModel, parameter_count
from trainer.resolve import read_corpus

_FEWEST_BYTES = 2  # one to read, one to predict


@dataclass(frozen=True, slots=True)
class Assessment:
    """An evaluation and what it is of. `same_corpus`: the text the model was trained beside."""

    model: str
    parameters: int
    device: str
    corpus: str
    corpus_digest: str
    held_out_bytes: int
    same_corpus: bool
    evaluation: Evaluation

    def lines(self) -> Iterator[str]:
        """Yield the report for the user."""
        yield f"model: {self.model}, {self.parameters:,} parameters on {self.device}"
        yield (
            f"held out: {self.held_out_bytes:,} bytes of {self.corpus}, "
            f"digest {self.corpus_digest[:12]}"
        )
        if not self.same_corpus:
            yield "note: the model was trained on another corpus; some of this text may be known"
        yield f"bits per byte: {self.evaluation.bits_per_byte:.4f}"
        yield f"perplexity: {self.evaluation.perplexity:.4f} (per byte)"
        if self.evaluation.agreement is not None:
            yield f"agreement with the teacher: {self.evaluation.agreement:.4f}"


def assess(
    model: ModelFiles, teacher: ModelFiles | None, configuration: Configuration
) -> Assessment:
    """Load and evaluate; UserError when something cannot be loaded or does not fit."""
    device = resolve_device(configuration.device)
    student = load_model(model, device)
    beside = None if teacher is None else load_model(teacher, device)
    corpus = read_corpus(configuration.dataset)
    if len(corpus.held_out) < _FEWEST_BYTES:
        raise UserError(
            f"{corpus.source}: no held-out text to evaluate on; raise dataset.limit_bytes or add "
            "files"
        )
    evaluation = evaluate(
        student,
        torch.from_numpy(corpus.held_out.copy()).to(device),
        length=_length(configuration, student, beside),
        batch_size=configuration.training.batch_size,
        teacher=beside,
    )
    return Assessment(
        model=str(model.folder),
        parameters=parameter_count(student),
        device=str(device),
        corpus=corpus.source,
        corpus_digest=corpus.digest,
        held_out_bytes=len(corpus.held_out),
        same_corpus=model.facts.get("corpus", {}).get("digest") == corpus.digest,
        evaluation=evaluation,
    )


def _length(configuration: Configuration, *models: LanguageModel | None) -> int:
    length = configuration.dataset.max_length
    most = min(m.max_positions for m in models if m is not None)
    if length > most:
        raise UserError(f"dataset.max_length is {length}, but at most {most} fits; lower it")
    return length
