"""Machines whose model is a list, a set or a mapping, and whose claims ask the object."""

import pytest

ORDERED_SET = """\

class OrderedSet:
    def __init__(self):
        self.items, self.map = [], {}

    def append(self, key):
        if key not in self.map:
            self.map[key] = len(self.items)
            self.items.append(key)
        return self.map[key]

    def pop(self, at=-1):
        key = self.items.pop(at)
        del self.map[key]
        return key

    def index(self, key):
        return self.map[key]

    def __iter__(self):
        return iter(self.items)
"""
OF_LISTS = """\
formal: "∀ i in 0..|items| - 1: self.index(items[i]) = i"
machine:
  start: {items: []}
  rules:
    append:
      given: {key: 0..5}
      next: {items: "items if key in items else concat(items, [key])"}
      returns: self.index(key) = result
    pop:
      given: {at: 0..5}
      when: at < |items|
      next: {items: "[x for x in items with x != result]"}
      returns: result = items[at]
"""
MENDED = ORDERED_SET.replace(
    "        return key\n", "        self.map = {x: i for i, x in enumerate(self.items)}\n"
    "        return key\n", 1,
)  # fmt: skip


def test_an_index_that_a_pop_leaves_behind_is_found(driven):
    found = driven(ORDERED_SET, OF_LISTS)
    assert found.verdict.name == "REFUTED", found
    assert found.reason == "false: forall i in 0..|items| - 1: self.index(items[i]) = i"
    assert len(found.counterexample["steps"]) <= 4
    assert driven(MENDED, OF_LISTS).verdict.name == "SURVIVED"


def test_what_holds_the_items_may_be_a_function_of_the_binding(driven):
    machine = OF_LISTS.replace("items", "inside").replace("self.index", "place")
    code = MENDED + "\n\ndef place(made, key):\n    return made.index(key)\n"
    binding = 'functions: {inside: "builtins:list", place: "HERE:place"}'
    machine = machine.replace("place(inside[i])", "place(self, inside[i])")
    machine = machine.replace("place(key)", "place(self, key)")
    assert driven(code, machine, binding).verdict.name == "SURVIVED"
    broken = code.replace("made.index(key)", "made.index(key) + 1")
    assert driven(broken, machine, binding).verdict.name == "REFUTED"


CACHE = """\
from collections import OrderedDict


class Cache:
    def __init__(self, capacity):
        self.capacity, self.entries = capacity, OrderedDict()

    def get(self, key):
        if key not in self.entries:
            return None
        self.entries.move_to_end(key)
        return self.entries[key]

    def put(self, key, value):
        self.entries[key] = value
        self.entries.move_to_end(key)
        if len(self.entries) > self.capacity:
            return self.entries.popitem(last=False)[0]
"""
OF_PAIRS = """\
formal: "|entries| <= capacity"
machine:
  given: {capacity: 1..3}
  start: {entries: []}
  rules:
    get:
      given: {key: 0..3}
      returns: "result in [p[1] for p in entries with p[0] = key] or
        (result = null and ∀ p in entries: p[0] != key)"
      next:
        entries: "entries if result = null else
          concat([p for p in entries with p[0] != key], [(key, result)])"
    put:
      given: {key: 0..3, value: 5..9}
      next: {entries: "concat([p for p in entries with p[0] not in {key, result}], [(key, value)])"}
      returns: "|entries| = capacity or result = null"
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("        self.entries.move_to_end(key)\n        return", "        return"),
        ("last=False", "last=True"),
        (" > self.capacity", " > self.capacity + 1"),
        ("        return self.entries[key]", "        return len(self.entries)"),
    ],
)
def test_a_mapping_is_the_list_of_its_pairs_in_their_order(driven, old, new):
    assert driven(CACHE, OF_PAIRS).verdict.name == "SURVIVED"
    assert old in CACHE
    assert driven(CACHE.replace(old, new), OF_PAIRS, cases=200).verdict.name == "REFUTED"


REGISTER = """\

class Register:
    def __init__(self):
        self.entries, self.used = {}, set()

    def put(self, key, value):
        self.entries[key] = value
        self.used.add(value)

    def remove(self, key):
        return self.entries.pop(key, None)
