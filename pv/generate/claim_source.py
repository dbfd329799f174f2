"""Stated claims as Python source: the arguments of `survives`."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields

from pv.binding.model import Bound
from pv.claims import Definition, Tolerance, render
from pv.claims.domains.space import Values
from pv.claims.values import Value
from pv.generate.shared_names import Registry
from pv.generate.stated_claims import Stated
from pv.python_source import NoPython

VARIES = ("dtype", "tolerance")
"""What may differ between the subjects of one claim: then these are parameters of its test."""


def arguments(claim: Stated, registry: Registry, *, varying: bool = False) -> Iterator[str]:
    """Yield the arguments that state a claim."""
    yield repr(claim.claim)
    if claim.over:
        wanted = f"over_{'_'.join(claim.over)}"
        yield f"over={registry.constant(wanted, mapping(claim.over, _values))}"
    for name in ("given", "conventions"):
        if texts := getattr(claim, name):
            yield f"{name}={[*texts]!r}"
    if claim.derived:
        yield f"derived={dict(claim.derived)!r}"
    if claim.formulas:
        wanted = f"formulas_of_{'_'.join(each.name for each in claim.formulas)}"
        text = f"[{', '.join(map(_formula, claim.formulas))}]"
        yield f"formulas={registry.constant(wanted, text)}"
    if claim.calls:
        shared = claim.dtype if varying else None
        yield f"calls={mapping(claim.calls, lambda bound: _bound(bound, shared))}"
    if claim.root is not None:
        yield f"root={claim.root!r}"
    if varying:
        yield from (f"{name}={name}" for name in VARIES)
        return
    if claim.dtype != "float64":
        yield f"dtype={claim.dtype!r}"
    if allowed := tolerance(claim.tolerance):
        yield f"tolerance={allowed!r}"


def tolerance(allowed: Tolerance) -> dict[str, Value]:
    """Return the parts of a tolerance that are said."""
    parts = ((each.name, getattr(allowed, each.name), each.default) for each in fields(allowed))
    return {name: value for name, value, default in parts if value != default}


def literal(value: Value) -> str:
    """Return the source of a value; what is not finite has no literal of its own.

    Raises NoPython for a value of any other kind.
    """
    match value:
        case None | bool() | str():
            return repr(value)
        case int():
            return int.__repr__(value)
        case float():
            finite = value - value == 0
            return float.__repr__(value) if finite else f"float({float.__repr__(value)!r})"
        case list() | tuple():
            return f"[{', '.join(map(literal, value))}]"
        case Mapping():
            return mapping(value, literal)
    raise NoPython(f"a value of the type {type(value).__name__} has no literal")


def mapping(items: Mapping[str, Value], written: Callable[[Value], str]) -> str:
    """Return the source of a dictionary."""
    return f"{{{', '.join(f'{name!r}: {written(value)}' for name, value in items.items())}}}"


def call(function: str, *positional: str, **named: str) -> str:
    """Return the source of a call."""
    words = (*positional, *(f"{name}={text}" for name, text in named.items()))
    return f"{function}({', '.join(words)})"


def _values(values: Values | str) -> str:
    if isinstance(values, str):
        return repr(values)
    default = Values()._asdict()
    said = {name: each for name, each in values._asdict().items() if each != default[name]}
    return call("values", **{name: repr(_plain(each)) for name, each in said.items()})


def _plain(part: Value) -> Value:
    match part:
        case bool() | str():
            return part
        case tuple():
            return [*map(_plain, part)]
    return render(part)


def _formula(formula: Definition) -> str:
    said = {
        name: repr(part)
        for name in ("indices", "axes", "by_index")
        if (part := getattr(formula, name))
    }
    head = (repr(formula.name), repr([*formula.parameters]), repr(render(formula.body)))
    return call("formula", *head, **said)


def _bound(bound: Bound, shared: str | None) -> str:
    """Return how a callable is bound; in the type `shared` it is bound in that of the test."""
    first, *others = fields(bound)
    said = {each.name: getattr(bound, each.name) for each in others}
    named = {name: repr(value) for name, value in said.items() if value != getattr(_PLAIN, name)}
    if shared is not None and bound.dtype == shared:
        named["dtype"] = "dtype"
    return call("bound", repr(getattr(bound, first.name)), **named)


_PLAIN = Bound("")
