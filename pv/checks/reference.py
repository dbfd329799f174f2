"""Claims of a contract as checks of its own formulas: is it true of what it defines itself."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from pv.binding.model import Bound
from pv.checks import identity
from pv.checks.model import Check, Formulas, Kind, NotExecutable
from pv.claims import (
    Definition,
    Fault,
    Node,
    Tolerance,
    called,
    definition_of,
    names,
    parse,
    parse_set,
    read_field,
    render,
)
from pv.claims.binding import NUMBERS
from pv.claims.builtins import CONSTANTS
from pv.claims.known import FUNCTIONS
from pv.claims.resolve import resolve
from pv.claims.spaces import Space, Values, space_of, values_of
from pv.claims.tree import (
    Binary,
    Binder,
    Call,
    Comparison,
    Constant,
    Index,
    Name,
    Number,
    Span,
    Where,
    rebuild,
    walk,
)
from pv.contract.model import Contract, Equation, Obligation
from pv.contract.text import Text
from pv.evidence.verdict import Verdict

SLACK = Tolerance(1e-6, 1e-4)
"""What equality allows where a claim says nothing: rounding must not refute a true law."""
ROUNDING = {
    "float64": Tolerance(1e-9, 1e-7),
    "float32": Tolerance(1e-5, 1e-4),
    "float16": Tolerance(1e-2, 1e-2),
    "bfloat16": Tolerance(3e-2, 3e-2),
}
"""The same for implementations, by the type that they compute in."""
_BROADCAST = re.compile(r"\((broadcast|broadcasts|broadcasting)\b[^()]*\)\s*$")
"""A remark behind a claim: its sides are equal up to the shape."""
_EPSILONS = frozenset({"ε", "eps", "epsilon"})


def plan_reference(contract: Contract) -> Iterator[Check]:
    """Return a check for each claim of a contract, against its own formulas."""
    formulas = known_of(contract)
    for claim in claims_of(contract):
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
        )


@dataclass(frozen=True, slots=True)
class Claim:
    """One text of a contract that may be a claim."""

    id: str
    field: str
    text: Text
    equation: str | None
    tolerance: Tolerance | None
    tolerance_in: Mapping[str, Tolerance] | None = None
    """Type of numbers -> what is allowed there instead."""
    tree: Node | None = None
    """The claim itself, where pv states it and no text does."""

    def held_in(self, dtype: str) -> "Claim":
        """Return the claim as it is meant for code that computes in a type of numbers."""
        stated = (self.tolerance_in or {}).get(dtype, self.tolerance)
        return replace(self, tolerance=stated and replace(stated, dtype=dtype))


@dataclass(frozen=True, slots=True)
class Known:
    """What the formulas of a contract give, and what a binding names in their place."""

    definitions: Mapping[str, Definition]
    equation_of: Mapping[str, Equation]
    """Name that a formula defines -> the equation it stands in."""
    own: Mapping[str, Mapping[str, Definition]]
    """Equation id -> what its formula defines, for names that several equations define."""
    spaces: Mapping[str, Space]
    """Equation id -> what its domain says."""
    bound: Mapping[str, Bound]
    """Equation id -> what implements it."""
    heads: Mapping[str, frozenset[str]]
    """Equation id -> its own name and that of the function or value it is about."""


def claims_of(contract: Contract) -> Iterator[Claim]:
    """Return every claim about values: obligations, invariants, codomains, predictions."""
    for obligation in contract.obligations:
        if obligation.formal is not None:
            about = obligation.equation.value if obligation.equation else None
            allowed = obligation.tolerance, obligation.tolerance_in
            if obligation.requires and isinstance(_premise(obligation.requires), Fault):
                yield Claim(obligation.id, "precondition", obligation.requires, about, None)
            else:
                tree = _presupposing(obligation)
                yield Claim(obligation.id, "formal", obligation.formal, about, *allowed, tree)
    for equation in contract.equations:
        for n, text in enumerate(equation.invariants, start=1):
            name = f"{contract.stem}/{equation.id}/invariant-{n}"
            yield Claim(name, "invariant", text, equation.id, None)
        for n, text in enumerate(equation.postconditions, start=1):
            name = f"{contract.stem}/{equation.id}/postcondition-{n}"
            yield Claim(name, "postcondition", text, equation.id, None)
        if equation.codomain is not None:
            name = f"{contract.stem}/{equation.id}/codomain"
            yield Claim(name, "codomain", equation.codomain, equation.id, None)
    obligations = {each.id: each for each in contract.obligations}
    for test in contract.tests:
        if test.experiment is None and test.prediction is not None:
            of = obligations.get(test.obligation.value) if test.obligation else None
            allowed = (of.tolerance, of.tolerance_in) if of else (None, {})
            yield Claim(test.id, "prediction", test.prediction, None, *allowed)


def _presupposing(obligation: Obligation) -> Node | None:
    """Return `requires implies formal`, where an obligation requires something."""
    if obligation.requires is None or obligation.formal is None:
        return None
    premise = _premise(obligation.requires)
    claim = read_field("formal", obligation.formal.value)
    if isinstance(premise, Fault) or isinstance(claim, Fault):
        return None
    return Binary("implies", _all(premise), _all(claim), _all(claim).span)


def _premise(text: Text) -> tuple[Node, ...] | Fault:
    """Read what a claim presupposes."""
    return read_field("precondition", text.value)


def _all(trees: tuple[Node, ...]) -> Node:
    """Join claims by `and`."""
    whole = trees[0]
    for tree in trees[1:]:
        whole = Binary("and", whole, tree, Span(whole.span.start, tree.span.end))
    return whole


def known_of(contract: Contract, bound: Mapping[str, Bound] | None = None) -> Known:
    """Read the formulas and domains of a contract; `bound` maps equation ids to callables."""
    bound = bound or {}
    definitions: dict[str, Definition] = {}
    equation_of: dict[str, Equation] = {}
    own: dict[str, dict[str, Definition]] = {}
    spaces: dict[str, Space] = {}
    for equation in contract.equations:
        if (space := _domain(equation)) is not None:
            spaces[equation.id] = space
        if equation.formula is None:
            continue
        statements = read_field("formula", equation.formula.value)
        for statement in () if isinstance(statements, Fault) else statements:
            found = definition_in(statement)
            for each in (*((found,) if found else ()), *_local_functions(statement)):
                own.setdefault(equation.id, {})[each.name] = each
                if each.name not in definitions:
                    definitions[each.name] = each
                    equation_of[each.name] = equation
    for equation in contract.equations:  # `softmax(x)` for what its formula calls σ(x)
        for name, found in list(definitions.items()):
            if equation_of[name] is equation and found.parameters:
                if equation.id not in definitions:
                    definitions[equation.id] = replace(found, name=equation.id)
                    equation_of[equation.id] = equation
                break
    heads = {}
    for equation in contract.equations:
        names_of = [next(iter(own.get(equation.id, {})), None), equation.id]
        if equation.id in bound:
            for stub in _unstated(equation, bound[equation.id]):
                if stub.name not in definitions:
                    definitions[stub.name] = stub
                    equation_of[stub.name] = equation
                    names_of.append(stub.name)
        heads[equation.id] = frozenset(name for name in names_of if name)
    return Known(definitions, equation_of, own, spaces, bound, heads)


def _local_functions(statement: Node) -> Iterator[Definition]:
    """Return the functions of `… where RMS(x) = …`: claims speak of them too."""
    for clause in statement.clauses if isinstance(statement, Where) else ():
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
        found.append(Comparison((Name(name, tree.span), tree), ("in",), tree.span))
    return tuple(found)


def _unstated(equation: Equation, bound: Bound) -> Iterator[Definition]:
    """Stand for a function whose formula is prose; what is bound is called in its place.

    `GELU(x) = x * Phi(x) where Phi is …` still says what the function is called.
    """
    nothing = Constant(None, Span(0, 0))
    head = parse(equation.formula.value.partition("=")[0]) if equation.formula else None
    match head:
        case Call(name, arguments) if all(isinstance(each, Name) for each in arguments):
            parameters = tuple(each.name for each in arguments if isinstance(each, Name))
            yield Definition(name, parameters, nothing)
            yield Definition(equation.id, parameters, nothing)
        case Name(name) if bound.arguments:
            yield Definition(name, (), nothing)
    yield Definition(equation.id, bound.arguments or ("its arguments",), nothing)


def definition_in(statement: Node) -> Definition | None:
    """Return what a statement defines; `sigma^2 = v` defines sigma as the root of v."""
    match statement:
        case Comparison(
            operands=(Binary("^", Name(name), Number(2)), body), operators=("=",), span=span
        ):
            return Definition(name, (), Call("sqrt", (body,), span))
        case Comparison(operands=(Name(name), body), operators=("=",)) if (
            item := _item(name, body)
        ) is not None:
            base, letter = item
            return Definition(base, (), body, (letter,))
        case Comparison(operands=(first, body, *_), operators=("=", *_), span=span):
            found = definition_of(Comparison((first, body), ("=",), span))
            return found if found and found.name not in names(body) else None
    found = definition_of(statement)
    recursive = found is not None and found.name in called(found.body) | names(found.body)
    return None if recursive else found


def plan_of(claim: Claim, known: Known, contract: Contract) -> Formulas | NotExecutable:
    """Make one claim executable, or say why it is not.

    What is bound needs no formula that can be computed; where there is one, it is kept, because it
    tells a false claim from one that only rounding makes false.
    """
    plan = _planned(claim, known, contract)
    if isinstance(plan, NotExecutable) and plan.verdict is Verdict.UNBOUND and known.bound:
        return _planned(claim, _without_formulas(known, claim), contract)
    return plan


def _without_formulas(known: Known, claim: Claim) -> Known:
    """Leave of what is implemented only how it is called: by the claim, or as the binding says."""
    read = read_field(claim.field, claim.text.value)
    calls = frozenset().union(*map(called, () if isinstance(read, Fault) else read))

    def opaque(home: str, found: Definition) -> Definition:
        if home not in known.bound or found.name not in known.heads[home]:
            return found
        given = known.bound[home].arguments if found.name in calls else ()
        return Definition(found.name, found.parameters or given, Constant(None, Span(0, 0)))

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


def _planned(claim: Claim, known: Known, contract: Contract) -> Formulas | NotExecutable:
    read = (claim.tree,) if claim.tree else read_field(claim.field, claim.text.value)
    if isinstance(read, Fault):
        place = claim.text.locate(read.start, read.end)
        return NotExecutable(Verdict.PROSE, f"{place}: {read.message}; {read.remedy}")
    if claim.equation in known.own:
        owner = next(each for each in contract.equations if each.id == claim.equation)
        mine = known.own[owner.id]
        given = known.spaces[owner.id].variables if owner.id in known.spaces else {}
        others = {n: each for n, each in known.definitions.items() if n not in given}
        known = replace(
            known,
            definitions={**others, **mine},
            equation_of={**known.equation_of, **dict.fromkeys(mine, owner)},
        )
    elif ambiguous := _ambiguous(read, known):
        reason = f"`{ambiguous}` is one thing in one equation and another in others"
        return NotExecutable(Verdict.UNBOUND, reason)
    trees = [_said_of(tree, claim, known) if claim.field == "codomain" else tree for tree in read]
    whole = _all(tuple(trees))
    used = _reached(whole, known)
    equations = {known.equation_of[name].id for name in used}
    equations |= {claim.equation} if claim.equation else set()
    space = _space(equations, claim.equation, known, contract)
    whole = _applied(_with_epsilon(whole, claim.tolerance, space), known, space)
    if _BROADCAST.search(claim.text.value):
        whole = _broadcast(whole)
    tree, space = _hoisted(whole, space, {*known.definitions, *space.variables})
    space = _assumed(tree, space)
    vocabulary = {*known.definitions, *space.variables, *space.derived, *CONSTANTS, *FUNCTIONS}
    vocabulary |= space.size_names()
    functions = {*known.definitions, *FUNCTIONS}
    tree = resolve(tree, vocabulary, functions)
    definitions = {
        name: _resolved(known.definitions[name], vocabulary, functions)
        for name in sorted(_reached(tree, known))
    }
    return _executable(tree, definitions, space, claim, known)


def _item(name: str, body: Node) -> tuple[str, str] | None:
    """Return array and index of `y_i = max(0, x_i)`, which defines y an item at a time."""
    base, mark, letter = name.rpartition("_")
    used = names(body) | frozenset().union(
        *(names(index) for part in walk(body) if isinstance(part, Index) for index in part.indices)
    )
    shared = letter in used or any(each.endswith(f"_{letter}") for each in names(body))
    return (base, letter) if mark and letter in {*"ijk"} and shared else None


def _ambiguous(trees: Iterable[Node], known: Known) -> str | None:
    """Return a name in a claim that several equations define, each its own way."""
    used = frozenset().union(*(called(tree) | _bases(tree) for tree in trees))
    for name in sorted(used & known.definitions.keys()):
        bodies = {render(mine[name].body) for mine in known.own.values() if name in mine}
        home = known.equation_of[name].id
        given = any(name in space.variables for e, space in known.spaces.items() if e != home)
        if len(bodies) > 1 or given:
            return name
    return None


def _said_of(tree: Node, claim: Claim, known: Known) -> Node:
    """Let a codomain speak of what the formula defines: `[0, 1]` becomes `f(x) in [0, 1]`."""
    heads = [
        found
        for name, found in known.definitions.items()
        if known.equation_of[name].id == claim.equation and not found.indices
    ] or [
        found
        for name, found in known.definitions.items()
        if known.equation_of[name].id == claim.equation
    ]
    if not heads:
        return tree
    head = heads[0]
    span = tree.span
    value: Node = (
        Call(head.name, tuple(Name(each, span) for each in head.parameters), span)
        if head.parameters
        else Name(head.name, span)
    )
    match tree:
        case Comparison(operands=(Name(name), *rest), operators=words) if name == head.name:
            return Comparison((value, *rest), words, span)
        case Comparison():
            return tree
    return Comparison((value, tree), ("in",), span)


def _reached(tree: Node, known: Known) -> frozenset[str]:
    """Return the names of the definitions that a claim needs, directly or not."""
    found: set[str] = set()
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        for name in (called(node) | _bases(node)) & known.definitions.keys():
            if name not in found:
                found.add(name)
                waiting.append(known.definitions[name].body)
    return frozenset(found)


def _bases(node: Node) -> frozenset[str]:
    """Return the free names of a tree, subscripted ones with and without the subscript."""
    free = names(node)
    return free | {name.rpartition("_")[0] for name in free if "_" in name}


def _space(equations: set[str], about: str | None, known: Known, contract: Contract) -> Space:
    """Join the domains of the equations that a claim is about; others only fill gaps."""
    order = [about] if about else []
    order += [each.id for each in contract.equations if each.id in equations]
    order += [each.id for each in contract.equations if each.id not in equations]
    variables: dict[str, Values] = {}
    derived: dict[str, Node] = {}
    conditions: list[Node] = []
    for equation in dict.fromkeys(order):
        space = known.spaces.get(equation)
        if space is None:
            continue
        for name, values in space.variables.items():
            variables.setdefault(name, values)
        if equation in equations:
            derived = {**space.derived, **derived}
            conditions += space.conditions
    return Space(variables, derived, tuple(conditions))


def _with_epsilon(tree: Node, tolerance: Tolerance | None, space: Space) -> Node:
    """Put the obligation's tolerance where a claim says ε; without one it stays open."""
    if tolerance is None or not tolerance.absolute:
        return tree

    def change(node: Node) -> Node:
        match node:
            case Name(name, span) if name in _EPSILONS and name not in space.variables:
                return Number(tolerance.absolute, span)
        return rebuild(node, change)

    return change(tree)


