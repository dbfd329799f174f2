"""A refuted machine is a test that fails for the same reason, and needs nothing of pv."""

import re

import pytest

from tests import warm_python

CODE = """\
from datetime import date


class Shelf:
    def __init__(self, room, /, label="x"):
        self.room, self.books, self.lent, self.used = room, [], {}, set()

    @classmethod
    def made(cls, room, label="x"):
        return cls(room, label)

    def put(self, title):
        if len(self.books) >= self.room:
            raise OverflowError("no room")
        self.books.append(title)
        self.used.add(title)
        return len(self.books)

    def take(self, at):
        return self.books.pop(at)

    def lend(self, title, day):
        assert isinstance(day, date)
        self.lent[title] = day

    def place(self, title):
        return self.books.index(title)


def newest_first(shelf):
    return shelf.books[::-1]
"""
MACHINE = """\
metadata: {version: 1.0.0, kind: pattern, description: d, references: [r]}
equations: {shelf: {formula: it keeps books}}
proof_obligations:
  - id: M-1
    type: state_machine
    equation: shelf
    property: It keeps books
    formal: "∀ b in books: books[self.place(b)] = b and |books| <= room"
    machine:
      given: {room: 1..3}
      start: {books: [], lent: {}, used: {}, newest: []}
      rules:
        put:
          given: {title: '{"a", "b", "c"}'}
          when: "|books| < room"
          next:
            books: concat(books, [title])
            newest: concat([title], reverse(reverse(newest)))
            used: used ∪ set(unique([title, title]))
          refuses: room
          returns: "result = |books| + 1"
        take:
          given: {at: 0..2}
          when: "at < |books|"
          next:
            books: "concat(books[0:at], books[at + 1:])"
            newest: "concat(newest[0:|books| - 1 - at], newest[|books| - at:])"
          returns: result = books[at]
        lend:
          given: {title: '{"a", "b"}', day: date}
          next: {lent: "{p in lent : p[0] != title} ∪ {(title, day)}"}
"""
BINDING = """\
version: 1.0.0
target: m
bindings:
  - contract: m-v1
    equation: shelf
    callable: 'shelves:Shelf%s'
    functions: {newest: "shelves:newest_first"}
    status: implemented
"""


@pytest.fixture
def reproduced(project):
    """Return the text of the test that a machine is written as, and what it tells."""

    def run(module, code, machine, binding):
        project.write(f"{module}.py", code)
        project.write("contracts/m-v1.yaml", machine)
        project.write("contracts/bindings/m.yaml", binding)
        told = project.pv("prove", "M-1", "--fresh", "--repro", "found").stdout
        file = re.search(r"^repro: (found/\S+)  reproduces", told, re.MULTILINE)
        assert file, told
        words = ["-q", "-p", "no:cacheprovider", "-p", "no:pv", file[1]]
        ran = warm_python.run("pytest", words, project.folder)
        return (project.folder / file[1]).read_text(encoding="utf-8"), ran.stdout

    return run


@pytest.fixture
def shelf(reproduced):
    """Return the same of a shelf whose code is changed."""

    def run(old, new, maker=""):
        assert old in CODE
        return reproduced("shelves", CODE.replace(old, new), MACHINE, BINDING % maker)

    return run


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("len(self.books) >= self.room", "len(self.books) > self.room", "put is not refused"),
        ("return self.books.pop(at)", "return self.books.pop()", "what take returns is wrong"),
        ("return self.books.pop(at)", "return self.books[at]", "`books` differs"),
        ("self.used.add(title)", "self.used = {title}", "`used` differs"),
        ("self.lent[title] = day", "self.lent.setdefault(title, day)", "`lent` differs"),
        ("self.books.index(title)", "len(self.books) - 1", "a state is wrong"),
        ("self.books.index(title)", "self.books[1:].index(title)", "place raised ValueError"),
        ("shelf.books[::-1]", "shelf.books", "`newest` differs"),
        ("self.lent[title] = day", "1 // 0", "lend raised ZeroDivisionError"),
        ("self.books.append(title)", "1 // (2 - len(self.books))", "what put returns is wrong"),
    ],
)
def test_each_way_to_leave_a_model_is_reproduced_without_pv(shelf, old, new, reason):
    text, told = shelf(old, new)
    assert f"AssertionError: REFUTED: {reason}" in told, told
    assert not re.search(r"^(import|from) pv\b", text, re.MULTILINE)


def test_a_class_may_be_made_by_a_method_of_its_own(shelf):
    text, _ = shelf("self.used.add(title)", "pass", maker=".made")
    assert 'made = call_by_name(Shelf.made, {"room": room})' in text


PURSES = """\
class Purse:
    def __init__(self, start):
        self.coins, self.moves = start, 0

    def pay_in(self, coins):
        self.coins += coins

    def move(self, coins, /, other):
        if coins > self.coins:
            raise ValueError("not enough")
        self.coins -= coins
        other.coins += coins
        self.moves += 1
        return other.coins

    def swap(self, other):
        self.coins, other.coins = other.coins, self.coins

    def has(self, coins):
        return self.coins >= coins


def moves(purse):
    return purse.moves
"""
OF_PURSES = """\
metadata: {version: 1.0.0, kind: pattern, description: d, references: [r]}
equations: {purse: {formula: it keeps coins}}
proof_obligations:
  - id: M-1
    type: state_machine
    equation: purse
    property: It keeps coins
    formal: self.has(coins) and start <= 3
    machine:
      given: {start: 0..3}
      start: {coins: start, count: 0}
      rules:
        pay_in: {given: {coins_in: 1..9}, next: {coins: coins + coins_in}}
        move:
          given: {number: 1..9, other: purse}
          when: number <= coins
          next: {coins: coins - number, other.coins: other.coins + number, count: count + 1}
          refuses: not enough
          returns: "(other = self implies result = coins) and other.has(result) and \
            (other != self implies result = other.coins + number and count(other) >= 0)"
        swap: {given: {other: purse}, next: {coins: other.coins, other.coins: coins}}
"""


OF_MODULE = """\
version: 1.0.0
target: m
bindings:
  - contract: m-v1
    equation: purse
    callable: 'purses:Purse'
    functions: {count: "purses:moves"}
    status: implemented
"""
BOTH = "other.coins = other.coins, self.coins"


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("other.coins += coins\n", "other.coins += coins - (self is not other)\n", "what move"),
        ("self.coins -= coins\n        other.coins += coins\n",
         "self.coins, other.coins = self.coins - coins, other.coins + coins\n", "what move"),
        ("self.moves += 1\n", "other.moves += 1\n", "`a.count` differs"),
        (BOTH, "other.coins = other.coins, 0", "`a.coins` differs"),
        (BOTH, f"{BOTH} + (self is other)", "`a.coins` differs"),
        ("coins > self.coins", "coins > self.coins and self is not other", "move is not refused"),
        ("return self.coins >= coins", "return 1 <= coins <= self.coins", "what move|a state"),
    ],
)  # fmt: skip
def test_steps_with_another_object_are_reproduced(reproduced, old, new, reason):
    assert old in PURSES
    _, told = reproduced("purses", PURSES.replace(old, new), OF_PURSES, OF_MODULE)
    assert re.search(f"AssertionError: REFUTED: (?:{reason})", told), told
