"""Explain how a text of a contract is read: its tree, its types and its renderings."""

from collections.abc import Collection, Iterator, Mapping
from importlib import import_module

from pv.carets import pointed
from pv.claims import (
    ANY,
    INT,
    Definition,
    Fault,
    Function,
    Node,
    Type,
    called,
    definition_of,
    infer,
    names,
    read_field,
    render,
)
from pv.claims.domains.number_sets import values_of
from pv.claims.domains.space import Space
from pv.claims.evaluation.scalars.builtins import CONSTANTS
from pv.claims.tree import Comparison
from pv.claims.types import spell
from pv.contract.text import Text
from pv.python_source import NoPython, python_source
from pv.report import screen
from pv.report.limits import LONGEST_TEXT, clipped
from pv.report.readings.latex import latex
from pv.report.readings.s_expression import outline
from pv.report.readings.type_words import kind_of, scope_of


def reading(field: str, text: Text, space: Space, definitions: Collection[Definition]) -> str:
    """Return a text as it is written and as it is read; `space` is that of its domain."""
    said = clipped(" ".join(text.value.split()), LONGEST_TEXT)
    lines = [f"  {field}  {said}", f"    at      {text.location}"]
    read = read_field(field, text.value)
    if isinstance(read, Fault):
        caret = pointed(text.value, read.start, read.end).replace("\n", "\n            ")
        lines += [f"    prose   {read.message}; {read.remedy}", f"            {caret}"]
        return screen.lines(*lines[:-1], *lines[-1].split("\n"))
    for tree in read:
        lines += [f"    {word:8}{said}" for word, said in _renderings(field, tree, space)]
        lines += f"    {'z3':8}{_z3(_computed(field, tree), space, definitions)}".split("\n")
    return screen.lines(*lines)


def _renderings(field: str, tree: Node, space: Space) -> Iterator[tuple[str, str]]:
    yield "read", render(tree)
    yield "tree", outline(tree)
    yield "latex", latex(tree)
    try:
        yield "python", python_source(tree)
    except NoPython as reason:
        yield "python", f"none: {reason}"
    yield "type", _kinds(field, tree, space) or _type(tree, space)
    yield "names", ", ".join(_names(tree, space)) or "none"
    yield "calls", ", ".join(sorted(called(tree))) or "nothing"


def _computed(field: str, tree: Node) -> Node:
    """Return the body of a formula, or the claim itself where it defines nothing."""
    found = definition_of(tree) if field == "formula" else None
    return tree if found is None else found.body


def _names(tree: Node, space: Space) -> Iterator[str]:
    """Yield each name of a claim with its type, where the domain says one."""
    for name in sorted(names(tree) - CONSTANTS.keys()):
        if name in space.variables:
            yield f"{name}: {kind_of(space.variables[name])}"
        else:
            yield f"{name}: Int, a size" if name in space.size_names() else name


def _kinds(field: str, tree: Node, space: Space) -> str:
    """Return the kind of each variable that a domain declares, or of the values of a codomain."""
    if field == "codomain":
        values = values_of(tree)
        return "" if values is None else kind_of(values)
    if field != "domain":
        return ""
    match tree:
        case Comparison(operands=(element, _), operators=("in",)):
            about = names(element)  # the names behind `in` are sizes and ends
        case _:
            about = names(tree)
    declared = sorted(about & space.variables.keys())
    return ", ".join(f"{name}: {kind_of(space.variables[name])}" for name in declared)


def _type(tree: Node, space: Space) -> str:
    """Return the type of a claim; a name is a function where it is called."""
    scope: Mapping[str, Type] = {
        **dict.fromkeys(names(tree), ANY),
        **scope_of(space),
        **dict.fromkeys(called(tree), Function(None, ANY)),
    }
    found = infer(tree, scope)
    if isinstance(found, tuple):
        return "none: " + "; ".join(fault.message for fault in found)
    return spell(found)


def _z3(tree: Node, space: Space, definitions: Collection[Definition]) -> str:
    try:
        source, terms = (
            import_module("pv.claims.smt.encode_integers"),
            import_module("pv.claims.smt.terms"),
        )
    except ModuleNotFoundError:
        return "none: z3 is not installed; pip install 'pv-contracts[symbolic]'"
    whole: dict[str, object] = {
        name: terms.variable(name) for name, kind in scope_of(space).items() if kind is INT
    }
    try:
        return str(terms.smtlib(source.z3_term(tree, whole, definitions)))
    except terms.NoTerm as reason:
        return f"none: {reason}"
