"""The constants of a claim as objects of a kind: where it says something else, it may be false."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from pv.binding.drawn_kinds import KINDS
from pv.claims import EvaluationError, names
from pv.claims.values import Value
from pv.engines.spaces.membership import Members
from pv.engines.spaces.objects.kinds import duration, moment, number
from pv.engines.spaces.objects.strategies import taken
from pv.engines.spaces.rounding import Drawn


def constants_within(name: str, members: Members) -> Iterator[Value]:
    """Yield the constants that a variable may be, as far as its own conditions say."""
    reference, fixed = members.draws[name], members.fixed()
    own = tuple(said for said in members.space.conditions if names(said) <= {name, *fixed})
    space = members.space._replace(variables={}, conditions=own)
    alone = Members(space, members.dtype, members.draws, members.helpers)
    for constant in members.constants if reference in _MADE else ():
        made = _MADE[reference](constant)
        if made is not None:
            value = taken(made, reference)
            if _meets({**fixed, name: value}, alone):
                yield value


def _meets(case: Drawn, members: Members) -> bool:
    try:
        return members.meets(case)
    except EvaluationError:
        return False


def _text(constant: Value) -> str | None:
    return constant if isinstance(constant, str) else None


def _date(constant: Value) -> date | None:
    found = moment(constant)
    return found and found.date()


def _duration(constant: Value) -> timedelta | None:
    return None if number(constant) is None else duration(constant, timedelta())


def _fraction(constant: Value) -> Fraction | None:
    return None if number(constant) is None else Fraction(str(constant))


def _decimal(constant: Value) -> Decimal | None:
    return None if number(constant) is None else Decimal(str(constant))


def _cents(constant: Value) -> Decimal | None:
    found = _decimal(constant)
    rounded = found and round(found, 2)
    return rounded if rounded == found else None


_MADE: Mapping[str, Callable[[Value], Value]] = {
    KINDS["string"]: _text,
    KINDS["date"]: _date,
    KINDS["datetime"]: moment,
    KINDS["duration"]: _duration,
    KINDS["fraction"]: _fraction,
    KINDS["decimal"]: _decimal,
    KINDS["cents"]: _cents,
}
"""What draws a kind -> what makes one of a number or text of the claim; None where it cannot."""
