"""From a claim over formulas to conditions over real numbers, and what z3 says of them."""

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from pv.checks.model import Callee, Formulas, Stubbed
from pv.claims import Node
from pv.claims.domains.space import order
from pv.claims.smt.encode_integers import scope_of
from pv.claims.smt.terms import (
    NoTerm,
    Solution,
    Term,
    holds,
    negation,
    real_variable,
    solve,
    variable,
)
from pv.claims.tree import Binary
from pv.engines.reals.assumptions import Decide, assumptions
from pv.engines.reals.axioms import AXIOMS
from pv.engines.reals.callee_contracts import AssumingWriter
from pv.engines.reals.domain import inside
from pv.engines.reals.encode_reals import RealWriter, single
from pv.evidence.verdict import Verdict


class Answer(NamedTuple):
    """The answer of z3 about a claim over the reals."""

    against: Solution
    """Values that meet the axioms and contradict the claim; `none` is a proof."""
    premises: Solution
    """Values at which what the claim presupposes holds."""
    axioms: str
    """The axioms and obligations that stood for each function."""
    most: Verdict = Verdict.PROVED
    """The best verdict that a proof can have: that of its assumptions."""


def ask(
    plan: Formulas, seconds: float, callees: Sequence[Callee] = (), assumed: Collection[str] = ()
) -> Answer:
    """Ask z3 for values at which a claim is false; raises NoTerm where it cannot be put to it.

    Callees are replaced by those of their claims whose ids are `assumed`.
    """
    writer = AssumingWriter(callees, assumed) if callees else RealWriter()
    known = _variables(plan)
    scope = dict(scope_of(known, plan.definitions))
    for name in order(plan.space):
        if name in plan.space.derived:
            scope[name] = writer.term(plan.space.derived[name], scope)
    within = list(inside(plan.space, writer, scope))
    premises = [holds(writer.term(each, scope)) for each in presupposed(plan.tree)]
    claim = holds(writer.term(plan.tree, scope))
    axioms = list(writer.axioms())
    share = seconds / 2
    met = solve([*within, *axioms, *premises], share)
    against = solve([*within, *axioms, negation(claim)], share)
    used = {each.function: None for each in writer.applications.values() if each.function in AXIOMS}
    return Answer(_of(against, known), _of(met, known), _axioms(used))


def ask_by_contract(plan: Stubbed, seconds: float, decide: Decide) -> Answer:
    """Ask with what is known of callees; raises NoTerm also where nothing may be assumed."""
    answer: Answer | None = None
    for assumed in assumptions(plan.callees, decide):
        found = ask(plan.formula, seconds / 2, plan.callees, assumed.ids)
        axioms = f"{found.axioms}, " if found.axioms else ""
        answer = found._replace(axioms=f"{axioms}{assumed.told}", most=assumed.verdict)
        if answer.against.none:
            break
    if answer is None:
        raise NoTerm("a function that is called was not seen to have a value in its domain")
    return answer


def presupposed(tree: Node) -> Iterator[Node]:
    """Yield the premises of an implication, and of what it implies."""
    while isinstance(tree, Binary) and tree.operator == "implies":
        yield tree.left
        tree = tree.right


def _variables(plan: Formulas) -> dict[str, Term]:
    return {
        name: variable(name) if values.whole else real_variable(name)
        for name, values in plan.space.variables.items()
    }


def _of(found: Solution, known: dict[str, Term]) -> Solution:
    """Keep the variables of the claim; z3 leaves those open that may be anything."""
    if found.values is None:
        return found
    return found._replace(values={name: found.values.get(name, 0) for name in known})


def _axioms(used: dict[str, None]) -> str:
    """Write down the axioms that stood for functions."""
    said = []
    for function in used:
        texts = (*single(function, {*used}), *AXIOMS[function].pairs)
        said.append(f"for {function}: {'; '.join(texts)}")
    return f"axioms {'. '.join(said)}" if said else ""
