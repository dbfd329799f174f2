"""What names mean in one claim: what its equation says of them, what several say, or bound code."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from pv.checks.reading.claims import Claim
from pv.checks.reading.definitions import Known
from pv.checks.reading.free_names import bases
from pv.claims import Definition, Fault, Node, called, names, read_field, render
from pv.claims.domains.space import Space
from pv.claims.tree import Constant, Span
from pv.contract.model import Equation
from pv.remembered import remembered

_Own = Mapping[str, Mapping[str, Definition]]


def as_in(owner: Equation, known: Known) -> Known:
    """Let names mean what they do in an equation: its own definitions come first."""
    mine = known.own.get(owner.id, {})
    given = known.spaces[owner.id].variables if owner.id in known.spaces else {}
    others = {
        name
        for name in known.stated[owner.id] & known.definitions.keys()
        if known.equation_of[name].id != owner.id
    }
    definitions = dict(known.definitions)
    for name in others.union(given) & definitions.keys():
        del definitions[name]
    return replace(
        known,
        definitions={**definitions, **mine},
        equation_of={**known.equation_of, **dict.fromkeys(mine, owner)},
    )


def ambiguous(trees: Iterable[Node], known: Known) -> str | None:
    """Return a name in a claim that several equations define, each its own way."""
    used = frozenset().union(*(called(tree) | bases(tree) for tree in trees))
    for name in sorted(used & known.definitions.keys()):
        bodies = {render(known.own[home][name].body) for home in _homes(known.own).get(name, ())}
        others = _declaring(known.spaces).get(name, frozenset()) - {known.equation_of[name].id}
        if len(bodies) > 1 or others:
            return name
    homes = {known.equation_of[name].id for name in used & known.definitions.keys()}
    free = frozenset().union(*map(names, trees))
    for name in sorted(free & known.heads.keys() - known.definitions.keys()):
        if not all(name in known.spaces[home].variables for home in homes & known.spaces.keys()):
            return name  # the result of one equation, and an input of another
    return None


def without_formulas(known: Known, claim: Claim) -> Known:
    """Leave of what is implemented only how it is called: by the claim, or as the binding says."""
    read = read_field(claim.field, claim.text.value)
    calls = frozenset().union(*map(called, () if isinstance(read, Fault) else read))
    known = _opaque(known)
    definitions, own, homes = dict(known.definitions), known.own, _homes(known.own)
    for name in calls & definitions.keys():
        definitions[name] = _called(known, known.equation_of[name].id, definitions[name])
    for name in calls & homes.keys():
        for home in homes[name]:
            found = _called(known, home, own[home][name])
            if found is not own[home][name]:
                own = {**own, home: {**own[home], name: found}}
    return replace(known, definitions=definitions, own=own)


def _called(known: Known, home: str, found: Definition) -> Definition:
    """Return what a claim calls; a value that is bound has the arguments its binding names."""
    if found.parameters or not _is_bound(known, home, found) or not known.bound[home].arguments:
        return found
    return replace(found, parameters=known.bound[home].arguments)


@remembered
def _opaque(known: Known) -> Known:
    """Return what is known without the formulas of what is implemented."""

    def opaque(home: str, found: Definition) -> Definition:
        if not _is_bound(known, home, found):
            return found
        return Definition(found.name, found.parameters, Constant(None, Span(0, 0)))

    return replace(
        known,
        definitions={
            name: opaque(known.equation_of[name].id, found)
            for name, found in known.definitions.items()
        },
        own={
            home: {name: opaque(home, found) for name, found in mine.items()}
            for home, mine in known.own.items()
        },
    )


def _is_bound(known: Known, home: str, found: Definition) -> bool:
    return home in known.bound and found.name in known.heads[home]


@remembered
def _homes(own: _Own) -> Mapping[str, list[str]]:
    """Map names to the equations that define them."""
    found: dict[str, list[str]] = {}
    for home, mine in own.items():
        for name in mine:
            found.setdefault(name, []).append(home)
    return found


@remembered
def _declaring(spaces: Mapping[str, Space]) -> Mapping[str, frozenset[str]]:
    """Map variables to the equations whose domains declare them."""
    found: dict[str, set[str]] = {}
    for home, space in spaces.items():
        for name in space.variables:
            found.setdefault(name, set()).add(home)
    return {name: frozenset(homes) for name, homes in found.items()}
