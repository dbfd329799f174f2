"""Find the functions that a claim calls, with the obligations of each."""

from collections.abc import Iterator

from pv.checks.model import Callee, Formulas
from pv.checks.plans.own_formulas import plan_of
from pv.checks.reading.claims import Claim, claims_of
from pv.checks.reading.definitions import Known, known_of
from pv.claims import called
from pv.claims.domains.space import Space
from pv.claims.tree import Call, Comparison, Name, Span
from pv.contract.model import Contract

_NOWHERE = Span(0, 0)


def callees_of(contract: Contract, about: Claim, formula: Formulas) -> Iterator[Callee]:
    """Yield the equations that a claim's own equation calls, and that have obligations."""
    known = known_of(contract)
    said: dict[str, list[Claim]] = {}
    for claim in claims_of(contract):
        if claim.field == "formal" and claim.equation:
            said.setdefault(claim.equation, []).append(claim)
    of_others = {
        name: equation
        for equation, names in known.heads.items()
        if equation in said and equation != about.equation
        for name in names
    }
    for equation in dict.fromkeys(_called(formula, of_others)):
        found = _callee(contract, known, equation, said[equation])
        if found is not None:
            yield found


def _called(formula: Formulas, of_others: dict[str, str]) -> Iterator[str]:
    """Yield the equations that are called, but not what only they call."""
    bodies = {each.name: each.body for each in formula.definitions}
    seen: set[str] = set()
    waiting = [formula.tree]
    while waiting:
        for name in sorted(called(waiting.pop()) - seen):
            seen.add(name)
            if name in of_others:
                yield of_others[name]
            elif name in bodies:
                waiting.append(bodies[name])


def _callee(contract: Contract, known: Known, equation: str, said: list[Claim]) -> Callee | None:
    """Return a function with its obligations; None where it is not one that could be replaced."""
    names = tuple(sorted(known.heads[equation]))
    given = next(
        (known.definitions[name].parameters for name in names if name in known.definitions),
        (),
    )
    space = known.spaces.get(equation)
    if not given or space is None or not space.variables.keys() >= {*given}:
        return None
    call = Call(equation, tuple(Name(each, _NOWHERE) for each in given), _NOWHERE)
    itself = Comparison((call, call), ("=",), _NOWHERE)
    has_value = plan_of(
        Claim(f"{equation} has a value", "formal", said[0].text, equation, None, tree=itself),
        known,
        contract,
    )
    plans = {each.id: plan_of(each, known, contract) for each in said}
    if not isinstance(has_value, Formulas):
        return None
    return Callee(
        equation,
        names,
        given,
        Space({name: space.variables[name] for name in given}, {}, space.conditions),
        has_value,
        {name: plan for name, plan in plans.items() if isinstance(plan, Formulas)},
    )
