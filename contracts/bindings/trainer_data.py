"""Views of the trainer's data and tokenizers by numbers, so that claims can be decided by cases."""

from trainer.corpora.documents import Document
from trainer.order import windows_of_step
from trainer.vocabulary import first_difference


def taken(seed: int, number: int, at: int, windows: int, batch_size: int) -> int:
    """Return the window at place `at` of pass `number`."""
    step = number * (windows // batch_size) + at // batch_size
    found = windows_of_step(step, windows=windows, batch_size=batch_size, seed=seed)
    return int(found[at % batch_size])


def on_held_out_side(key: int) -> bool:
    """Return the side of the document whose name is `key`."""
    name = str(key)
    return Document(name, name.encode(), b"text").held_out


def agrees(student: int, mine: int, teacher: int, theirs: int) -> bool:
    """Return whether a student's vocabulary is a prefix of a teacher's.

    A vocabulary is its size and a number whose binary digits, the last first, are its tokens.
    """
    first, second = (
        [number >> place & 1 for place in range(size)]
        for number, size in ((student, mine), (teacher, theirs))
    )
    return first_difference(first, second) is None
