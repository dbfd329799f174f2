"""What two tokenizers must have in common for their models to talk about the same tokens."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from trainer.errors import UserError


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a tokenizer's ids mean."""

    tokens: Sequence[str]
    """By id."""
    special: Mapping[str, str]
    """Such as eos_token: its text."""
    rules: Mapping[str, str]
    """How text is cut: normalizer, pre_tokenizer, merges; each as one text to compare."""


@dataclass(frozen=True, slots=True)
class Named:
    """A vocabulary and whose it is."""

    name: str
    vocabulary: Vocabulary


def first_difference(student: Sequence[object], teacher: Sequence[object]) -> int | None:
    """Return the first id at which a student's vocabulary is not a prefix of the teacher's.

    None when it is one: then every id of the student's means the same to the teacher.
    """
    for number, token in enumerate(student):
        if number >= len(teacher) or token != teacher[number]:
            return number
    return None


def differences(student: Named, teacher: Named) -> Iterator[str]:
    """Yield what of the teacher's tokenizer differs from the student's, for a person to read.

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


def require_same_tokens(student: Named, teacher: Named) -> None:
    """Raise UserError with everything that differs, unless the student's is a prefix."""
    found = list(differences(student, teacher))
    if found:
        raise UserError(
            f"the tokenizers of {student.name} and {teacher.name} differ in {'; in '.join(found)}. "
            "Give a teacher and a student of one family, or a fresh student by student.preset"
        )
