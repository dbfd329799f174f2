"""Compare the vocabularies of two tokenizers: distillation needs ids that mean the same."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from trainer.errors import UserError


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A tokenizer's tokens, special tokens and rules."""

    tokens: Sequence[str]
    """By id."""
    special: Mapping[str, str]
    """Text by name, such as eos_token."""
    rules: Mapping[str, str]
    """Normalizer, pre_tokenizer, model and merges, each as one text to compare."""


@dataclass(frozen=True, slots=True)
class NamedVocabulary:
    """A vocabulary and the name of its owner, for messages."""

    name: str
    vocabulary: Vocabulary


def first_difference(student: Sequence[object], teacher: Sequence[object]) -> int | None:
    """Return the first id at which a student's vocabulary is not a prefix of the teacher's.

    None when it is one: then every id of the student's means the same to the teacher.

    >>> first_difference(["a", "b"], ["a", "c", "d"]), first_difference(["a"], ["a", "c"])
    (1, None)
    """
    for number, token in enumerate(student):
        if number >= len(teacher) or token != teacher[number]:
            return number
    return None


def differences(student: NamedVocabulary, teacher: NamedVocabulary) -> Iterator[str]:
    """Yield a line for each difference of the teacher's tokenizer from the student's.

    A student whose vocabulary is a shorter prefix may lack special tokens and merges that lie
    past its end.
    """
    mine, theirs = student.vocabulary, teacher.vocabulary
    at = first_difference(mine.tokens, theirs.tokens)
    if at is not None:
        other = repr(theirs.tokens[at]) if at < len(theirs.tokens) else "absent"
        yield (
            f"vocabulary ({len(mine.tokens)} tokens and {len(theirs.tokens)}): id {at} is "
            f"{mine.tokens[at]!r} to {student.name} and {other} to {teacher.name}"
        )
    prefix = len(mine.tokens) < len(theirs.tokens)
    beyond = set(theirs.tokens[len(mine.tokens) :]) if prefix else set()
    for name in sorted({*mine.special, *theirs.special}):
        ours, other = mine.special.get(name, "absent"), theirs.special.get(name, "absent")
        if ours != other and not (name not in mine.special and other in beyond):
            yield f"special token {name}: {ours} to {student.name} and {other} to {teacher.name}"
    for name in sorted({*mine.rules, *theirs.rules}):
        if not (prefix and name == "merges") and mine.rules.get(name) != theirs.rules.get(name):
            yield f"{name}: text is cut by other rules"


def require_same_tokens(student: NamedVocabulary, teacher: NamedVocabulary) -> None:
    """Raise UserError listing all differences, unless the student's vocabulary is a prefix."""
    found = list(differences(student, teacher))
    if found:
        raise UserError(
            f"the tokenizers of {student.name} and {teacher.name} differ in {'; in '.join(found)}. "
            "Give a teacher and a student of one family, or a fresh student by student.preset"
        )
