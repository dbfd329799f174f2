"""The first stage: load device, models and corpus, and check them against each other."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import nn

from trainer.configuration.schema import Configuration, Student
from trainer.data.corpora.reader import read_corpus
from trainer.data.corpus import Corpus, Marks, Tokens
from trainer.data.tokenizer import HuggingFaceTokenizer, Tokenizer
from trainer.data.tokenizer_choice import choose_tokenizer
from trainer.device import devices_of, require_on, resolve_device
from trainer.errors import UserError
from trainer.evaluation.document_separation import require_separation
from trainer.losses.vocabulary import require_finite_divergence
from trainer.models.configuration import PRESETS
from trainer.models.initialisation import initialise
from trainer.models.interface import LanguageModel
from trainer.models.load import load_model
from trainer.models.parameters import frozen_digest, parameter_count, parameters_digest
from trainer.storage.model_files import ModelFiles, find_model
from trainer.teacher_cache.cache_facts import cache_mismatches
from trainer.teacher_cache.store import LogitCache, open_cache, weights_digest
from trainer.training.guards import require_different_teacher, require_frozen_teacher

_AT_ONCE = 1 << 20  # tokens that are looked at


@dataclass(frozen=True, slots=True)
class Resources:
    """The device, models and data of a run; digests are of weights as loaded or initialised."""

    device: torch.device
    student: LanguageModel
    student_digest: str
    teacher: LanguageModel | None
    teacher_digest: str | None
    tokenizer: Tokenizer
    notes: tuple[str, ...]
    """In what the tokenizers of the models differ."""
    corpus: Corpus
    cache: LogitCache | None = None
    """The teacher's stored logits, in place of a teacher."""
    frozen_digest: str | None = None
    """Digest of the student's frozen parameters, if it has adapters."""

    @property
    def tokenizer_folder(self) -> Path | None:
        """The folder of the tokenizer's files, to be exported with the student; None for bytes."""
        return self.tokenizer.folder if isinstance(self.tokenizer, HuggingFaceTokenizer) else None

    @property
    def frame(self) -> str | None:
        """What is put around each document; None for bytes, and where tokens are read."""
        tokenizer, of_tokens = self.tokenizer, self.corpus.held_out_bytes is None
        if of_tokens or not isinstance(tokenizer, HuggingFaceTokenizer):
            return None
        return tokenizer.frame

    def lines(self) -> Iterator[str]:
        """Yield lines for the user before the first step."""
        yield from module_lines("student", self.student)
        if self.student.adapters is not None:
            learn = sum(
                parameter.numel() for parameter in self.student.trained_parameters().values()
            )
            yield f"adapters: {learn:,} of these learn, {self.student.adapters.text}"
        if self.teacher is not None:
            yield from module_lines("teacher", self.teacher)
        if self.cache is not None:
            facts = self.cache.facts
            yield (
                f"teacher: top {facts.top_k} of {facts.vocab_size:,} logits at "
                f"{facts.windows:,} windows, from {self.cache.folder}"
            )
        if self.tokenizer_folder is not None:
            frame = "" if self.frame is None else f"; {self.frame}"
            yield f"tokenizer: {self.tokenizer.size:,} tokens, of {self.tokenizer_folder}{frame}"
        yield from self._vocabulary_lines()
        yield corpus_line(self.corpus)

    def _vocabulary_lines(self) -> Iterator[str]:
        """Yield a line where the vocabularies differ in size, and the notes on tokenizers."""
        if self.teacher is not None and self.teacher.vocab_size != self.student.vocab_size:
            mine, theirs = self.student.vocab_size, self.teacher.vocab_size
            rest = "the teacher's other logits are cut before the softmax"
            if mine > theirs:
                rest = f"to the teacher, ids from {theirs:,} on have probability 0"
            yield (
                f"vocabularies: student {mine:,}, teacher {theirs:,}, tokenizer "
                f"{self.tokenizer.size:,}; {rest}"
            )
        yield from (f"note: {note}" for note in self.notes)


def load_resources(configuration: Configuration) -> Resources:
    """Load device, models and corpus, and check that they fit together.

    Raises UserError: absent device, model or text, sizes that do not fit. TrainingFailure: a
    model on another device than the one asked for, a teacher equal to the student.
    """
    device = resolve_device(configuration.device)
    student_files, teacher_files = _files(configuration)
    choice = choose_tokenizer(configuration.dataset, student_files, teacher_files)
    tokenizer = choice.tokenizer
    cache = _cache(configuration.teacher.cache, teacher_files)
    teacher = None
    if teacher_files is not None and cache is None:
        teacher = _teacher(teacher_files, device, configuration.teacher.dtype)
    vocabulary = _vocabulary(tokenizer, teacher, cache)
    seed = configuration.training.seed
    student = load_student(configuration.student, seed, vocabulary, student_files).to(device)
    require_on(device, "student", student)
    student_digest = parameters_digest(student)
    teacher_digest = None if teacher is None else parameters_digest(teacher)
    taught_by = teacher_digest if cache is None else cache.facts.teacher_parameters
    if taught_by is not None:
        require_different_teacher(student_digest, taught_by)
    require_separation(configuration.dataset.documents, student=student, teacher=teacher)
    _adapt(student, configuration)
    if configuration.output.dtype != "auto":
        student.stored_as = getattr(torch, configuration.output.dtype)
    _require_fit(student, teacher, configuration)
    known = min(model.vocab_size for model in (student, teacher) if model is not None)
    corpus = read_corpus(configuration.dataset, tokenizer, known)
    _require_learned(corpus)
    if cache is not None:
        _require_answers(cache, configuration, corpus, student)
    return Resources(
        device=device,
        student=student,
        student_digest=student_digest,
        teacher=teacher,
        teacher_digest=teacher_digest,
        tokenizer=tokenizer,
        notes=choice.notes,
        corpus=corpus,
        cache=cache,
        frozen_digest=frozen_digest(student),
    )