def _applied(tree: Node, known: Known, space: Space) -> Node:
    """Let the bare name of a function stand for its value: `CE >= 0` says it of every input."""

    def change(node: Node) -> Node:
        if isinstance(node, Name) and node.name not in space.variables:
            found = known.definitions.get(node.name)
            if found is not None and found.parameters:
                parameters = tuple(Name(each, node.span) for each in found.parameters)
                return Call(node.name, parameters, node.span)
        return rebuild(node, change)

    return change(tree)


def _hoisted(tree: Node, space: Space, named: Collection[str]) -> tuple[Node, Space]:
    """Take `forall c in ℝ:` off the front: c is drawn like every other variable."""
    if isinstance(tree, Binary) and tree.operator == "and":
        left, space = _hoisted(tree.left, space, named)
        right, space = _hoisted(tree.right, space, named)
        return Binary("and", left, right, tree.span), space
    variables = dict(space.variables)
    conditions: list[Node] = []
    while isinstance(tree, Binder) and tree.kind == "forall":
        kept = []
        for variable in tree.variables:
            drawn = variable.domain is not None and values_of(variable.domain)
            if _is_index(variable.name, tree.body, named):
                kept.append(variable)
            elif drawn:
                variables[variable.name] = drawn
            elif variable.domain is not None:
                kept.append(variable)
            elif variable.name not in variables:
                if tree.condition is None:
                    kept.append(variable)
                else:  # `for α ≠ 0`: a real number, since nothing else is said
                    variables[variable.name] = Values()
        if kept:
            tree = Binder("forall", tuple(kept), tree.condition, tree.body, tree.span)
            break
        if tree.condition is not None:
            conditions.append(tree.condition)
        tree = tree.body
    for condition in conditions:
        tree = Binary("implies", condition, tree, tree.span)
    return tree, space._replace(variables=variables)


