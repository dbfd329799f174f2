"""The implementations that bindings name for a contract, and the checks of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from pv.binding.locate import NotFound, locate
from pv.binding.model import Binding, Bound
from pv.checks import identity
from pv.checks.model import Check, Formulas, Kind, NotExecutable
from pv.checks.reading.claims import Claim
from pv.contract.model import Contract
from pv.evidence.verdict import Verdict


class Subject(NamedTuple):
    """The implementations that a binding names for a contract, in one type of numbers."""

    binding: Binding
    dtype: str
    bound: Mapping[str, Bound]
    """Equation id -> what implements it."""

    def id_suffix(self, others: Sequence["Subject"]) -> str:
        """Return the suffix of ids: target, type of numbers, or both, as far as they differ."""
        if not others:
            return ""
        first = next((each for each in others if each.binding is self.binding), None)
        if first is None:
            return f"@{self.binding.target}"
        named = f"@{self.dtype}"
        return named if first is others[0] else f"@{self.binding.target}{named}"


def subjects(contract: Contract, bindings: Sequence[Binding]) -> Iterator[Subject]:
    """Yield what each binding names for a contract, once for each type of numbers."""
    for binding in bindings:
        entries = [
            (entry, entry.bound)
            for entry in binding.implementations
            if entry.contract == contract.stem and entry.bound is not None
        ]
        for dtype in dict.fromkeys(dtype for entry, _ in entries for dtype in entry.dtypes):
            bound = {
                entry.equation: replace(bound, dtype=dtype) if dtype in entry.dtypes else bound
                for entry, bound in entries
            }
            yield Subject(binding, dtype, bound)


def located(plan: Formulas, binding: Binding) -> Formulas | NotExecutable:
    """Return a plan with the folder of its code, or say that some of the code is not there."""
    for bound in plan.functions.values():
        place = locate(bound.callable, binding.root)
        if isinstance(place, NotFound):
            return NotExecutable(Verdict.ERROR, place.reason)
    return replace(plan, root=binding.root)


def check_of(contract: Contract, claim: Claim, plan: Formulas | NotExecutable, where: str) -> Check:
    """Return the check of a claim; `where` is the suffix of its id."""
    subject = "nothing"
    if isinstance(plan, Formulas):
        subject = ", ".join(sorted({each.callable for each in plan.functions.values()}))
    name = f"{claim.id}{where}"
    return Check(
        id=name,
        aliases=frozenset({contract.stem, claim.id, *([claim.equation] if claim.equation else ())}),
        kind=Kind.OBLIGATION if claim.field == "formal" else Kind.PROPERTY,
        contract=contract.stem,
        contract_file=contract.file,
        location=claim.text.location,
        claim=claim.text.value.strip(),
        subject=subject,
        plan=plan,
        diagnosis=None,
        digests=identity.of_plan(contract.digest, name, plan),
    )
