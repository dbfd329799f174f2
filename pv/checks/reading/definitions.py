"""Collect the definitions and domains of a contract, and the callables bound in their place."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from pv.binding.model import Bound
from pv.checks.reading.conventions import agreed, with_units
from pv.checks.reading.formulas.alternating import joined_pairs
from pv.checks.reading.formulas.called_values import called_values
from pv.checks.reading.formulas.indexed import definition_by_index
from pv.checks.reading.item_base import from_zero
from pv.claims import (
    Definition,
    Fault,
    Node,
    called,
    definition_of,
    names,
    parse,
    parse_set,
    read_field,
)
from pv.claims import tree as t
from pv.claims.domains.read_space import space_of
from pv.claims.domains.space import Space
from pv.claims.text.classify import chained
from pv.contract.model import Contract, Equation
from pv.contract.text import Text
from pv.remembered import remembered

_NOTHING: Mapping[str, Bound] = {}
_ARGUMENTS = "its arguments"
"""Parameter of what takes any number of them."""
_CALL = re.compile(r"\s*\w+\([^()]*\)")


@dataclass(frozen=True, slots=True)
class Known:
    """Definitions and domains of a contract, and the callables bound in their place."""

    definitions: Mapping[str, Definition]
    equation_of: Mapping[str, Equation]
    """Name that a formula defines -> the equation it stands in."""
    own: Mapping[str, Mapping[str, Definition]]
    """Equation id -> what its formula defines, for names that several equations define."""
    stated: Mapping[str, frozenset[str]]
    """Equation id -> the names before its signs of equality, also those that it does not define."""
    spaces: Mapping[str, Space]
    """Equation id -> what its domain says."""
    bound: Mapping[str, Bound]
    """Equation id -> what implements it."""
    heads: Mapping[str, frozenset[str]]
    """Equation id -> its own name and that of the function or value it is about."""
    entries: Mapping[str, Bound]
    """Equation id -> the entry of a binding that says what draws its inputs."""


def known_of(contract: Contract, bound: Mapping[str, Bound] | None = None) -> Known:
    """Read the formulas and domains of a contract; `bound` maps equation ids to callables.

    Each claim asks for them, so the last ones read are kept.
    """
    return _known(contract, _NOTHING if bound is None else bound)


@remembered
def _known(contract: Contract, bound: Mapping[str, Bound]) -> Known:
    found = _Found(contract)
    for equation in contract.equations:
        found.formula(equation)
    for equation in contract.equations:
        found.synonym(equation)
    found.functions_of_values(contract)
    heads = {each.id: found.heads(each, bound.get(each.id)) for each in contract.equations}
    stated = {home: frozenset(said) for home, said in found.stated.items()}
    return Known(
        found.definitions, found.equation_of, found.own, stated, found.spaces, bound, heads, bound
    )


class _Found:
    """Definitions of the equations that were read so far."""

    def __init__(self, contract: Contract) -> None:
        self.definitions: dict[str, Definition] = {}
        self.equation_of: dict[str, Equation] = {}
        self.own: dict[str, dict[str, Definition]] = {}
        self.stated: dict[str, set[str]] = {}
        self.functions: dict[str, list[Definition]] = {}
        """Equation id -> the functions that its statements define, without those below `where`."""
        domains = ((each.id, _domain(each)) for each in contract.equations)
        self.spaces = {name: space for name, space in domains if space is not None}
        self.declared = {name for space in self.spaces.values() for name in space.variables}

    def add(self, found: Definition, equation: Equation) -> bool:
        """Keep a definition, unless another has its name; returns whether it was kept."""
        new = found.name not in self.definitions
        if new:
            self.definitions[found.name] = found
            self.equation_of[found.name] = equation
        return new

    def formula(self, equation: Equation) -> None:
        """Take in the domain of an equation, and what its formula defines there."""
        space = self.spaces.get(equation.id)
        if equation.formula is None:
            return
        statements = read_field("formula", equation.formula.value)
        if isinstance(statements, Fault):
            return
        joined = joined_pairs(statements, {} if space is None else space.derived)
        tops = [top for said in joined if (top := definition_in(said, self.declared)) is not None]
        inner = [each for said in joined for each in _local_functions(said)]
        heads = Counter(head for said in joined for head in _heads(said))
        self.stated[equation.id] = {*heads}
        defined = Counter(each.name for each in (*tops, *inner))
        for each in (*tops, *inner):
            if max(heads[each.name], defined[each.name]) > 1:
                continue  # what is defined twice is defined by neither alone
            inside = each if space is None else _as_in(space, each)
            self.own.setdefault(equation.id, {})[each.name] = inside
            self.add(inside, equation)
            if each in tops and inside.parameters:
                self.functions.setdefault(equation.id, []).append(inside)

    def synonym(self, equation: Equation) -> None:
        """Let `softmax(x)` stand for what the formula of the equation `softmax` calls σ(x)."""
        functions = self.functions.get(equation.id, [])
        if len(functions) == 1:  # of several none is the one that the equation is named after
            self.add(replace(functions[0], name=equation.id), equation)

    def functions_of_values(self, contract: Contract) -> None:
        """Let claims call a value: by its name, or by that of its equation."""
        homes = {each.id: each for each in contract.equations}
        values: dict[str, tuple[Definition, Equation]] = {}
        for home, defined in self.own.items():
            for found in defined.values():
                if not found.parameters:
                    values.setdefault(home, (found, homes[home]))
                    values.setdefault(found.name, (found, homes[home]))
        formulas = {name: found for name, (found, _) in values.items()}
        declared = {
            name: tuple(self.spaces[home.id].variables)
            for name, (_, home) in values.items()
            if home.id in self.spaces
        }
        for made in called_values(contract, formulas, declared):
            kept = self.definitions.get(made.name)
            if kept is None or not kept.parameters:
                equation = values[made.name][1]
                self.definitions[made.name] = made
                self.equation_of[made.name] = equation
                if made.name in self.own[equation.id]:
                    self.own[equation.id][made.name] = made

    def heads(self, equation: Equation, bound: Bound | None) -> frozenset[str]:
        """Return the names of what an equation is about; what is bound needs no formula."""
        stated = next(iter(self.own.get(equation.id, {})), equation.id)
        stubs = () if bound is None else _unstated(equation, bound)
        added = [stub.name for stub in stubs if self.add(stub, equation)]
        for name in bound.helpers if bound else ():
            self.add(Definition(name, (_ARGUMENTS,), t.Constant(None, t.Span(0, 0))), equation)
        return frozenset({stated, equation.id, *added})


def _is_local(clause: Node) -> bool:
    """Return whether a clause below `where` gives a name its value, and is no condition."""
    match clause:
        case t.Comparison(operators=("=" | ":=", *_)):
            return True
    return definition_of(clause) is not None


def _heads(statement: Node) -> Iterator[str]:
    """Yield the names that stand before a sign of equality, of items that of their array."""
    match statement:
        case t.Where(body=body):
            yield from _heads(body)
        case t.Comparison((t.Name(name), *_), ("=", *_)):
            yield from {name, name.rpartition("_")[0] or name}
        case t.Comparison((t.Index(t.Name(name)), *_), ("=", *_)):
            yield name
        case t.Comparison((t.Call(name) | t.Index(t.Call(name)), *_), ("=", *_)):
            yield name


def _as_in(space: Space, stated: Definition) -> Definition:
    """Return a definition with what the domain of its equation says of it."""
    sizes = (
        space.variables[name].sizes if name in space.variables else () for name in stated.parameters
    )
    axes = tuple(map(len, sizes))
    return replace(stated, body=agreed(stated.body, space.conventions), axes=axes)


def _local_functions(statement: Node) -> Iterator[Definition]:
    """Return the functions of `… where RMS(x) = …` and of `y = f(x) = …`: claims call them too."""
    match statement:
        case t.Comparison((_, *calls, body), operators) if {*operators} == {"="}:
            for call in calls:
                found = definition_of(t.Comparison((call, body), ("=",), call.span))
                if found is not None and found.parameters and found.name not in called(body):
                    yield found
    for clause in statement.clauses if isinstance(statement, t.Where) else ():
        found = definition_in(clause)
        if found is not None and found.parameters:
            yield found


def _domain(equation: Equation) -> Space | None:
    """Return the space of an equation's variables; its preconditions are conditions there."""
    if isinstance(equation.domain, Text):
        read = read_field("domain", equation.domain.value)
    else:
        read = _memberships(equation.domain or {})
    if isinstance(read, Fault):
        return None
    space = space_of(read)
    derived = {name: from_zero(body) for name, body in space.derived.items()}
    space = space._replace(derived=derived, conditions=tuple(map(from_zero, space.conditions)))
    ends = (end for values in space.variables.values() for end in values.ends())
    space = with_units(space, frozenset().union(*map(names, (*space.conditions, *ends))))
    said = (read_field("precondition", text.value) for text in equation.preconditions)
    more = [each for trees in said if not isinstance(trees, Fault) for each in trees]
    return space._replace(conditions=(*space.conditions, *more))