def _assumed(tree: Node, space: Space) -> Space:
    """Draw only γ = 1 for `γ = 1 implies …`: other values would say nothing of the claim."""
    if not isinstance(tree, Binary) or tree.operator != "implies":
        return space
    variables = dict(space.variables)
    waiting = [tree.left]
    while waiting:
        match waiting.pop():
            case Binary(operator="and", left=left, right=right):
                waiting += [left, right]
            case Comparison(operands=(Name(name), Number() as value), operators=("=",)) if (
                name in variables
            ):
                variables[name] = Values(sizes=variables[name].sizes, listed=(value,))
    return space._replace(variables=variables)


def _broadcast(tree: Node) -> Node:
    """Give the right side of an equation the shape of the left one: `X W + 0 = b` of every row."""
    match tree:
        case Comparison(operands=(left, right), operators=("=" | "≈",) as words, span=span):
            zeros = Binary("*", Number(0, span), left, span)
            return Comparison((left, Binary("+", right, zeros, span)), words, span)
    return rebuild(tree, _broadcast)


def _is_index(name: str, body: Node, named: Collection[str]) -> bool:
    inside = (index for part in walk(body) if isinstance(part, Index) for index in part.indices)
    subscripted = any(each.endswith(f"_{name}") for each in names(body) - {*named})
    return subscripted or any(name in names(index) for index in inside)


