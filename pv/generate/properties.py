"""Claims over formulas and Python objects, each as a test function."""

import math
import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pv.binding.model import Bound
from pv.checks.model import Check, Enumeration, Formulas
from pv.claims import (
    Definition,
    Fault,
    Node,
    Tolerance,
    called,
    definition_of,
    parse,
    parse_set,
    render,
)
from pv.claims import names as free_names
from pv.claims.builtins import CONSTANTS
from pv.claims.known import FUNCTIONS
from pv.claims.python_source import KNOWN, NoPython, identifier, python_source
from pv.claims.spaces import Space, values_of
from pv.claims.tree import Binary, Call, Comparison, Constant, Name, Tuple, Where, rebuild, walk
from pv.generate import strategies
from pv.generate.registry import Registry

_MOST_LISTED = 100_000
"""Larger spaces are drawn from."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What both kinds of plans say."""

    tree: Node
    space: Space
    definitions: tuple[Definition, ...]
    functions: Mapping[str, Bound]
    tolerance: Tolerance
    dtype: str
    listed: bool
    """Whether every point of the space is tried."""

    @property
    def arrays(self) -> Mapping[str, int] | None:
        """The number of axes of each variable that is an array; None where all are numbers."""
        found = {n: len(values.sizes) for n, values in self.space.variables.items() if values.sizes}
        return found or None

    @property
    def allowed(self) -> str | None:
        """The arguments of `close` that allow what the tolerance does; None where nothing is."""
        parts = {
            "absolute": self.tolerance.absolute,
            "relative": self.tolerance.relative,
            "ulp": self.tolerance.ulp,
        }
        found = [f"{name}={value!r}" for name, value in parts.items() if value]
        if self.tolerance.ulp and self.tolerance.dtype != "float64":
            found.append(f"dtype={self.tolerance.dtype!r}")
        return ", ".join(found) or None


def claim_of(plan: Enumeration | Formulas) -> Claim:
    """Return the claim of a plan; raises NoPython for one over values without a strategy."""
    if isinstance(plan, Formulas):
        return Claim(
            plan.tree, plan.space, plan.definitions, plan.functions, plan.tolerance, plan.dtype,
            listed=False,
        )  # fmt: skip
    variables = {}
    for name, text in plan.domains.items():
        read = parse_set(text)
        values = None if isinstance(read, Fault) else values_of(read)
        if values is None:
            raise NoPython(f"`{text}` has no strategy")
        variables[name] = values
    space = Space(variables, {}, tuple(map(_planned, plan.conditions)))
    listed, tree = plan.points <= _MOST_LISTED, _planned(plan.claim)
    return Claim(tree, space, (), plan.functions, plan.tolerance, "float64", listed)


def _planned(text: str) -> Node:
    tree = parse(text)
    if isinstance(tree, Fault):
        raise AssertionError(tree.message)  # noqa: TRY004 - a bug: it was planned as a claim
    return tree


def test_text(name: str, check: Check, title: str, claim: Claim, registry: Registry) -> str:
    """Return a test function; raises NoPython for what cannot be written down."""
    try:
        tree = renamed(claim, registry)
        asserted = list(_asserted(tree, claim, looped=False))
    except NoPython:
        return _evaluated(name, check, title, claim, registry)
    names = strategies.variables(claim.space)
    if claim.listed and claim.space.variables and strategies.is_plain(claim.space):
        head = [f"def test_{name}():"]
        body = list(_everywhere(tree, claim))
    elif not names:
        head, body = [f"def test_{name}():"], asserted
    else:
        body = [*strategies.conditions(claim.space), *asserted]
        head, taken = _drawn(name, claim, body, registry)
        body = [*taken, *body]
    return "\n".join([*head, *_indented([docstring(title, check), *body])])


def _evaluated(name: str, check: Check, title: str, claim: Claim, registry: Registry) -> str:
    """Return a test of a claim that pv evaluates, because it is short in no other way."""
    body = [*strategies.conditions(claim.space), f"assert {_holds(claim, registry)}"]
    if strategies.variables(claim.space):
        head, taken = _drawn(name, claim, body, registry)
        return "\n".join([*head, *_indented([docstring(title, check), *taken, *body])])
    return "\n".join([f"def test_{name}():", *_indented([docstring(title, check), *body])])


def _holds(claim: Claim, registry: Registry) -> str:
    if any(bound.arguments for bound in claim.functions.values()):
        raise NoPython("what is bound takes arguments that the claim does not name")
    used = _used(claim)
    functions = {
        name: _implementation(bound, registry)
        for name, bound in claim.functions.items()
        if name in used
    }
    variables = {each: identifier(each) for each in claim.space.variables}
    variables |= {each: identifier(each) for each in claim.space.size_names()}
    names = ", ".join(
        f"{name!r}: {spelled}" for name, spelled in {**variables, **functions}.items()
    )
    formulas = [
        each for each in claim.definitions if each.name in used and each.name not in functions
    ]
    where = f", where={[_stated(each) for each in formulas]!r}" if formulas else ""
    allowed = f", {claim.allowed}" if claim.allowed else ""
    return f"holds({render(claim.tree)!r}, {{{names}}}{where}{allowed})"


