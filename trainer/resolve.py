"""The first stage: device, models and text, checked against each other."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

from trainer.config import Configuration, Dataset, Student
from trainer.data import Corpus, folder_corpus, standard_library_corpus
from trainer.device import devices_of, require_on, resolve_device
from trainer.errors import UserError
from trainer.export import load_model
from trainer.folders import find_model
from trainer.guards import require_different_teacher
from trainer.models import PRESETS, LanguageModel, initialise, parameter_count, parameters_digest


@dataclass(frozen=True, slots=True)
class Resources:
    """What a run starts from. The digests are of the parameters as loaded or initialised."""

    device: torch.device
    student: LanguageModel
    student_digest: str
    teacher: LanguageModel | None
    teacher_digest: str | None
    corpus: Corpus

    def lines(self) -> Iterator[str]:
        """Yield what the user should know before the first step."""
        yield module_line("student", self.student)
        if self.teacher is not None:
            yield module_line("teacher", self.teacher)
        yield corpus_line(self.corpus)


def resolve(configuration: Configuration) -> Resources:
    """Load everything and check that it fits together.

    Raises UserError: absent device, model or text, sizes that do not fit. TrainingFailure: a
    model on another device than the one asked for, a teacher equal to the student.
    """
    device = resolve_device(configuration.device)
    student = resolve_student(configuration.student, configuration.training.seed).to(device)
    student_digest = parameters_digest(student)
    teacher, teacher_digest = None, None
    if configuration.teacher.model_id is not None:
        teacher = load_model(find_model(Path(configuration.teacher.model_id)), device)
        teacher.requires_grad_(requires_grad=False)
        teacher_digest = parameters_digest(teacher)
        require_on(device, "teacher", teacher)
        require_different_teacher(student_digest, teacher_digest)
        _require_vocabulary(student, teacher)
    require_on(device, "student", student)
    for name, model in (("student", student), ("teacher", teacher)):
        if model is not None:
            _require_length(name, model, configuration.dataset.max_length)
    corpus = read_corpus(configuration.dataset)
    return Resources(device, student, student_digest, teacher, teacher_digest, corpus)


def resolve_student(student: Student, seed: int) -> LanguageModel:
    """Initialise a fresh student from its preset, or load the one that goes on learning."""
    if student.model_id is not None:
        return load_model(find_model(Path(student.model_id)), torch.device("cpu")).train()
    if student.preset is None:
        raise UserError("student.preset is required without student.model_id")
    return initialise(PRESETS[student.preset], seed).train()


def read_corpus(dataset: Dataset) -> Corpus:
    """Read the text that the configuration names."""
    if dataset.path is None:
        return standard_library_corpus(limit_bytes=dataset.limit_bytes)
    return folder_corpus(Path(dataset.path), limit_bytes=dataset.limit_bytes)


def module_line(name: str, module: nn.Module) -> str:
    """Say where a module lies and how large it is."""
    return f"{name}: {parameter_count(module):,} parameters on {', '.join(devices_of(module))}"


def corpus_line(corpus: Corpus) -> str:
    """Say what text is used."""
    return (
        f"corpus: {corpus.source}, {corpus.files} files, {len(corpus.train):,} bytes to train on, "
        f"{len(corpus.held_out):,} held out, digest {corpus.digest[:12]}"
    )


def _require_length(name: str, model: LanguageModel, length: int) -> None:
    most = model.max_positions
    if length > most:
        raise UserError(
            f"dataset.max_length is {length}, but the {name} takes at most {most} positions; "
            "lower it"
        )


def _require_vocabulary(student: LanguageModel, teacher: LanguageModel) -> None:
    mine, theirs = student.vocab_size, teacher.vocab_size
    if mine > theirs:
        raise UserError(
            f"student vocab_size {mine} is larger than the teacher's {theirs}; "
            "distil into a student with at most the teacher's vocabulary"
        )
