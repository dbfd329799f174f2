"""Let CrossHair look, in a worker, for a proof or a rare counterexample of a surviving claim."""

from dataclasses import replace

from pv.claims import EvaluationError
from pv.engines.calling.foreign_callables import Unusable, listen, resolve
from pv.engines.calling.plain_values import plain_case
from pv.engines.kept.changes import beside_arguments
from pv.engines.kept.reached_state import kept_by
from pv.engines.outcome import Options, Outcome, Proof
from pv.engines.search.replay import replayed
from pv.engines.search.trial import Impure
from pv.evidence.verdict import Verdict
from pv.plural import number_of


def decide(proof: Proof, options: Options) -> Outcome:
    """Return what survived, proved or refuted where CrossHair can tell."""
    listen()
    try:
        from pv.engines.crosshair import analyse  # noqa: PLC0415 - an extra, and slow to import
    except ModuleNotFoundError as fault:
        told = f"no proof was tried: `{fault.name}` is missing; install pv with its extra symbolic"
        return _noting(proof.survived, told)
    try:
        functions = {name: resolve(bound.callable) for name, bound in proof.functions.items()}
    except Unusable as fault:
        return _noting(proof.survived, f"CrossHair decided nothing: {fault}")
    before = kept_by(functions)
    found = analyse.analyse(proof.plan, options.budget)
    if found.confirmed and (why := beside_arguments(before, kept_by(functions), packages=False)):
        return _noting(proof.survived, f"CrossHair decided nothing: {why}")
    if found.confirmed:
        told = f"on every path; {number_of(proof.survived.cases, 'case')} drawn before"
        proved = replace(proof.survived, verdict=Verdict.PROVED, engine=analyse.NAME)
        return _noting(proved, told)
    if found.case is None:
        return _noting(proof.survived, f"CrossHair decided nothing: {found.reason}")
    try:
        refuted = replayed(proof.plan, found.case, options)
    except (Unusable, Impure, EvaluationError) as fault:
        return _noting(proof.survived, f"CrossHair decided nothing: {fault}")
    if refuted is not None:
        return replace(refuted, engine=analyse.NAME)
    told = f"its counterexample {plain_case(found.case)} is an artefact: the claim holds there"
    return _noting(proof.survived, f"CrossHair decided nothing: {told}")


def _noting(outcome: Outcome, told: str) -> Outcome:
    return replace(outcome, notes=(*outcome.notes, told))
