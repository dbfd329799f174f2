"""Change what was observed of systems: how they ended, what they printed, what they left."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import inf

from pv.claims.values import Assignment, Value
from pv.engines.systems.changed_values import Hints, changed, changed_count, changed_text

_FILE = {"size": 1, "sha256": "0" * 64, "lines": 1, "json": {"added": 0}}
"""A file that no system wrote."""
_MOST_FILES = 50
_EXIT_CODES = (-64, 255)  # a negative one is the signal that ended the process
_TEXTS = ("stdout", "stderr")
_OTHERS = frozenset({*_TEXTS, "exit_code", "seconds", "result"})


@dataclass(frozen=True, slots=True)
class Recorded:
    """What one case gave: the fields of each run, by its name; of the only run by None."""

    case: Assignment
    runs: Mapping[str | None, Assignment]

    def scope(self) -> Assignment:
        """Return the names that expectations see."""
        found = dict(self.case)
        for run, fields in self.runs.items():
            found |= {run: fields} if run else fields
        return found

    @property
    def observed(self) -> frozenset[str]:
        """Return the names of what was observed, beside those of what was given."""
        fields = (fields if run is None else (run,) for run, fields in self.runs.items())
        return frozenset().union(*fields)

    def having(self, run: str | None, name: str, value: Value) -> "Recorded":
        """Return the same with another value of one field."""
        return Recorded(self.case, {**self.runs, run: {**self.runs[run], name: value}})


def coarse(seen: Recorded) -> Iterator[Recorded]:
    """Yield the observation with one thing of one run quite another."""
    for run, fields in seen.runs.items():
        yield seen.having(run, "exit_code", 1 if fields["exit_code"] == 0 else 0)
        for name in _TEXTS:
            yield seen.having(run, name, "" if fields[name] else "?\n")
        yield seen.having(run, "result", None if fields["result"] is not None else {"added": 0})
        for name in fields.keys() - _OTHERS:
            files = fields[name]
            yield seen.having(run, name, {} if files else {"added": _FILE})


def fine(seen: Recorded, mentioned: frozenset[str], hints: Hints) -> Iterator[Recorded]:
    """Yield the observation with one change in what is mentioned."""
    for run, fields in seen.runs.items():
        if run is not None and run not in mentioned:
            continue
        for name in fields.keys() & mentioned:
            for other in _changed(name, fields[name], hints):
                yield seen.having(run, name, other)


def _changed(name: str, value: Value, hints: Hints) -> Iterator[Value]:
    """Yield other values that a field may have by its nature."""
    match name:
        case "stdout" | "stderr":
            return changed_text(value, hints)
        case "exit_code":
            return changed_count(value, hints, *_EXIT_CODES)
        case "seconds":
            return changed_count(value, hints, 0, inf)
        case "result":
            return changed(value, hints)
    return _files(value, hints)


def _files(files: Assignment, hints: Hints) -> Iterator[Assignment]:
    yield {}
    for name in ("added", *hints.texts):
        yield {**files, name: _FILE}
    named = sorted(files, key=lambda name: name not in hints.keys)
    for name in named[:_MOST_FILES]:
        yield {other: files[other] for other in files if other != name}
        for key, value in files[name].items():
            for other in _described(key, value, hints):
                yield {**files, name: {**files[name], key: other}}


def _described(key: str, value: Value, hints: Hints) -> Iterator[Value]:
    if key == "json":
        return changed(value, hints)
    return iter(("0" * 64,)) if key == "sha256" else changed_count(value, hints, 0, inf)