def _teacher(files: ModelFiles, device: torch.device, dtype: str) -> LanguageModel:
    """Load the teacher, frozen."""
    teacher = load_model(files, device, getattr(torch, dtype))
    teacher.requires_grad_(requires_grad=False)
    require_on(device, "teacher", teacher)
    require_frozen_teacher(teacher)
    return teacher


def _vocabulary(
    tokenizer: Tokenizer, teacher: LanguageModel | None, cache: LogitCache | None
) -> int:
    """Return the vocabulary size of a fresh student: that of its teacher, if any."""
    if cache is not None:
        return cache.facts.vocab_size
    return tokenizer.size if teacher is None else teacher.vocab_size


def _cache(folder: str | None, teacher: ModelFiles | None) -> LogitCache | None:
    """Open teacher.cache; raise UserError if it is not of the teacher named beside it."""
    if folder is None:
        return None
    cache = open_cache(Path(folder))
    if teacher is not None and weights_digest(teacher) != cache.facts.teacher:
        raise UserError(
            f"teacher.cache {folder}: is of another teacher than {teacher.folder}; make it again, "
            "or set teacher.model_id to null"
        )
    return cache


def _require_answers(
    cache: LogitCache, configuration: Configuration, corpus: Corpus, student: LanguageModel
) -> None:
    found = list(cache_mismatches(cache.facts, configuration, corpus, student.vocab_size))
    if found:
        raise UserError(
            f"teacher.cache {cache.folder}: does not fit this run: {'; '.join(found)}; make a "
            "cache with `distill cache` and the configuration of the run"
        )


def _files(configuration: Configuration) -> tuple[ModelFiles | None, ModelFiles | None]:
    """Locate the student's origin and the teacher, where they are named."""
    ids = configuration.student.model_id, configuration.teacher.model_id
    student, teacher = (None if each is None else find_model(Path(each)) for each in ids)
    return student, teacher


def load_student(
    student: Student, seed: int, vocabulary: int, files: ModelFiles | None
) -> LanguageModel:
    """Initialise a fresh student from its preset, or load an existing one to train further."""
    if files is not None:
        return load_model(files, torch.device("cpu")).train()
    if student.preset is None:
        raise UserError("student.preset is required without student.model_id")
    return initialise(replace(PRESETS[student.preset], vocab_size=vocabulary), seed).train()


def _adapt(student: LanguageModel, configuration: Configuration) -> None:
    """Add the configured adapters to the student, if any."""
    lora = configuration.student.lora
    if lora is not None:
        from trainer.models.lora import add_lora  # noqa: PLC0415 - peft takes seconds

        add_lora(student, lora, configuration.training.seed)


def module_lines(name: str, model: LanguageModel) -> Iterator[str]:
    """Yield a model's device and size, and a note on tensors of its files that are not used."""
    yield module_line(name, model)
    if model.unused:
        yield (
            f"note: the {name}'s files hold {len(model.unused)} tensors that its architecture does "
            f"not use, such as {model.unused[0]}"
        )


def module_line(name: str, module: nn.Module) -> str:
    """Return a line on a module's device and size."""
    return f"{name}: {parameter_count(module):,} parameters on {', '.join(devices_of(module))}"


def corpus_line(corpus: Corpus) -> str:
    """Return a line on the corpus."""
    return (
        f"corpus: {corpus.source}, {corpus.files:,} documents, {len(corpus.train):,} {corpus.unit} "
        f"to train on, {len(corpus.held_out):,} held out, digest {corpus.digest[:12]}"
        + "".join(_mark_texts(corpus.train_marks))
    )


def _mark_texts(marks: Marks) -> Iterator[str]:
    if marks.learned is not None:
        yield f"; learned: {_share(marks.learned)}"
    if marks.starts is not None:
        yield f"; {len(marks.starts):,} documents to train on, kept apart in their windows"


def _require_learned(corpus: Corpus) -> None:
    """Raise UserError where no token is learned."""
    learned, starts = corpus.train_marks
    size = 0 if learned is None else len(learned)
    if starts is not None and len(starts) == len(corpus.train):
        raise UserError(
            f"{corpus.source}: each of its documents is one token, so that of separate ones there "
            "is nothing to predict; set dataset.documents to joined"
        )
    if learned is None or any(learned[n : n + _AT_ONCE].any() for n in range(0, size, _AT_ONCE)):
        return
    raise UserError(
        f"{corpus.source}: nothing of it is learned: the chat template leaves out what the "
        "assistant says, or no completion has a token; look at dataset.format and the template"
    )


def _share(learned: Tokens) -> str:
    """Return what part of the tokens to train on is learned, from the first million of them."""
    some = learned[:_AT_ONCE]
    return f"{float(some.mean()) if len(some) else 0.0:.2g} of the tokens"


def _require_fit(
    student: LanguageModel, teacher: LanguageModel | None, configuration: Configuration
) -> None:
    """Raise UserError where windows are too long for a model, or the divergence is infinite."""
    length, asked = configuration.dataset.max_length, configuration.distillation.divergence
    for name, model in (("student", student), ("teacher", teacher)):
        if model is not None and length > model.max_positions:
            raise UserError(
                f"dataset.max_length is {length}, but the {name} takes at most "
                f"{model.max_positions} positions; lower it"
            )
    if teacher is not None:
        require_finite_divergence(student.vocab_size, teacher.vocab_size, asked)