def _stated(definition: Definition) -> str:
    given = f"({', '.join(definition.parameters)})" if definition.parameters else ""
    subscript = f"[{', '.join(definition.indices)}]" if definition.indices else ""
    return f"{definition.name}{given}{subscript} = {render(definition.body)}"


def _used(claim: Claim) -> set[str]:
    """Return the functions and values that a claim needs; what is bound needs no formula."""
    bodies = {each.name: each.body for each in claim.definitions}
    found: set[str] = set()
    waiting = [claim.tree]
    while waiting:
        node = waiting.pop()
        for name in (called(node) | free_names(node)) & bodies.keys() - found:
            found.add(name)
            if name not in claim.functions:
                waiting.append(bodies[name])
    return found | ((called(claim.tree) | free_names(claim.tree)) & claim.functions.keys())


def case_text(
    name: str, check: Check, title: str, case: Mapping[str, Any], registry: Registry
) -> str:
    """Return a test of a claim at one case; raises NoPython."""
    if not isinstance(check.plan, Enumeration | Formulas):
        raise NoPython("it is no claim about values")
    claim = claim_of(check.plan)
    try:
        tree = renamed(claim, registry)
        asserted = python_source(tree, arrays=claim.arrays, close=claim.allowed)
    except NoPython:
        asserted = _holds(claim, registry)
    given = [f"{identifier(each)} = {_literal(value)}" for each, value in case.items()]
    body = [docstring(title, check), *given, f"assert {asserted}"]
    return "\n".join([f"def test_{name}():", *_indented(body)])


def _literal(value: Any) -> str:
    if isinstance(value, list):
        return f"np.array({value!r})".replace("inf", "np.inf").replace("nan", "np.nan")
    if isinstance(value, float) and not math.isfinite(value):
        return f"float({str(value)!r})"
    return repr(value)


def renamed(claim: Claim, registry: Registry) -> Node:
    """Return the claim's tree over Python names, which the registry then has."""
    return _renamed(claim.tree, _names(claim, registry))


def docstring(title: str, check: Check) -> str:
    """Return what a check is about, and the diagnosis if it fails, as a docstring."""
    paragraphs = [title, *([f"If it fails: {check.diagnosis}"] if check.diagnosis else [])]
    text = "\n\n".join(
        "\n".join(textwrap.wrap(" ".join(each.split()), 92, break_long_words=False))
        for each in paragraphs
    )
    raw = "r" if "\\" in text else ""
    closing = "\n" if "\n" in text else ""
    return f'{raw}"""{text}{closing}"""'


def _drawn(
    name: str, claim: Claim, body: list[str], registry: Registry
) -> tuple[list[str], list[str]]:
    """Return decorators and signature, and the lines that take a case apart."""
    # What is rare is no fault; Hypothesis still refuses a test whose assumptions never hold.
    rare = any("assume(" in line for line in body)
    more = ", suppress_health_check=[HealthCheck.filter_too_much]" if rare else ""
    quiet = f"@settings(deadline=None{more})"
    names = strategies.variables(claim.space)
    if strategies.is_plain(claim.space):
        given, parameters = strategies.keywords(claim.space), ", ".join(names)
        head = [quiet, f"@given({given})", f"def test_{name}({parameters}):"]
        if claim.dtype == "float64":
            return head, []
        comma = "," if len(names) == 1 else ""
        return head, [f"{parameters}{comma} = rounded({claim.dtype!r}, {parameters})"]
    used = set(re.findall(r"\w+", "\n".join(body)))
    taken = ", ".join(each if each in used else f"_{each}" for each in names)
    taken += "," if len(names) == 1 else ""
    wanted = f"cases_of_{'_'.join(names)}"
    strategy = registry.name_of(wanted, strategies.composite(claim.space))
    case = "case" if claim.dtype == "float64" else f"rounded({claim.dtype!r}, *case)"
    return [quiet, f"@given({strategy}())", f"def test_{name}(case):"], [f"{taken} = {case}"]


def _everywhere(tree: Node, claim: Claim) -> Iterator[str]:
    names = strategies.variables(claim.space)
    axes = [strategies.axis(values) for values in claim.space.variables.values()]
    over = axes[0] if len(axes) == 1 else f"product({', '.join(axes)})"
    yield f"for {', '.join(names)} in {over}:"
    shown = ", ".join(f"{{{name} = }}" for name in names)
    met = strategies.conditions(claim.space, looped=True)
    body = [*met, *_asserted(tree, claim, looped=True)]
    yield from _indented([*body[:-1], f'{body[-1]}, f"{shown}"'])