def _resolved(found: Definition, vocabulary: set[str], functions: set[str]) -> Definition:
    known = vocabulary | {*found.parameters}
    body = resolve(found.body, known, functions, found.indices)
    return Definition(found.name, found.parameters, body, found.indices)


def _executable(
    tree: Node,
    definitions: Mapping[str, Definition],
    space: Space,
    claim: Claim,
    known: Known,
) -> Formulas | NotExecutable:
    """Check that every name has a meaning; the space keeps only what is needed."""
    unknown = called(tree).union(*(called(each.body) for each in definitions.values()))
    unknown -= {
        *FUNCTIONS,
        "raises",
        *(name for name, found in definitions.items() if found.parameters),
    }
    if unknown:
        missing = ", ".join(f"`{name}`" for name in sorted(unknown))
        return NotExecutable(Verdict.UNBOUND, f"no formula of the contract defines {missing}")
    needed = _needed(tree, definitions, space) - _of_sets(tree)
    given = {*space.variables, *space.derived, *definitions, *CONSTANTS} | space.size_names()
    if open_names := sorted(needed - given):
        return NotExecutable(Verdict.UNBOUND, f"`{open_names[0]}` has no domain and no formula")
    if not (called(tree) | names(tree)) & definitions.keys():
        return NotExecutable(Verdict.UNBOUND, "it is about nothing that a formula defines")
    functions = {
        name: known.bound[known.equation_of[name].id]
        for name in definitions
        if name in known.equation_of
        and (home := known.equation_of[name].id) in known.bound
        and name in known.heads[home]
    }
    for name, bound in functions.items():
        if not bound.arguments and not definitions[name].parameters:
            reason = f"`{name}` is used without a call; name its `arguments` in the binding"
            return NotExecutable(Verdict.UNBOUND, reason)
        more = {*bound.arguments} - _given(tree, name, definitions)
        if absent := sorted(more - {*space.variables, *space.derived}):
            reason = f"the binding of `{name}` gives it `{absent[0]}`, which has no domain"
            return NotExecutable(Verdict.UNBOUND, reason)
        needed |= _needed(tree, {}, space) | _closed(more, space)
    dtype = next((each.dtype for each in functions.values()), "float64")
    # Exactness is asked of code where it is stated; formulas over float64 cannot give it.
    stated = claim.tolerance
    if not functions and stated is not None and stated.exact:
        stated = None
    return Formulas(
        claim=render(tree),
        tree=tree,
        definitions=tuple(definitions.values()),
        space=_narrowed(space, needed),
        tolerance=(ROUNDING[dtype] if functions else SLACK) if stated is None else stated,
        functions=functions,
        dtype=dtype,
    )


