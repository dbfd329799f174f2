"""Evaluate a model on held-out text, optionally beside a teacher, for the verb `evaluate`."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch

from trainer.configuration.schema import Configuration
from trainer.data.corpora.reader import read_corpus
from trainer.data.corpus import Corpus
from trainer.data.tokenizer import ByteTokenizer, Tokenizer
from trainer.data.tokenizer_choice import choose_tokenizer
from trainer.device import resolve_device
from trainer.errors import UserError
from trainer.evaluation.document_separation import require_separation
from trainer.evaluation.held_out import Evaluation, evaluate, windows
from trainer.models.interface import IGNORED, LanguageModel
from trainer.models.load import load_model
from trainer.models.parameters import parameter_count
from trainer.storage.model_files import ModelFiles

_FEWEST_TOKENS = 2  # one to read, one to predict


@dataclass(frozen=True, slots=True)
class Assessment:
    """An evaluation with its model and data. `same_corpus`: the corpus is that of the training."""

    model: str
    parameters: int
    device: str
    corpus: str
    corpus_digest: str
    held_out_tokens: int
    unit: str
    same_corpus: bool
    evaluation: Evaluation

    def lines(self) -> Iterator[str]:
        """Yield the report for the user."""
        yield f"model: {self.model}, {self.parameters:,} parameters on {self.device}"
        yield (
            f"held out: {self.held_out_tokens:,} {self.unit} of {self.corpus}, "
            f"digest {self.corpus_digest[:12]}"
        )
        if not self.same_corpus:
            yield "note: the model was trained on another corpus; some of this text may be known"
        bits = self.evaluation.bits_per_byte
        yield (
            "bits per byte: unknown, as not all of the text is learned, or it is tokens already"
            if bits is None
            else f"bits per byte: {bits:.4f}"
        )
        yield f"perplexity: {self.evaluation.perplexity:.4f} (per {self.unit.removesuffix('s')})"
        if self.evaluation.agreement is not None:
            yield f"agreement with the teacher: {self.evaluation.agreement:.4f}"


def assess(
    model: ModelFiles, teacher: ModelFiles | None, configuration: Configuration
) -> Assessment:
    """Load and evaluate; raise UserError when something cannot be loaded or does not fit."""
    device = resolve_device(configuration.device)
    tokenizer = choose_tokenizer(configuration.dataset, model, teacher).tokenizer
    student = load_model(model, device)
    beside = None if teacher is None else load_model(teacher, device)
    require_separation(configuration.dataset.documents, model=student, teacher=beside)
    known = min(each.vocab_size for each in (student, beside) if each is not None)
    corpus = read_corpus(configuration.dataset, tokenizer, known)
    if len(corpus.held_out) < _FEWEST_TOKENS:
        raise UserError(
            f"{corpus.source}: no held-out text to evaluate on; raise dataset.limit_bytes or add "
            "files"
        )
    batches = windows(
        torch.from_numpy(corpus.held_out.astype(np.int64)).to(device),
        _length(configuration, student, beside),
        configuration.training.batch_size,
        corpus.held_out_marks,
    )
    if not any(bool((labels != IGNORED).any()) for _, labels in batches):
        raise UserError(
            f"{corpus.source}: no token of the held-out text is learned, so there is nothing to "
            "evaluate; look at dataset.format and dataset.documents, or add files"
        )
    per_token = bytes_per_token(corpus, tokenizer)
    evaluation = evaluate(student, batches, teacher=beside, bytes_per_token=per_token)
    return Assessment(
        model=str(model.folder),
        parameters=parameter_count(student),
        device=str(device),
        corpus=corpus.source,
        corpus_digest=corpus.digest,
        held_out_tokens=len(corpus.held_out),
        unit=corpus.unit,
        same_corpus=model.facts.get("corpus", {}).get("digest") == corpus.digest,
        evaluation=evaluation,
    )


def bytes_per_token(corpus: Corpus, tokenizer: Tokenizer) -> float | None:
    """Return the mean bytes of a held-out token that is predicted; None where that is not known.

    So it is of tokens without a tokenizer, where only some tokens are learned, and of no text. What
    a tokenizer puts before a text has no bytes, and is not predicted where documents are separate.
    """
    if corpus.held_out_marks.learned is not None or not len(corpus.held_out):
        return None
    size = corpus.held_out_bytes
    if size is None:  # the corpus was given as tokens
        if isinstance(tokenizer, ByteTokenizer):
            return None
        size = len(tokenizer.decode(corpus.held_out.tolist()))
    starts = corpus.held_out_marks.starts
    unpredicted = 0 if starts is None or not tokenizer.beginning else len(starts)
    predicted = len(corpus.held_out) - unpredicted
    return size / predicted if predicted else None


def _length(configuration: Configuration, *models: LanguageModel | None) -> int:
    length = configuration.dataset.max_length
    most = min(m.max_positions for m in models if m is not None)
    if length > most:
        raise UserError(f"dataset.max_length is {length}, but at most {most} fits; lower it")
    return length
