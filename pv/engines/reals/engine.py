"""Decide a claim over real numbers, axioms in the place of transcendental functions.

z3 proves it of the formula. Of code that says something only where the code equals the formula, so
there both are needed, and together they are no proof. What z3 finds against a claim is believed
where evaluating the claim confirms it: the axioms allow more than the functions do.
"""

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from pv.checks.model import Formulas, Stubbed
from pv.claims import EvaluationError, Node, render
from pv.claims import tree as t
from pv.engines.calling.foreign_callables import Unusable
from pv.engines.outcome import Options, Outcome
from pv.engines.search import engine as drawn
from pv.engines.search.replay import replayed
from pv.engines.search.trial import Impure, Trial
from pv.evidence.verdict import Verdict
from pv.plural import number_of

if TYPE_CHECKING:
    from pv.engines.reals.conditions import Answer

NAME = "symbolic"
_SHARE = 3
"""The part of the budget that z3 may take is one in this many."""
_PASSES = frozenset({Verdict.SURVIVED, Verdict.PROVED})


def decide(plan: Stubbed, options: Options) -> Outcome:
    """Prove what can be proved, and let drawn values decide the rest."""
    end = time.monotonic() + options.budget
    try:
        from pv.claims.smt.terms import NoTerm  # noqa: PLC0415 - z3 is an extra, slow to import
    except ModuleNotFoundError as fault:
        told = f"no proof was tried: `{fault.name}` is missing; install pv with its extra symbolic"
        return _ordinary(plan, options, told)
    try:
        answer = _asked(plan, options)
    except NoTerm as fault:
        return _ordinary(plan, options, f"nothing was replaced, the claim itself ran: {fault}")
    left = replace(options, budget=max(0.1, end - time.monotonic()))
    if answer.premises.none:
        reason = "over real numbers nothing meets the domain and what the claim presupposes"
        if plan.callees:
            reason = f"{reason}, or what is assumed contradicts itself: {answer.axioms}"
        return Outcome(Verdict.VACUOUS, reason=reason, engine=NAME)
    if answer.against.none:
        return _proved(plan, answer, left)
    if answer.against.values is None:
        return _ordinary(plan, left, f"no proof over real numbers: {answer.against.reason}")
    return _contradicted(plan, answer, left)


def _asked(plan: Stubbed, options: Options) -> "Answer":
    """Ask z3; what is assumed of callees is decided first, each as a claim over the reals."""
    from pv.engines.reals import conditions  # noqa: PLC0415 - z3 is an extra, slow to import

    seconds = options.budget / _SHARE
    if not plan.callees:
        return conditions.ask(plan.formula, seconds)
    claims = 1 + sum(1 + len(each.claims) for each in plan.callees)
    each = replace(options, budget=seconds / claims)
    return conditions.ask_by_contract(
        plan, seconds, lambda claim: decide(Stubbed(claim, claim, ()), each)
    )


def _ordinary(plan: Stubbed, options: Options, told: str) -> Outcome:
    """Let drawn values decide, as for any claim, and say why nothing else did."""
    return _noting(drawn.decide(plan.given, options), told)


def _contradicted(plan: Stubbed, told: "Answer", options: Options) -> Outcome:
    """Believe z3's values where the claim is really false of its subject."""
    case = dict(told.against.values or {})
    point = ", ".join(f"{name} = {value!r}" for name, value in case.items())
    try:
        found = replayed(plan.given, case, options)
    except (Unusable, Impure, EvaluationError) as fault:
        return _ordinary(plan, options, f"no proof over real numbers; at {point}: {fault}")
    if found is not None:
        return found.by(NAME)
    weak = f"no proof over real numbers: the {_known(plan)} were too weak, {point} meets them"
    return _ordinary(plan, options, f"{weak} and does not contradict the claim. {told.axioms}")


def _known(plan: Stubbed) -> str:
    return "axioms and obligations" if plan.callees else "axioms"


def _proved(plan: Stubbed, answer: "Answer", options: Options) -> Outcome:
    """Credit a proof to the formula, once drawn values have confirmed it."""
    known = "over real numbers, not floats, z3 proved the formula"
    by = f", with {answer.axioms}" if answer.axioms else ", with no axioms"
    checked = drawn.decide(plan.formula, options)
    if checked.verdict is Verdict.REFUTED and _is_rounding(plan.formula, checked, options):
        if not plan.functions:
            at = f"in float64 it is false at {dict(checked.counterexample or {})}"
            told = (f"{known}{by}; {at}",)
            return Outcome(answer.most, checked.cases, notes=told, engine=NAME)
    elif checked.verdict not in _PASSES and plan.functions:
        return _ordinary(plan, options, f"{known}{by}; drawn values do not bear it out")
    elif checked.verdict not in _PASSES:
        return _noting(checked, f"{known}{by}; drawn values do not bear it out")
    if plan.functions:
        return _of_code(plan, f"{known}{by}", options)
    told = (f"{known}{by}; {number_of(checked.cases, 'case')} drawn beside",)
    return Outcome(answer.most, checked.cases, notes=told, engine=NAME)


def _of_code(plan: Stubbed, proof: str, options: Options) -> Outcome:
    """Take a proof of the formula for code, as far as the code was seen to equal the formula."""
    found = drawn.decide(plan.given, options)
    if found.verdict not in _PASSES:
        return _noting(found, f"of the formula alone: {proof}")
    if not plan.equalities:
        alone = f"of the formula alone: {proof}; nothing says that the code equals it"
        return _noting(found, alone)
    cases = 0
    for equality in plan.equalities:
        same = drawn.decide(equality, options)
        if same.verdict not in _PASSES:
            reason = f"{proof}; but that the code equals the formula is {same.verdict.name}"
            return replace(
                same,
                verdict=Verdict.UNKNOWN,
                reason=f"{reason}: {same.reason}",
                notes=(*found.notes, *same.notes),
            )
        cases += same.cases
    parts = (
        f"two parts, no proof of the code: {proof}; and that the code equals the formula "
        f"survived {number_of(cases, 'case')}"
    )
    verdict = min(found.verdict, Verdict.SURVIVED)
    found = replace(found, verdict=verdict, engine=NAME, total=False)
    return _noting(found, parts)


def _is_rounding(formula: Formulas, found: Outcome, options: Options) -> bool:
    """Return whether a formula is false of floats only: more digits make it true, or `≤` for `<`.

    No float tells tanh(1000000) from 1.
    """
    if Trial(formula, {}).is_rounding(dict(found.counterexample or {})):
        return True
    lax = _lax(formula.tree)
    weaker = replace(formula, tree=lax, claim=render(lax))
    return lax != formula.tree and drawn.decide(weaker, options).verdict in _PASSES


def _lax(tree: Node) -> Node:
    """Return what a claim says where values that are strictly apart may be equal."""
    match tree:
        case t.Comparison(operands, operators, span):
            words = tuple({"<": "<=", ">": ">="}.get(word, word) for word in operators)
            return t.Comparison(operands, words, span)
        case t.Binary("and" | "or" as word, left, right, span):
            return t.Binary(word, _lax(left), _lax(right), span)
        case t.Binary("implies", left, right, span):
            return t.Binary("implies", left, _lax(right), span)
    return tree


def _noting(outcome: Outcome, told: str) -> Outcome:
    return replace(outcome, notes=(*outcome.notes, told))
