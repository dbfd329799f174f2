"""Decide whether every name in a claim has a meaning, and plan the claim if so."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from pv.binding.drawn_kinds import KINDS
from pv.binding.model import Bound
from pv.checks.model import Formulas, NotExecutable
from pv.checks.reading.claims import Claim
from pv.checks.reading.definitions import Known
from pv.checks.reading.free_names import (
    closed,
    given_by_calls,
    names_of_sets,
    narrowed,
    needed_by,
    tied,
)
from pv.claims import Definition, Node, Tolerance, called, names, render
from pv.claims import tree as t
from pv.claims.domains.space import Space
from pv.claims.evaluation.scalars.builtins import CONSTANTS
from pv.claims.semantics.function_names import FUNCTIONS
from pv.claims.text.classify import SECONDS
from pv.evidence.verdict import Verdict
from pv.plural import number_of

SLACK = Tolerance(1e-6, 1e-4)
"""Tolerance of claims that state none: rounding must not refute a true law."""
ROUNDING = {
    "float64": Tolerance(1e-9, 1e-7),
    "float32": Tolerance(1e-5, 1e-4),
    "float16": Tolerance(1e-2, 1e-2),
    "bfloat16": Tolerance(3e-2, 3e-2),
}
"""The same for implementations, by the type that they compute in."""

Definitions = Mapping[str, Definition]


def allowed(tolerance: Tolerance) -> str:
    """Return a tolerance in words."""
    if tolerance.exact:
        return "no distance"
    parts = [
        f"abs {tolerance.absolute:g}" if tolerance.absolute else "",
        f"rel {tolerance.relative:g}" if tolerance.relative else "",
        f"{tolerance.ulp} ulp of {tolerance.dtype}" if tolerance.ulp else "",
    ]
    return " or ".join(filter(None, parts))


def allowed_by(stated: Tolerance | None) -> str:
    """Return in words what equality allows, where an obligation states it, and where not."""
    if stated is not None:
        return f"within {allowed(stated)}"
    code = ", ".join(f"{allowed(each)} in {dtype}" for dtype, each in ROUNDING.items())
    return f"exact over finite domains; else within {code}, {allowed(SLACK)} of formulas alone"


def executable(
    tree: Node,
    definitions: Definitions,
    space: Space,
    claim: Claim,
    known: Known,
    *,
    self_contained: bool = False,
) -> Formulas | NotExecutable:
    """Return the plan of a claim whose space keeps only what is needed, or why there is none.

    A `self_contained` claim binds all its variables, so that it needs no formula to speak of.
    """
    functions = _implementations(definitions, known)
    draws = {name: drawn_by(name, space, claim, known) for name in space.objects}
    needed = tied(needed_by(tree, definitions, space) - names_of_sets(tree), space)
    lacking = [
        *_undefined(tree, definitions),
        *_miscalled(tree, definitions, functions),
        *_unsettled(needed, space, known),
        *_undeclared(needed, definitions, space, known),
        *_undrawn(needed, space, draws),
        *_ungiven(tree, definitions, space, functions, known, self_contained=self_contained),
    ]
    if lacking:
        return NotExecutable(Verdict.UNBOUND, lacking[0])
    given = given_by_calls(tree, definitions)
    if functions:
        needed |= needed_by(tree, {}, space)
    for name, bound in functions.items():
        needed |= closed({*bound.arguments} - given.get(name, set()), space)
    dtype = next((each.dtype for each in functions.values()), "float64")
    space = narrowed(space, needed)
    return Formulas(
        claim=render(tree),
        tree=tree,
        definitions=tuple(definitions.values()),
        space=space,
        tolerance=_tolerance(claim.tolerance, dtype if functions else None),
        functions=functions,
        dtype=dtype,
        draws={name: str(draws[name]) for name in sorted(space.objects)},
    )


def _implementations(definitions: Definitions, known: Known) -> dict[str, Bound]:
    """Return what is bound in the place of definitions."""
    found = {}
    for name in definitions:
        owner = known.equation_of.get(name)
        bound = known.bound.get(owner.id) if owner else None
        if owner is None or bound is None:
            continue
        if name in known.heads[owner.id]:
            found[name] = bound
        elif name in bound.helpers:
            helper = bound.helpers[name]
            found[name] = replace(bound, callable=helper, arguments=(), keywords={}, helps=True)
    return found


def _undefined(tree: Node, definitions: Definitions) -> Iterator[str]:
    """Say which functions nothing defines."""
    unknown = called(tree).union(*(called(each.body) for each in definitions.values()))
    unknown -= FUNCTIONS
    unknown -= {name for name, found in definitions.items() if found.parameters}
    if unknown:
        missing = ", ".join(f"`{name}`" for name in sorted(unknown))
        yield f"no formula of the contract defines {missing}"


def _miscalled(
    tree: Node, definitions: Definitions, functions: Mapping[str, Bound]
) -> Iterator[str]:
    """Say which formulas get another number of arguments; what is bound may have defaults."""
    formulas = {
        name: len(found.parameters)
        for name, found in definitions.items()
        if found.parameters and name not in functions
    }
    for part in t.walk(tree):
        if isinstance(part, t.Call) and formulas.get(part.function) not in {
            None,
            len(part.arguments),
        }:
            takes = number_of(formulas[part.function], "argument")
            yield f"`{part.function}` takes {takes}, and is given {len(part.arguments)}"


def _undeclared(
    needed: set[str], definitions: Definitions, space: Space, known: Known
) -> Iterator[str]:
    """Say which names have no values, and where one of the same name has some."""
    given = {*space.variables, *space.derived, *space.objects, *definitions, *CONSTANTS}
    for name in sorted(needed - given - space.size_names()):
        homes = ", ".join(home for home, each in known.spaces.items() if name in each.variables)
        own = f" here; what it is in {homes} is said of that alone" if homes else ""
        yield f"`{name}` has no domain and no formula{own}" + (
            f"; say how many of the code's units it is, such as `{name} = {SECONDS[name]}`"
            if name in SECONDS
            else ""
        )


def drawn_by(name: str, space: Space, claim: Claim, known: Known) -> str | None:
    """Return what draws a variable that is no number: as the entry of its own equation says.

    None where nothing does, or where entries say it each in its own way.
    """
    kind = space.objects[name]
    homes = [home for home, each in known.spaces.items() if each.objects.get(name) == kind]
    own = [claim.equation] if claim.equation in homes else homes
    entries = [known.entries[home] for home in own if home in known.entries]
    if said := {each.draws[kind] for each in entries if kind in each.draws}:
        return said.pop() if len(said) == 1 else None
    others = {each.draws[kind] for each in known.entries.values() if kind in each.draws}
    return KINDS.get(kind) or (others.pop() if len(others) == 1 else None)


def _undrawn(needed: set[str], space: Space, draws: Mapping[str, str | None]) -> Iterator[str]:
    """Say of which objects nothing draws any."""
    for name, kind in space.objects.items():
        if name in needed and draws[name] is None:
            way = f"`draws: {{{kind}: module:strategy}}`"
            yield f"`{name}` is a `{kind}`, and no binding says how to draw one; give it {way}"


def _unsettled(needed: set[str], space: Space, known: Known) -> Iterator[str]:
    for name, said in space.unsettled({*FUNCTIONS, *known.definitions}):
        if name in needed:
            yield f"the domain says of `{name}` what has no value: {render(said)}"


def _ungiven(
    tree: Node,
    definitions: Definitions,
    space: Space,
    functions: Mapping[str, Bound],
    known: Known,
    *,
    self_contained: bool,
) -> Iterator[str]:
    """Say that a claim is about no definition, or what a binding gives a callable and cannot.

    A self-contained claim, such as `2 + 2 + 12 = 16`, is true or false by itself.
    """
    helpers = {name for name, bound in functions.items() if bound.helps}
    defined = (called(tree) | names(tree)) & (definitions.keys() - helpers)
    if not defined and (known.bound or not self_contained):
        yield "it is about nothing that a formula defines"
    given = given_by_calls(tree, definitions)
    for name, bound in functions.items():
        if not bound.arguments and not definitions[name].parameters:
            yield f"`{name}` is used without a call; name its `arguments` in the binding"
        more = {*bound.arguments} - given.get(name, set())
        for absent in sorted(more - {*space.variables, *space.derived, *space.objects}):
            yield f"the binding of `{name}` gives it `{absent}`, which has no domain"


def _tolerance(stated: Tolerance | None, dtype: str | None) -> Tolerance:
    """Return what equality allows; `dtype` is the type of the code, None for formulas alone."""
    if stated is not None:
        return stated
    return SLACK if dtype is None else ROUNDING[dtype]
