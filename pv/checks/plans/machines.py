"""Plan the state machines of obligations, which drive the objects that bindings make."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pv.binding.model import Binding
from pv.checks import identity
from pv.checks.model import Action, Check, NotExecutable, StateMachine
from pv.claims import Domain, Fault, Node, names, parse, parse_domain
from pv.claims.evaluation.scalars.builtins import regular_expression
from pv.contract.model import Contract, Machine, Obligation, Rule
from pv.contract.text import Text
from pv.evidence.verdict import Verdict

RESULT = "result"
"""Name of a method's result, in `returns`."""


class _Unreadable(Exception):  # noqa: N818 - a fact about a text
    """Raised for a text of the machine that cannot be read, or names something unknown."""


def plan_machine(
    contract: Contract, obligation: Obligation, check: Check, bindings: Sequence[Binding]
) -> Check:
    """Return the check that an object keeps to the machine of an obligation."""
    plan = _plan(contract, obligation, bindings)
    subject = "nothing"
    if isinstance(plan, StateMachine):
        subject = ", ".join(bound.callable for bound in plan.functions.values())
    digests = identity.of_plan(contract.digest, [check.id, check.claim], plan)
    return replace(check, plan=plan, subject=subject, digests=digests)


def _plan(
    contract: Contract, obligation: Obligation, bindings: Sequence[Binding]
) -> StateMachine | NotExecutable:
    if obligation.machine is None or obligation.equation is None:
        told = "name the `equation` whose binding makes the object"
        return NotExecutable(Verdict.PROSE, told)
    equation = obligation.equation.value
    for binding in bindings:
        entry = binding.implementation(contract.stem, equation)
        if entry is not None and entry.bound is not None:
            try:
                machine = _machine(obligation.machine, obligation.formal)
            except _Unreadable as fault:
                return NotExecutable(Verdict.PROSE, str(fault))
            return replace(machine, functions={equation: entry.bound}, root=binding.root)
    return NotExecutable(Verdict.UNBOUND, f"no binding file names a callable for {equation}")


def _machine(machine: Machine, formal: Text | None) -> StateMachine:
    made = {name: _domain(text) for name, text in machine.given.items()}
    start: dict[str, Node] = {}
    for name, text in machine.start.items():
        start[name] = _tree(text, {*made, *start})
    known = {*made, *start}
    return StateMachine(
        functions={},
        given=made,
        start=start,
        actions=tuple(_action(rule, known) for rule in machine.rules),
        invariant=_tree(formal, known) if formal is not None else None,
        root=Path(),
    )


def _action(rule: Rule, known: set[str]) -> Action:
    given = {name: _domain(text) for name, text in rule.given.items()}
    inside = known | given.keys()
    if strange := sorted(rule.next.keys() - known):
        place = rule.next[strange[0]].location
        raise _Unreadable(f"{place}: `{strange[0]}` is no variable of `start`")
    return Action(
        name=rule.name,
        given=given,
        when=_tree(rule.when, inside) if rule.when else None,
        next={name: _tree(text, inside) for name, text in rule.next.items()},
        returns=_tree(rule.returns, inside | {RESULT}) if rule.returns else None,
        refuses=_pattern(rule.refuses) if rule.refuses else None,
    )


def _pattern(text: Text) -> str:
    try:
        regular_expression(text.value)
    except ValueError as fault:
        raise _Unreadable(f"{text.location}: {fault}") from fault
    return text.value


def _tree(text: Text, known: set[str]) -> Node:
    read = parse(text.value)
    if isinstance(read, Fault):
        place = text.locate(read.start, read.end)
        raise _Unreadable(f"{place}: {read.message}; {read.remedy}")
    if strange := sorted(names(read) - known):
        told = ", ".join(sorted(known))
        raise _Unreadable(f"{text.location}: `{strange[0]}` is not known here; known are {told}")
    return read


def _domain(text: Text) -> Domain:
    read = parse_domain(text.value)
    if isinstance(read, Fault):
        place = text.locate(read.start, read.end)
        raise _Unreadable(f"{place}: {read.message}; {read.remedy}")
    return read
