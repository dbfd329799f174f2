"""Plan the state machines of obligations, which drive the objects that bindings make."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pv.binding.model import Binding, Bound
from pv.checks import identity
from pv.checks.model import Action, Check, NotExecutable, StateMachine
from pv.checks.plans.machines.domains import another, drawn_from
from pv.claims import EXACT, Node
from pv.claims.evaluation.scalars.builtins import regular_expression
from pv.contract.machine_claims import Unreadable, claims_of, misnamed
from pv.contract.model import Contract, Machine, Obligation, Rule
from pv.contract.text import Text
from pv.evidence.verdict import Verdict

Trees = Mapping[int, Node]
"""Identity of a text -> its tree."""


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
            try:
                machine = _machine(obligation.machine, obligation.formal, equation, entry.bound)
            except Unreadable as fault:
                return NotExecutable(Verdict.PROSE, str(fault))
            tolerance = obligation.tolerance or EXACT
            return replace(machine, tolerance=tolerance, root=binding.root)
    return NotExecutable(Verdict.UNBOUND, f"no binding file names a callable for {equation}")


def _machine(machine: Machine, formal: Text | None, equation: str, bound: Bound) -> StateMachine:
    for fault in misnamed(machine):
        raise fault
    helpers = {
        name: replace(bound, callable=helper, arguments=(), keywords={}, helps=True)
        for name, helper in bound.helpers.items()
    }
    trees = {id(each.text): each.tree(helpers) for each in claims_of(machine, formal)}
    start = {**machine.start, **machine.hidden}
    return StateMachine(
        functions={**helpers, equation: bound},
        given={name: drawn_from(text, bound.draws) for name, text in machine.given.items()},
        start={name: trees[id(text)] for name, text in start.items()},
        hidden=(*machine.hidden,),
        actions=tuple(_action(rule, trees, bound, equation) for rule in machine.rules),
        invariant=trees.get(id(formal)),
        tolerance=EXACT,
        root=Path(),
    )


def _action(rule: Rule, trees: Trees, bound: Bound, equation: str) -> Action:
    return Action(
        name=rule.name,
        given={
            name: another(text, bound.draws)
            if name in rule.others
            else drawn_from(text, bound.draws, [equation])
            for name, text in rule.given.items()
        },
        when=trees.get(id(rule.when)),
        next={name: trees[id(text)] for name, text in rule.next.items()},
        returns=trees.get(id(rule.returns)),
        refuses=_pattern(rule.refuses) if rule.refuses else None,
        place=str(rule.location),
    )


def _pattern(text: Text) -> str:
    try:
        regular_expression(text.value)
    except ValueError as fault:
        raise Unreadable(text, str(fault), "write a regular expression of RE2") from fault
    return text.value
