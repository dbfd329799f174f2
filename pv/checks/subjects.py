"""The implementations that bindings name for a contract, and the checks of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from pv.binding.locate import NotFound, locate
from pv.binding.model import Binding, Bound, Implementation
from pv.checks import identity
from pv.checks.model import Check, Formulas, Kind, NotExecutable
from pv.checks.reading.claims import Claim
from pv.contract.model import Contract
from pv.evidence.verdict import Verdict
from pv.remembered import remembered

_OF_PYTHON = (
    "its real arguments are numbers of Python: what is computed of them alone is float64, unless "
    "the code converts them"
)


class Target(NamedTuple):
    """What one binding file names for a contract, one implementation for each equation."""

    binding: Binding
    """With no other entries for the contract than the ones meant here."""
    name: str
    """The binding's `target`; with the file's name where two files say the same."""
    entry: str = ""
    """The callable that stands in the place of another, where an equation has several."""


class Subject(NamedTuple):
    """The implementations of a target, in one type of numbers."""

    binding: Binding
    dtype: str
    bound: Mapping[str, Bound]
    """Equation id -> what implements it."""


def targets(contract: Contract, bindings: Sequence[Binding]) -> Iterator[Target]:
    """Yield the targets of a contract: one for each file, and for each further entry in it."""
    about = [
        (binding, [each for each in binding.implementations if each.contract == contract.stem])
        for binding in bindings
    ]
    named = [binding for binding, entries in about if entries]
    for binding, entries in about:
        bound = [each for each in entries if each.bound is not None]
        first = {each.equation: each for each in reversed(bound)}
        name = target_name(binding, named)
        if bound:
            yield Target(_only(binding, first.values()), name)
        for n, each in enumerate(bound):
            if first[each.equation] is not each and each.bound is not None:
                others = {**first, each.equation: each}
                earlier = [other.bound.callable for other in bound[:n] if other.bound]
                again = earlier.count(each.bound.callable)
                entry = f"{each.bound.callable}#{again + 1}" if again else each.bound.callable
                yield Target(_only(binding, others.values()), name, entry)


def target_name(binding: Binding, bindings: Iterable[Binding]) -> str:
    """Return a name of a binding that no other binding has."""
    same = [other for other in bindings if other.target == binding.target]
    return binding.target if len(same) <= 1 else f"{binding.target}/{binding.file.stem}"


def _only(binding: Binding, entries: Iterable[Implementation]) -> Binding:
    return replace(binding, implementations=tuple(entries))


def subjects(contract: Contract, bindings: Sequence[Binding]) -> Iterator[Subject]:
    """Yield what each binding names for a contract, once for each type of numbers."""
    for binding in bindings:
        yield from _subjects(contract, binding)


@remembered
def _subjects(contract: Contract, binding: Binding) -> tuple[Subject, ...]:
    entries = [
        (entry, entry.bound)
        for entry in binding.implementations
        if entry.contract == contract.stem and entry.bound is not None
    ]
    bound_in = {
        dtype: {
            entry.equation: replace(bound, dtype=dtype) if dtype in entry.dtypes else bound
            for entry, bound in entries
        }
        for dtype in dict.fromkeys(dtype for entry, _ in entries for dtype in entry.dtypes)
    }
    return tuple(Subject(binding, dtype, bound) for dtype, bound in bound_in.items())


def computed_in(plan: Formulas, dtype: str) -> str:
    """Return the type of numbers that a plan is about: `dtype`, if any of its code takes that."""
    types = [bound.dtype for bound in plan.functions.values()]
    return dtype if dtype in types or not types else types[0]


def told_apart(checks: Iterable[Check]) -> Iterator[Check]:
    """Give each check of a contract a name of its own: the first of an id has the id alone.

    Others add their target, their variant, or both, as far as they differ.
    """
    seen: dict[str, list[Check]] = {}
    for check in checks:
        others = seen.setdefault(check.id, [])
        beside = [other for other in others if other.target == check.target]
        target = f"@{check.target}" if others and check.target != others[0].target else ""
        variant = f"@{check.variant}" if beside else ""
        others.append(check)
        yield replace(check, suffix=f"{target}{variant}")


def located(plan: Formulas, binding: Binding) -> Formulas | NotExecutable:
    """Return a plan with the folder of its code, or say that some of the code is not there."""
    for bound in plan.functions.values():
        place = locate(bound.callable, binding.root)
        if isinstance(place, NotFound):
            return NotExecutable(Verdict.ERROR, place.reason)
    return replace(plan, root=binding.root)


def check_of(
    contract: Contract, claim: Claim, plan: Formulas | NotExecutable, variant: str = ""
) -> Check:
    """Return the check of a claim; `variant` is the type of its numbers."""
    subject = "nothing"
    if isinstance(plan, Formulas):
        about = (each.callable for each in plan.functions.values() if not each.helps)
        subject = ", ".join(sorted({*about}))
    return Check(
        id=claim.id,
        aliases=frozenset({contract.stem, *([claim.equation] if claim.equation else ())}),
        kind=Kind.OBLIGATION if claim.field == "formal" else Kind.PROPERTY,
        contract=contract.stem,
        contract_file=contract.file,
        location=claim.text.location,
        claim=claim.text.value.strip(),
        subject=subject,
        plan=plan,
        diagnosis=None,
        digests=identity.of_plan(contract.digest, claim.id, plan),
        variant=variant,
        limits=_limits(plan),
    )


def _limits(plan: Formulas | NotExecutable) -> tuple[str, ...]:
    """Say where code is given no value in the type of numbers that its binding names."""
    if isinstance(plan, NotExecutable):
        return ()
    given = plan.space.variables.values()
    narrow = any(bound.dtype != "float64" for bound in plan.functions.values())
    whole = bool(given) and all(values.whole for values in given)
    arrays = any(values.sizes for values in given)
    return (_OF_PYTHON,) if narrow and not whole and not arrays else ()
