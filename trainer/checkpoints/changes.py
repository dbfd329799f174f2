"""What may differ between a run and the one that goes on from its checkpoint. Free of torch."""

from collections.abc import Iterator
from dataclasses import dataclass

from trainer.errors import UserError
from trainer.storage.json_files import JsonObject

_NO_MATTER = ("output", "watchdog", "evaluation", "training.memory_check")
"""Keys on which no weight depends; a section stands for all of its keys."""
_PLACES = (
    *(f"dataset.{key}" for key in ("source", "path", "field", "token_type", "limit_bytes")),
    *("dataset.tokenizer", "dataset.keep_tokens", "teacher.model_id", "teacher.cache"),
    *("student.model_id", "training.steps_per_epoch", "device"),
)
"""Keys that say where something is or that it be found out; what was found is compared itself."""
_ROUNDING = tuple(
    f"training.{key}"
    for key in (
        *("gradient_accumulation", "gradient_checkpointing", "compile"),
        *("loss", "loss_memory_mib", "parallel"),
    )
)
"""Keys on which the last bits of a result depend."""
_EPOCHS = "training.epochs"
_MAY_CHANGE = (
    f"{', '.join((*_NO_MATTER, *_ROUNDING))} may change, {_EPOCHS} may grow, and the same data and "
    "models may lie elsewhere"
)


@dataclass(frozen=True, slots=True)
class Change:
    """A leaf in which two trees of plain values differ."""

    name: str
    was: object
    now: object

    @property
    def text(self) -> str:
        """The change in words."""
        return f"{self.name} was {self.was}, is {self.now}"


def changes(kept: object, now: object, name: str = "") -> Iterator[Change]:
    """Yield every leaf in which two trees of plain values differ.

    >>> [change.text for change in changes({"a": {"b": 1}, "c": 2}, {"a": {"b": 3}, "c": 2})]
    ['a.b was 1, is 3']
    """
    if isinstance(kept, dict) and isinstance(now, dict):
        for key in sorted({*kept, *now}):
            yield from changes(kept.get(key), now.get(key), f"{name}.{key}" if name else key)
    elif kept != now:
        yield Change(name, kept, now)


def require_same_run(place: str, kept: JsonObject, now: JsonObject) -> None:
    """Raise UserError where the records of two runs differ in what decides the weights.

    Of each part of the records that both have: the configuration, and what was found by it.
    """
    configuration = list(changes(kept["configuration"], now["configuration"]))
    facts = list(changes(_found(kept), _found(now)))
    fatal = [change for change in configuration if not _may_change(change)]
    if facts:  # name the keys too by which something else was found
        fatal += [change for change in configuration if _is_of(change, _PLACES)]
    if fatal or facts:
        raise UserError(
            "\n".join(f"--resume {place}: {change.text}" for change in (*fatal, *facts))
            + f"\na resumed run needs what it began with ({_MAY_CHANGE}); undo the change, or "
            "start again with --overwrite or another --output"
        )


def notes_on(kept: JsonObject, now: JsonObject) -> Iterator[str]:
    """Yield a note for each change of the configuration that may change the result."""
    for change in changes(kept["configuration"], now["configuration"]):
        if _is_of(change, _ROUNDING):
            yield f"note: {change.text}: the result may differ in its last bits"
        if change.name == _EPOCHS:
            yield f"note: {change.text}: from here on, the learning rate is that of the longer run"


def _found(record: JsonObject) -> JsonObject:
    """Return what a run found by its configuration, under names for the user."""
    cache = record["cache"] or {}
    return {
        "the digest of the data": record["corpus"]["digest"],
        "teacher": record["teacher"],
        "teacher.cache": {key: cache.get(key) for key in ("teacher", "top_k", "temperature")},
        "the digest of the student's own weights": record["frozen"],
        "device": record["device"],
        "training.steps_per_epoch": record["steps_per_epoch"],
    }


def _may_change(change: Change) -> bool:
    if change.name == _EPOCHS:
        return (
            isinstance(change.was, int) and isinstance(change.now, int) and change.now > change.was
        )
    return _is_of(change, (*_NO_MATTER, *_PLACES, *_ROUNDING))


def _is_of(change: Change, keys: tuple[str, ...]) -> bool:
    return any(change.name == key or change.name.startswith(f"{key}.") for key in keys)
