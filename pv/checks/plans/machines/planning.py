"""Plan the state machines of obligations, which drive the objects that bindings make."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pv.binding.model import Binding, Bound
from pv.checks import identity
from pv.checks.model import Action, Check, NotExecutable, StateMachine
from pv.checks.plans.machines.claims import RESULT, SELF, Meaning, Unreadable
from pv.checks.plans.machines.domains import drawn_from
from pv.claims import Node
from pv.claims.evaluation.scalars.builtins import regular_expression
from pv.contract.model import Contract, Machine, Obligation, Rule
from pv.contract.text import Text
from pv.evidence.verdict import Verdict


def plan_machine(
    contract: Contract, obligation: Obligation, check: Check, bindings: Sequence[Binding]
) -> Check:
    """Return the check that an object keeps to the machine of an obligation."""
    plan = _plan(contract, obligation, bindings)
    subject = "nothing"
    if isinstance(plan, StateMachine):
        subject = plan.maker.callable
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
            functions = {**_helpers(entry.bound), equation: entry.bound}
            try:
                machine = _machine(obligation.machine, obligation.formal, functions)
            except Unreadable as fault:
                return NotExecutable(Verdict.PROSE, str(fault))
            return replace(machine, root=binding.root)
    return NotExecutable(Verdict.UNBOUND, f"no binding file names a callable for {equation}")


def _helpers(bound: Bound) -> dict[str, Bound]:
    """Return the functions that an entry of a binding names beside what it binds."""
    return {
        name: replace(bound, callable=helper, arguments=(), keywords={}, helps=True)
        for name, helper in bound.helpers.items()
    }


def _machine(machine: Machine, formal: Text | None, functions: Mapping[str, Bound]) -> StateMachine:
    helpers = frozenset(name for name, bound in functions.items() if bound.helps)
    draws = next(bound.draws for bound in functions.values() if not bound.helps)
    made = {name: drawn_from(text, draws) for name, text in machine.given.items()}
    meaning = Meaning(frozenset(made), helpers)
    start: dict[str, Node] = {}
    for name, text in (*machine.start.items(), *machine.hidden.items()):
        _require_free(name, text, start)
        start[name] = meaning.also(start).tree(text)
    meaning = meaning.also(start)
    return StateMachine(
        functions=functions,
        given=made,
        start=start,
        hidden=(*machine.hidden,),
        actions=tuple(_action(rule, meaning, start, draws) for rule in machine.rules),
        invariant=meaning.also(SELF).tree(formal) if formal is not None else None,
        root=Path(),
    )


def _action(
    rule: Rule, outside: Meaning, start: Mapping[str, Node], draws: Mapping[str, str]
) -> Action:
    given = {name: drawn_from(text, draws) for name, text in rule.given.items()}
    for name, text in rule.given.items():
        _require_free(name, text, outside.known)
    inside = outside.also(given)
    if strange := [name for name in rule.next if name not in start]:
        place = rule.next[strange[0]].location
        told = f"variables of the state are {', '.join(start)}"
        raise Unreadable(f"{place}: `{strange[0]}` is no variable of `start`; {told}")
    return Action(
        name=rule.name,
        given=given,
        when=inside.tree(rule.when) if rule.when else None,
        next={name: inside.also(RESULT).tree(text) for name, text in rule.next.items()},
        returns=inside.also(RESULT, SELF).tree(rule.returns) if rule.returns else None,
        refuses=_pattern(rule.refuses) if rule.refuses else None,
        place=str(rule.location),
    )


def _require_free(name: str, text: Text, known: Collection[str]) -> None:
    """Raise Unreadable for a name that means something else."""
    if name in {RESULT, SELF}:
        raise Unreadable(f"{text.location}: `{name}` has a meaning of its own; choose another name")
    if name in known:
        raise Unreadable(
            f"{text.location}: `{name}` is a variable of the machine already; choose another name: "
            "arguments of other names than parameters are given in the order of the contract"
        )


def _pattern(text: Text) -> str:
    try:
        regular_expression(text.value)
    except ValueError as fault:
        raise Unreadable(f"{text.location}: {fault}") from fault
    return text.value
