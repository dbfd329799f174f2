"""Plan obligations of type `determinism`: call an implementation again with the same values."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from pv.binding.model import Binding
from pv.checks import identity
from pv.checks.model import Check, Formulas, Kind, NotExecutable, Repetition
from pv.checks.plans.bound_code import plan_claims
from pv.checks.reading.claims import Claim
from pv.checks.reading.definitions import head_of, known_of
from pv.claims import Fault, called, definition_of, parse, render
from pv.claims.tree import Call, Comparison, Name, Node, Span
from pv.contract.model import Contract, Equation, Obligation
from pv.contract.text import Text
from pv.evidence.verdict import Verdict

TYPE = "determinism"
_NOWHERE = Span(0, 0)


def is_repetition(obligation: Obligation) -> bool:
    """Return whether an obligation asks for nothing but the same result again.

    Its formal text is missing, prose, or says `f(x) = f(x)`, which no formula could contradict.
    """
    if obligation.type != TYPE:
        return False
    if obligation.formal is None:
        return True
    match parse(obligation.formal.value):
        case Fault():
            return True
        case Comparison(operands=(left, right), operators=("=",)):
            return render(left) == render(right)
    return False


def plan_repetition(
    contract: Contract, obligation: Obligation, check: Check, bindings: Sequence[Binding]
) -> Iterator[Check]:
    """Return a check for each implementation of the equation that an obligation is about."""
    equation = _equation(contract, obligation)
    if equation is None:
        reason = "name the `equation` whose implementation is to be called twice"
        yield replace(check, plan=NotExecutable(Verdict.PROSE, reason))
        return
    call = _call(contract, equation)
    text = obligation.formal or obligation.property or Text("", obligation.location)
    same = Comparison((call, call), ("=",), _NOWHERE)
    claim = Claim(obligation.id, "formal", text, equation.id, None, None, same)
    for found in plan_claims(contract, claim, bindings):
        if isinstance(found.plan, Formulas):
            plan = Repetition(call, found.plan)
            digests = identity.of_plan(contract.digest, found.id, plan)
            found = replace(found, plan=plan, digests=digests)  # noqa: PLW2901 - the same check
        aliases = check.aliases | found.aliases
        yield replace(found, aliases=aliases, kind=Kind.OBLIGATION, location=check.location)


def _equation(contract: Contract, obligation: Obligation) -> Equation | None:
    """Return the equation that is named, the one that is called, or the only one."""
    if obligation.equation is not None:
        wanted = {obligation.equation.value}
    else:
        tree = parse(obligation.formal.value) if obligation.formal else None
        wanted = set(called(tree)) if tree is not None and not isinstance(tree, Fault) else set()
    found = [each for each in contract.equations if each.id in wanted or _head(each) in wanted]
    if not found and len(contract.equations) == 1:
        return contract.equations[0]
    return found[0] if found else None


def _place(equation: Equation) -> Callable[[str], int]:
    """Return where the domain of an equation first speaks of a variable."""
    if isinstance(equation.domain, Mapping):
        places = {name: n for n, name in enumerate(equation.domain)}
        return lambda name: places.get(name, len(places))
    said = "" if equation.domain is None else equation.domain.value
    return lambda name: len(re.split(rf"\b{re.escape(name)}\b", said)[0])


def _head(equation: Equation) -> str | None:
    tree = parse(equation.formula.value) if equation.formula else None
    found = definition_of(tree) if tree is not None and not isinstance(tree, Fault) else None
    return found.name if found else None


def _call(contract: Contract, equation: Equation) -> Node:
    """Return the call that the formula states, else one with the variables of the domain."""
    known = known_of(contract)
    stated = known.own.get(equation.id, {})
    for name, found in stated.items():
        if found.parameters:
            return Call(name, tuple(Name(each, _NOWHERE) for each in found.parameters), _NOWHERE)
    for name in stated:
        return Name(name, _NOWHERE)
    head = parse(head_of(equation.formula.value)) if equation.formula else None
    if isinstance(head, Call) and all(isinstance(each, Name) for each in head.arguments):
        return Call(equation.id, head.arguments, _NOWHERE)
    space = known.spaces.get(equation.id)
    sizes = space.size_names() if space else frozenset()
    said = [*space.variables, *space.objects] if space else []
    given = sorted((name for name in said if name not in sizes), key=_place(equation))
    return Call(equation.id, tuple(Name(each, _NOWHERE) for each in given), _NOWHERE)