def _asserted(tree: Node, claim: Claim, *, looped: bool) -> Iterator[str]:
    """Yield the assertion, and before it what the claim supposes and the names that it uses."""

    def source(node: Node) -> str:
        return python_source(node, arrays=claim.arrays, close=claim.allowed)

    if isinstance(tree, Binary) and tree.operator == "implies":
        premise = python_source(tree.left, arrays=claim.arrays, close=_slack(tree.left, claim))
        yield from strategies.supposed(premise, looped=looped)
        tree = tree.right
    if isinstance(tree, Where):
        yield from _local(tree, claim)
        tree = tree.body
    yield f"assert {source(tree)}"


def _slack(premise: Node, claim: Claim) -> str | None:
    """Return what equality allows in a premise; an order there has no slack, or too much passes."""
    used = {
        word for part in walk(premise) if isinstance(part, Comparison) for word in part.operators
    }
    return None if used <= {"<", "<=", ">", ">="} else claim.allowed


def _local(tree: Where, claim: Claim) -> Iterator[str]:
    for clause in tree.clauses:
        found = definition_of(clause)
        if found is None or found.indices or found.parameters:
            raise NoPython("a clause behind `where` that is no plain value")
        yield f"{identifier(found.name)} = {python_source(found.body, arrays=claim.arrays)}"


def _names(claim: Claim, registry: Registry) -> dict[str, tuple[str, Bound | None]]:
    """Return the Python name of each function of a claim, implementations before formulas."""
    found: dict[str, tuple[str, Bound | None]] = {}
    used = _used(claim)
    for name, bound in claim.functions.items():
        if name in used:
            found[name] = (_implementation(bound, registry), bound)
    waiting = [each for each in claim.definitions if each.name in used and each.name not in found]
    for definition in reversed(waiting):  # what is called comes before what calls it
        found[definition.name] = (identifier(definition.name), None)
    for definition in reversed(waiting):
        text = _definition(definition, claim, found)
        wanted = identifier(definition.name)
        name = registry.name_of(wanted, text, f"{wanted}_formula")
        found[definition.name] = (name, None)
    return found


def _implementation(bound: Bound, registry: Registry) -> str:
    module, _, attribute = bound.callable.partition(":")
    plain = bound.arrays == "numpy" and not bound.keywords and bound.dtype == "float64"
    if plain and "." not in attribute:
        return registry.import_of(module, attribute)
    said = [repr(bound.callable)]
    said += [f"arrays={bound.arrays!r}"] if bound.arrays != "numpy" else []
    said += [f"keywords={dict(bound.keywords)!r}"] if bound.keywords else []
    wanted = identifier(attribute.rpartition(".")[2])
    return registry.adapted(wanted, ", ".join(said), bound.dtype)


def _definition(
    definition: Definition, claim: Claim, names: Mapping[str, tuple[str, Bound | None]]
) -> str:
    if definition.indices:
        raise NoPython(f"`{definition.name}` is defined item by item")
    if isinstance(definition.body, Constant) and definition.body.value is None:
        raise NoPython(f"`{definition.name}` has no formula that can be computed")
    if not definition.parameters:
        raise NoPython(f"`{definition.name}` is a value, not a function")
    body = _renamed(definition.body, names)
    functions = {spelled for spelled, _ in names.values()} | {*CONSTANTS}
    if unknown := free_names(body) - {*definition.parameters} - functions:
        raise NoPython(f"`{definition.name}` uses `{min(unknown)}`, which it is not given")
    lines = list(_local(body, claim)) if isinstance(body, Where) else []
    inner = body.body if isinstance(body, Where) else body
    result = python_source(inner, arrays=claim.arrays)
    given = ", ".join(map(identifier, definition.parameters))
    return "\n".join([f"def {{name}}({given}):", *_indented([*lines, f"return {result}"])])


def _renamed(tree: Node, names: Mapping[str, tuple[str, Bound | None]]) -> Node:
    """Call functions by their Python names; a bare name of one is given the bound arguments."""

    def change(node: Node) -> Node:
        match node:
            case Call(function, arguments, span) if function in names:
                if names[function][1] is None and any(isinstance(i, Tuple) for i in arguments):
                    raise NoPython(f"the formula `{function}` is given a tuple for an array")
                return Call(names[function][0], tuple(map(change, arguments)), span)
            case Call(function) if function in FUNCTIONS - KNOWN:
                raise NoPython(f"`{function}` has no Python")
            case Name(name, span) if name in names:
                spelled, bound = names[name]
                if bound is None or not bound.arguments:
                    raise NoPython(f"`{name}` is used without a call")
                return Call(spelled, tuple(Name(each, span) for each in bound.arguments), span)
        return rebuild(node, change)

    return change(tree)


def _indented(lines: list[str]) -> list[str]:
    return textwrap.indent("\n".join(lines), "    ").splitlines()
