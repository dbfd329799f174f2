"""Machines whose arguments are texts, dates, and kinds of the binding's own."""

import pytest

DIARY = """\
from dataclasses import dataclass
from datetime import date

from hypothesis import strategies as st


@dataclass(frozen=True)
class Entry:
    title: str
    length: int


def moods():
    return st.sampled_from(["good", "bad"])


class Diary:
    def __init__(self, owner):
        self.owner, self.pages = owner, {}

    def write(self, day, entry):
        assert isinstance(day, date) and isinstance(entry, Entry)
        self.pages[day] = entry
        return entry.length

    def tell(self, note, mood):
        self.note, self.mood = note, mood
        return f"{note}{mood}"

    def read(self, day):
        return self.pages[day]
"""
MACHINE = """\
formal: "∀ p in pages: self.read(p[0]) = p[1]"
machine:
  given: {owner: entry}
  start: {pages: {}}
  rules:
    write:
      given: {day: date, entry: entry}
      next: {pages: "{p in pages : p[0] != day} ∪ {(day, entry)}"}
      returns: result = entry.length
    tell:
      given: {note: str, mood: mood}
      returns: starts_with(result, note) and ends_with(result, mood)
"""
BINDING = 'draws: {entry: "HERE:Entry", mood: "HERE:moods"}'


def test_dates_texts_and_own_kinds_are_drawn(driven):
    found = driven(DIARY, MACHINE, BINDING)
    assert found.verdict.name == "SURVIVED", found


@pytest.mark.parametrize(
    ("old", "new", "step"),
    [
        ("self.pages[day] = entry", "self.pages.setdefault(day, entry)", '"2000-01-01"'),
        ("return entry.length", "return entry.length + (entry.title > 'b')", "entry = "),
        ('f"{note}{mood}"', 'f"{note}{mood}" if len(note) < 2 else ""', '(note = "00", mood = "'),
    ],
)
def test_what_they_refute_is_shown(driven, old, new, step):
    assert old in DIARY
    found = driven(DIARY.replace(old, new), MACHINE, BINDING, cases=300)
    assert (found.verdict.name, step in found.counterexample["steps"][-1]) == ("REFUTED", True)


@pytest.mark.parametrize(
    ("binding", "verdict", "reason"),
    [
        ("", "PROSE", "m-v1.yaml:11:20: nothing draws a `entry`; say `draws: {entry: module:str"),
        ('draws: {entry: "HERE:Entri", mood: "HERE:moods"}', "ERROR", "there is no `Entri`"),
        ('draws: {entry: "HERE:Entry", mood: "HERE:Diary.read"}', "ERROR", "HERE:Diary.read"),
    ],
)
def test_what_draws_nothing_is_named(driven, binding, verdict, reason):
    found = driven(DIARY, MACHINE, binding)
    assert found.verdict.name == verdict, found
    assert reason.partition("HERE")[2] in found.reason, found
