"""Compare the vocabularies of two tokenizers: distillation needs ids that mean the same."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from trainer.errors import UserError

_UNUSED = ""
"""Stands for special and absent tokens: no text has them, whatever they are called."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A tokenizer's tokens, special tokens and rules."""

    tokens: Sequence[str]
    """By id; empty where there is none."""
    reserved: frozenset[int]
    """Ids of special tokens."""
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


def require_same_tokens(student: NamedVocabulary, teacher: NamedVocabulary) -> None:
    """Raise UserError at the first id that means another text to the teacher, or none."""
    mine, theirs = student.vocabulary, teacher.vocabulary
    beyond = [_UNUSED] * (len(mine.tokens) - len(theirs.tokens))
    at = first_difference(_of_text(mine), [*_of_text(theirs), *beyond])
    if at is not None:
        other = repr(theirs.tokens[at]) if at < len(theirs.tokens) else "absent"
        raise UserError(
            f"the tokenizers of {student.name} and {teacher.name} differ in vocabulary "
            f"({len(mine.tokens)} tokens and {len(theirs.tokens)}): id {at} is "
            f"{mine.tokens[at]!r} to {student.name} and {other} to {teacher.name}. "
            "Give a teacher and a student of one family, or a fresh student by student.preset"
        )


def differences(student: NamedVocabulary, teacher: NamedVocabulary) -> Iterator[str]:
    """Yield a line for each difference that changes the meaning of no id of a text."""
    mine, theirs = student.vocabulary, teacher.vocabulary
    for name in sorted({*mine.special, *theirs.special}):
        ours, other = mine.special.get(name, "absent"), theirs.special.get(name, "absent")
        if ours != other:
            yield f"special token {name}: {ours} to {student.name}, {other} to {teacher.name}"
    at = first_difference(mine.tokens, [*theirs.tokens, *mine.tokens[len(theirs.tokens) :]])
    if at is not None:
        yield (
            f"special tokens: id {at} is {mine.tokens[at] or 'absent'} to {student.name}, "
            f"{theirs.tokens[at] or 'absent'} to {teacher.name}"
        )
    more = len(mine.tokens) - len(theirs.tokens)
    if more > 0:
        yield f"{student.name} has {more} special tokens past the end of {teacher.name}'s"
    for name in sorted({*mine.rules, *theirs.rules}):
        if not (more < 0 and name == "merges") and mine.rules.get(name) != theirs.rules.get(name):
            yield f"{name}: {teacher.name} cuts text by other rules, {student.name}'s are taken"


def _of_text(vocabulary: Vocabulary) -> list[str]:
    """Return the tokens of text by id."""
    return [
        _UNUSED if number in vocabulary.reserved else token
        for number, token in enumerate(vocabulary.tokens)
    ]
