"""Objects that were drawn as arguments of code, and that claims compute with as far as they can."""

from collections.abc import Iterable

from pv.claims.evaluation.errors import text_of
from pv.claims.values import Opaque, Value
from pv.engines.calling.foreign_callables import Unusable
from pv.engines.calling.results import RESULTS


class Object(Opaque):
    """A drawn object; each call of code is given a copy, which it may change."""

    __slots__ = ("drawn_by", "original")

    def __init__(self, original: object, drawn_by: str) -> None:
        self.original = original
        self.drawn_by = drawn_by

    def __repr__(self) -> str:
        return text_of(self.original)

    def refuse(self, *_: object) -> Value:
        """Raise Unusable: only its value of the language can be computed with."""
        raise Unusable(f"{self.drawn_by} drew what claims cannot compute with")

    def value(self) -> Value:
        """Return the value of the language that stands for it in this evaluation."""
        return RESULTS.stands_for(self.original, self.drawn_by)


def alive(case: dict[str, Value], objects: Iterable[str]) -> dict[str, Value]:
    """Return a case with values of the language in the place of drawn objects."""
    drawn = ((name, case.get(name)) for name in objects)
    found = {name: each.value() for name, each in drawn if isinstance(each, Object)}
    return {**case, **found} if found else case
