"""Plan the claims of a contract as checks of its own formulas."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import islice

from pv.checks import identity
from pv.checks.guarded import planned
from pv.checks.model import Check, Formulas, Kind, NotExecutable
from pv.checks.reading.claims import Claim, claims_of, conjunction
from pv.checks.reading.conventions import with_units
from pv.checks.reading.definitions import Known, known_of
from pv.checks.reading.dependencies import with_dependencies
from pv.checks.reading.elaborate import (
    about_the_formula,
    broadcast_right_side,
    call_bare_functions,
    lift_quantifiers,
    restrict_to_premise,
    with_epsilon,
)
from pv.checks.reading.executability import executable
from pv.checks.reading.formulas.indexed import called_by_index
from pv.checks.reading.free_names import reached
from pv.checks.reading.item_base import from_zero, unclear_items
from pv.checks.reading.meanings import ambiguous, as_in, without_formulas
from pv.checks.reading.shared_domains import as_written, renamed, with_shared
from pv.claims import Definition, Fault, Node, called, names, read_field, render
from pv.claims.domains.space import Space, Values
from pv.claims.evaluation.scalars.builtins import CONSTANTS
from pv.claims.semantics.function_names import FUNCTIONS
from pv.claims.semantics.names import resolve
from pv.contract.model import Contract
from pv.evidence.verdict import Verdict
from pv.remembered import remembered

MOST_FORMULAS = 100
"""Formulas that a claim may depend on, directly or not."""
_BROADCAST = re.compile(r"\((broadcast|broadcasts|broadcasting)\b[^()]*\)\s*$")
"""A remark behind a claim: its sides are equal up to the shape."""


def plan_reference(contract: Contract, others: Mapping[str, Contract]) -> Iterator[Check]:
    """Return a check for each claim of a contract, against its own formulas.

    `others` are the contracts that it depends on, by stem; their functions may be called too.
    """
    formulas = with_dependencies(known_of(contract), contract, others)
    for claim in claims_of(contract):
        plan = partial(_reference, claim, formulas, contract)
        yield from planned(contract, claim.id, claim.text.location, Kind.OBLIGATION, plan)


def _reference(claim: Claim, formulas: Known, contract: Contract) -> Iterator[Check]:
    plan = plan_of(claim, formulas, contract)
    yield Check(
        id=claim.id,
        aliases=frozenset({contract.stem, *([claim.equation] if claim.equation else ())}),
        kind=Kind.OBLIGATION,
        contract=contract.stem,
        contract_file=contract.file,
        location=claim.text.location,
        claim=claim.text.value.strip(),
        subject="reference",
        plan=plan,
        diagnosis=None,
        digests=identity.of_formulas(contract.digest, [claim.id, repr(plan)]),
        target="reference",
    )


def plan_of(claim: Claim, known: Known, contract: Contract) -> Formulas | NotExecutable:
    """Make one claim executable, or say why it is not.

    What is bound needs no formula that can be computed; where there is one, it is kept, because it
    tells a false claim from one that only rounding makes false.
    """
    plan = _planned(claim, known, contract)
    if isinstance(plan, NotExecutable) and plan.verdict is Verdict.UNBOUND and known.bound:
        return _planned(claim, without_formulas(known, claim), contract)
    return plan


def _planned(claim: Claim, known: Known, contract: Contract) -> Formulas | NotExecutable:
    read = (claim.tree,) if claim.tree else read_field(claim.field, claim.text.value)
    if isinstance(read, Fault):
        place = claim.text.locate(read.start, read.end)
        return NotExecutable(Verdict.PROSE, f"{place}: {read.message}; {read.remedy}")
    home = claim.equation or ""
    if home in known.own or known.stated.get(home):
        known = as_in(contract.equations[contract.places[home]], known)
    elif unclear := ambiguous(read, known):
        reason = f"`{unclear}` is one thing in one equation and another in others"
        return NotExecutable(Verdict.UNBOUND, reason)
    trees = [
        about_the_formula(tree, claim, known) if claim.field == "codomain" else tree
        for tree in read
    ]
    whole = called_by_index(conjunction(tuple(trees)), known.definitions)
    used = {*islice(reached(whole, known), MOST_FORMULAS + 1)}
    if len(used) > MOST_FORMULAS:
        reason = f"it depends on more than {MOST_FORMULAS} formulas, the most there may be"
        return NotExecutable(Verdict.UNKNOWN, reason)
    equations = {known.equation_of[name].id for name in used}
    equations |= {claim.equation} if claim.equation else set()
    bodies = (known.definitions[name] for name in used)
    said = names(whole).union(*({*names(each.body), *each.parameters} for each in bodies))
    space = _space(equations, claim.equation, known, contract, said)
    whole = call_bare_functions(with_epsilon(whole, claim.tolerance, space), known, space)
    if _BROADCAST.search(claim.text.value):
        whole = broadcast_right_side(whole)
    taken = {*known.definitions, *space.variables, *space.derived}
    tree, space = lift_quantifiers(whole, space, taken)
    given = {*space.derived, *space.objects, *CONSTANTS, *space.size_names()}
    homes = {
        name: known.spaces[known.equation_of[name].id]
        for name in called(tree) & known.equation_of.keys()
        if known.equation_of[name].id in known.spaces
    }
    space = with_shared(tree, known.definitions, space, {*known.definitions, *given}, homes)
    space = restrict_to_premise(tree, space)
    vocabulary = {*known.definitions, *space.variables, *FUNCTIONS} | given | space.size_names()
    functions = {*known.definitions, *FUNCTIONS}
    tree = resolve(tree, vocabulary, functions)
    definitions = {
        name: _resolved(known, name, space, vocabulary, functions)
        for name in sorted(reached(tree, known))
    }
    sizes = {render(size) for each in space.variables.values() for size in each.sizes}
    for part in (tree, *(each.body for each in definitions.values())):
        if unclear := unclear_items(part, sizes):
            return NotExecutable(Verdict.PROSE, unclear)
    tree = from_zero(tree)
    definitions = {
        name: replace(each, body=from_zero(each.body)) for name, each in definitions.items()
    }
    self_contained = not names(whole) - CONSTANTS.keys()
    return executable(tree, definitions, space, claim, known, self_contained=self_contained)


def _space(
    equations: set[str], about: str | None, known: Known, contract: Contract, said: Collection[str]
) -> Space:
    """Join the domains of the equations that a claim is about; others only fill gaps.

    A variable of several that the claim and its formulas, which have the names in `said`, do not
    use, is one in each of them.
    """
    order = [about] if about else []
    order += sorted(equations & contract.places.keys(), key=contract.places.__getitem__)
    variables: dict[str, Values] = {}
    derived: dict[str, Node] = {}
    conditions: list[Node] = []
    objects: dict[str, str] = {}
    for equation in dict.fromkeys(order):
        space = known.spaces.get(equation)
        if space is None:
            continue
        own = {*space.variables, *space.derived, *space.objects}
        shared = own & {*variables, *derived, *objects} - {*said} - space.size_names()
        space = renamed(space, {name: f"{name}_{equation}" for name in shared})
        variables = {**variables, **space.variables, **variables}
        derived = {**space.derived, **derived}
        objects = {**space.objects, **objects}
        conditions += space.conditions
    joined = with_units(Space(variables, derived, tuple(conditions), objects=objects), said)
    place = contract.places.get(about or "")
    if place is None or not contract.equations[place].domain or about in known.spaces:
        others = _everywhere(known.spaces)
        more = {name: others[name] for name in others.keys() - joined.derived.keys()}
        variables = {**variables, **more, **variables}
    variables = {name: each for name, each in variables.items() if name not in objects}
    return joined._replace(variables=variables)


@remembered
def _everywhere(spaces: Mapping[str, Space]) -> dict[str, Values]:
    """Return what all domains that speak of a variable say of it; where they differ, nothing."""
    found: dict[str, dict[object, Values]] = {}
    for space in spaces.values():
        for name, values in space.variables.items():
            found.setdefault(name, {}).setdefault(as_written(values), values)
    return {
        name: values for name, said in found.items() if len(said) == 1 for values in said.values()
    }


def _resolved(
    known: Known, name: str, space: Space, vocabulary: set[str], functions: set[str]
) -> Definition:
    found = known.definitions[name]
    body = call_bare_functions(
        called_by_index(found.body, known.definitions), known, space, found.parameters
    )
    body = resolve(body, vocabulary | {*found.parameters}, functions, found.indices)
    return replace(found, body=body)
