"""Prove a claim about Python code for all integers, its loops cut at declared invariants.

The code itself is executed with unknown integers, so what is proved is proved of it and not of a
model. The claim is tried as well, at points of its domain and beyond, through the same calls as for
any other check: what is false there is not proved, whatever z3 says.
"""

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from pv.checks.model import Enumeration, Induction
from pv.claims import IntRange, parse_domain
from pv.engines.calling.foreign_callables import Unusable, listen, resolve
from pv.engines.integers import samples
from pv.engines.integers.trials import mutants_of, tried
from pv.engines.outcome import Options, Outcome
from pv.engines.search import engine as enumeration
from pv.engines.search.trial import Impure
from pv.evidence.verdict import Verdict
from pv.plural import number_of

if TYPE_CHECKING:
    from pv.engines.integers.verification_conditions import Shown

NAME = "symbolic"
_SHARE = 3
"""Points may take one part in this many of the budget."""


def decide(plan: Induction, options: Options) -> Outcome:
    """Try some points, prove the conditions that the code and its invariants give, try more."""
    end = time.monotonic() + options.budget
    printed = listen()
    try:
        from pv.engines.integers import verification_conditions as z3  # noqa: PLC0415 - an extra, and slow to import
    except ModuleNotFoundError as fault:
        told = f"no proof was tried: `{fault.name}` is missing; install pv with its extra symbolic"
        return Outcome(Verdict.UNKNOWN, 0, told, engine=NAME)
    try:
        functions = {name: resolve(bound.callable) for name, bound in plan.functions.items()}
    except Unusable as fault:
        return Outcome(Verdict.ERROR, reason=str(fault), engine=NAME)
    near = _near(plan, z3.mentioned(plan, functions), options)
    if near.verdict is Verdict.SURVIVED:  # but why that is no proof is no fact about integers
        return replace(near, verdict=Verdict.UNKNOWN, reason="; ".join(near.notes), notes=())
    if near.verdict not in {Verdict.PROVED, Verdict.VACUOUS}:
        return near
    shown = z3.show(plan, functions, end)
    if shown.told:
        found = _tried(plan, shown, near, replace(options, budget=end - time.monotonic()))
        if not found.mutants and found.verdict is Verdict.PROVED:
            found = _killing(found, str(z3.mutated(plan, functions, shown, end)))
    else:
        found = _without_proof(plan, shown, near, options)
    return found.saying(printed.taken()).by(NAME)


def _near(plan: Induction, mentioned: tuple[int, ...], options: Options) -> Outcome:
    """Try the claim at all combinations of some small values."""
    if plan.sample is None:
        return Outcome(Verdict.PROVED)
    values = samples.near(_declared(plan.sample), mentioned)
    return enumeration.decide(_at(plan.sample, values), options)


def _tried(plan: Induction, shown: "Shown", near: Outcome, options: Options) -> Outcome:
    """Believe a proof where the claim holds at further points, of its domain and beyond."""
    proved = Outcome(Verdict.PROVED, near.cases, unbounded=True, mutants=near.mutants)
    if plan.sample is None:
        return replace(proved, notes=(shown.told,))
    declared = _declared(plan.sample)
    until = time.monotonic() + options.budget / _SHARE
    wide = {name: IntRange(domain.low, samples.WIDEST) for name, domain in declared.items()}
    held, met, silent = [], [], True
    for domains in (declared, wide):
        points = samples.points(domains, shown.mentioned, options.seed)
        found = tried(plan.sample, points, until)
        held += found.held
        met += found.met
        silent = silent and found.silent
        if found.against is not None:
            return _contradicted(plan.sample, found.against, len(held), options)
    cases = len({tuple(point.values()) for point in held})
    told = f"{shown.told}; {number_of(cases, 'point')} tried beside"
    proved = replace(proved, cases=cases, notes=(told,))
    if near.verdict is Verdict.PROVED:
        return proved
    said = met and not silent
    return _killing(proved, str(mutants_of(plan.sample, met))) if said else near


def _killing(found: Outcome, mutants: str) -> Outcome:
    if not mutants.startswith("0 "):
        return replace(found, mutants=mutants)
    reason = "it cannot fail: no mutant of the code is killed"
    return Outcome(Verdict.VACUOUS, found.cases, reason)


def _without_proof(plan: Induction, shown: "Shown", near: Outcome, options: Options) -> Outcome:
    """Refute the claim where z3 found a point of its domain; otherwise say what is missing."""
    if shown.nothing:
        return Outcome(Verdict.VACUOUS, 0, "no integers meet the preconditions")
    if plan.sample is not None and shown.against:
        until = time.monotonic() + options.budget / _SHARE
        found = tried(plan.sample, [shown.against], until)
        if found.against is not None and _is_inside(plan.sample, found.against):
            at_it = enumeration.decide(_just(plan.sample, found.against), options)
            if at_it.verdict is Verdict.REFUTED:
                return replace(at_it, cases=near.cases + 1)
    return Outcome(Verdict.UNKNOWN, near.cases, shown.missing)


def _contradicted(
    sample: Enumeration, point: samples.Point, cases: int, options: Options
) -> Outcome:
    """Report a point at which a claim is false that z3 has proved."""
    found = enumeration.decide(_just(sample, point), options)
    if found.verdict in {Verdict.REFUTED, Verdict.ERROR} and _is_inside(sample, point):
        return replace(found, cases=cases + 1)
    if found.verdict is Verdict.REFUTED:
        reason = "the claim is false beyond its domain, so it is not proved for all integers"
        return replace(found, verdict=Verdict.UNKNOWN, cases=cases + 1, reason=reason)
    reason = found.reason or str(Impure("false, then true"))
    return Outcome(Verdict.UNKNOWN, cases + 1, reason, dict(point))


def _declared(sample: Enumeration) -> dict[str, IntRange]:
    """Return the domain of each variable; a proof is planned only of those that are ranges."""
    read = {name: parse_domain(text) for name, text in sample.domains.items()}
    return {name: domain for name, domain in read.items() if isinstance(domain, IntRange)}


def _is_inside(sample: Enumeration, point: samples.Point) -> bool:
    return all(point[name] in domain for name, domain in _declared(sample).items())


def _just(sample: Enumeration, point: samples.Point) -> Enumeration:
    return _at(sample, {name: [value] for name, value in point.items()})


def _at(sample: Enumeration, values: dict[str, list[int]]) -> Enumeration:
    """Return the claim at all combinations of some values."""
    domains = {name: f"{{{', '.join(map(str, each))}}}" for name, each in values.items()}
    return replace(sample, domains=domains)