"""
OF_SETS = """\
formal: "used = self.used and self.used() = used"
machine:
  start: {entries: "{}", used: "{}"}
  rules:
    put:
      given: {key: '{"a", "b"}', value: 0..3}
      next:
        entries: "{p in entries : p[0] != key} ∪ {(key, value)}"
        used: used ∪ {value}
    remove:
      given: {key: '{"a", "b"}'}
      next: {entries: "entries \\\\ {(key, result)}"}
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("self.entries[key] = value", "self.entries.setdefault(key, value)"),
        ("self.used.add(value)", "self.used = {value}"),
        ("pop(key, None)", "get(key)"),
    ],
)
def test_a_mapping_is_the_set_of_its_pairs(driven, old, new):
    assert driven(REGISTER, OF_SETS).verdict.name == "SURVIVED"
    found = driven(REGISTER.replace(old, new), OF_SETS)
    assert (found.verdict.name, "should be {" in found.reason) == ("REFUTED", True), found


def test_no_collection_yet_is_written_as_in_yaml_too(driven):
    machine = OF_SETS.replace('"{}"', "{}")
    assert driven(REGISTER, machine).verdict.name == "SURVIVED"


@pytest.mark.parametrize(
    ("old", "new", "verdict", "reason"),
    [
        ("self.index(items[i])", "self.indx(items[i])", "ERROR",
         "OrderedSet has no attribute `indx`; did you mean `index`?"),
        ("self.index(items[i])", "self.pop()", "ERROR", "changes `items` from"),
        ("self.index(items[i])", "self.index(i, i)", "ERROR", "OrderedSet.index(key) does not fit"),
        ("self.index(items[i])", "self.items(i)", "ERROR", "OrderedSet.items is no method"),
        ("self.index(items[i])", "index(items[i])", "PROSE",
         "there is no function `index`; to ask the object, write `self.index(…)`"),
        ("when: at < |items|", "when: at < self.size", "PROSE",
         "`self` is not known here; `formal` and `returns` alone ask the object"),
        ("when: at < |items|", "when: at < size(items)", "PROSE", "there is no function `size`"),
        ("when: at < |items|", "when: at < result", "PROSE",
         "`next` and `returns` alone have a `result`"),
        ("{key: 0..5}", "{result: 0..5}", "PROSE", "`result` has a meaning of its own"),
        ("{key: 0..5}", "{items: 0..5}", "PROSE", "`items` is a variable of the machine already"),
        ("    pop:", "    pup:", "ERROR", "OrderedSet has no method `pup`; did you mean `pop`?"),
        ("start: {items: []}", "start: {items: [], itms: 0}", "ERROR",
         "OrderedSet has no attribute `itms`; did you mean `items`?"),
        ("result = items[at]", "result = items[at + 9]", "REFUTED", "has no value"),
        ("concat(items, [key])", "concat(items, [key], [])", "ERROR", ": items if key in items"),
        ("when: at < |items|", "when: at", "ERROR", ": at is 0, and neither true nor false"),
        ("when: at < |items|", "when: items[at] < 9", "ERROR", ": items[at] < 9 has no value"),
        ("start: {items: []}", "start: {items: [], n: 'items[0]'}", "ERROR",
         "items[0] has no value"),
        ("start: {items: []}", "start: {items: []}\n  hidden: {items: 0}", "PROSE",
         "`items` is a variable of the machine already"),
    ],
)  # fmt: skip
def test_what_the_object_cannot_be_asked_is_told(driven, old, new, verdict, reason):
    assert old in OF_LISTS
    found = driven(MENDED, OF_LISTS.replace(old, new))
    assert (found.verdict.name, reason in found.reason) == (verdict, True), found
    if verdict == "PROSE" or "method `pup`" in found.reason:
        assert "m-v1.yaml:" in found.reason


def test_a_part_that_asks_the_object_and_says_nothing_is_named(driven):
    silent = "|items| > 0 and self.index(items[0]) = 7 implies |items| = 3"
    machine = OF_LISTS.replace('formal: "', f'formal: "({silent}) and ')
    found = driven(MENDED, machine)
    assert found.verdict.name == "VACUOUS", found


def test_a_variable_may_be_of_the_model_alone(driven):
    machine = OF_LISTS.replace("start: {items: []}", "start: {}\n  hidden: {items: []}")
    code = MENDED.replace("self.items", "self._items")
    assert driven(code, machine).verdict.name == "SURVIVED"
    assert (
        driven(ORDERED_SET.replace("self.items", "self._items"), machine).verdict.name == "REFUTED"
    )
    found = driven(code, OF_LISTS)
    assert found.verdict.name == "ERROR", found
    assert "no attribute `items`; name a function that reads it under `functions`" in found.reason
    assert found.reason.endswith("or say what the model alone has under `hidden`")