def _memberships(domain: Mapping[str, Text]) -> tuple[Node, ...] | Fault:
    """Read `x: 0..9` as `x in 0..9`."""
    found = []
    for name, text in domain.items():
        tree = parse_set(text.value)
        if isinstance(tree, Fault):
            return tree
        found.append(chained([t.Name(name, tree.span), tree], ["in"]))
    return tuple(found)


def _unstated(equation: Equation, bound: Bound) -> Iterator[Definition]:
    """Stand for a function whose formula is prose; what is bound is called in its place.

    `GELU(x) = x * Phi(x) where Phi is …` still says what the function is called.
    """
    nothing = t.Constant(None, t.Span(0, 0))
    head = parse(head_of(equation.formula.value)) if equation.formula else None
    match head:
        case t.Call(name, arguments) if all(isinstance(each, t.Name) for each in arguments):
            parameters = tuple(each.name for each in arguments if isinstance(each, t.Name))
            yield Definition(name, parameters, nothing)
            yield Definition(equation.id, parameters, nothing)
        case t.Name(name) if bound.arguments:
            yield Definition(name, (), nothing)
    yield Definition(equation.id, bound.arguments or (_ARGUMENTS,), nothing)


def head_of(formula: str) -> str:
    """Return what stands before a sign of equality, or the call that prose begins with."""
    called = _CALL.match(formula)
    return called[0] if called and "=" not in formula else formula.partition("=")[0]


def definition_in(statement: Node, declared: Collection[str] = ()) -> Definition | None:
    """Return what a statement defines; `sigma^2 = v` defines sigma as the root of v.

    `p_c = …` defines no array p where p is `declared` as a variable.
    """
    if isinstance(statement, t.Where) and not all(map(_is_local, statement.clauses)):
        return None
    by_index = definition_by_index(statement)
    if by_index is not None and (by_index.name not in declared or {*by_index.indices} & {*"ijk"}):
        return by_index
    match statement:
        case t.Comparison(
            operands=(t.Binary("^", t.Name(name), t.Number(2)), body), operators=("=",), span=span
        ):
            return Definition(name, (), t.Call("sqrt", (body,), span))
        case t.Comparison(operators=("=", *more)) if not {*more} <= {"=", "≈", "in"}:
            return None
        case t.Comparison(operands=(first, *bodies), operators=("=", *_), span=span):
            body = next((each for each in bodies if names(each) <= {*declared}), bodies[0])
            found = definition_of(t.Comparison((first, body), ("=",), span))
            return found if found and found.name not in names(body) else None
    found = definition_of(statement)
    recursive = found is not None and found.name in called(found.body) | names(found.body)
    return None if recursive else found