def _given(tree: Node, name: str, definitions: Mapping[str, Definition]) -> set[str]:
    """Return the parameters that every call of a function gives it."""
    trees = [tree, *(found.body for found in definitions.values())]
    calls = [
        len(part.arguments)
        for each in trees
        for part in walk(each)
        if isinstance(part, Call) and part.function == name
    ]
    return {*definitions[name].parameters[: min(calls, default=0)]}


def _of_sets(tree: Node) -> set[str]:
    """Return the names in `∈ ℝ^{n×m}`: the set, and sizes that are judged where they are known."""
    found: set[str] = set()
    for part in walk(tree):
        if isinstance(part, Comparison):
            for word, item in zip(part.operators, part.operands[1:], strict=True):
                if word in {"in", "not in"} and isinstance(item, Binary) and item.operator == "^":
                    found |= names(item.right)
                    item = item.left  # noqa: PLW2901 - the set that is multiplied
                if word in {"in", "not in"} and isinstance(item, Name) and item.name in NUMBERS:
                    found.add(item.name)
    return found


def _needed(tree: Node, definitions: Mapping[str, Definition], space: Space) -> set[str]:
    needed = set(names(tree))
    for found in definitions.values():
        needed |= names(found.body) - {*found.parameters, *found.indices}
    return _closed(needed, space)


def _closed(wanted: Collection[str], space: Space) -> set[str]:
    """Return names with those that their ends, sizes and formulas need."""
    needed, waiting = set(wanted), list(wanted)
    while waiting:
        name = waiting.pop()
        values = space.variables.get(name)
        more: set[str] = set()
        if name in space.derived:
            more |= names(space.derived[name])
        if values is not None:
            ends = (*values.sizes, *(end for end in (values.low, values.high) if end is not None))
            more |= frozenset().union(*map(names, ends))
        waiting += more - needed
        needed |= more
    return needed


def _narrowed(space: Space, needed: set[str]) -> Space:
    variables = {name: each for name, each in space.variables.items() if name in needed}
    derived = {name: each for name, each in space.derived.items() if name in needed}
    drawn = {*variables, *derived, *CONSTANTS} | Space(variables, {}, ()).size_names()
    conditions = tuple(each for each in space.conditions if names(each) <= drawn)
    return Space(variables, derived, conditions)
