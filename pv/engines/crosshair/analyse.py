"""Run CrossHair on a claim over Python functions: every path, with symbolic numbers.

The claim becomes a module with a docstring contract, in the worker's own folder, and is analysed
through CrossHair's API: its command line ends with 0 also where nothing was confirmed.
"""

import ast
import importlib
import math
import re
import sys
import time
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

from crosshair.core_and_libs import analyze_function, run_checkables
from crosshair.options import AnalysisKind, AnalysisOptionSet
from crosshair.statespace import AnalysisMessage, MessageType

from pv.binding.model import Bound
from pv.checks.model import Formulas
from pv.claims import Definition, Node
from pv.claims.domains.number_sets import infinity
from pv.claims.domains.space import Space, Values
from pv.claims.precedence import BOOLEAN
from pv.claims.tree import Binary, Call, Comparison, Index, Number, String, Unary, rebuild, walk
from pv.claims.values import Implementation, Value
from pv.engines.spaces.rounding import Drawn
from pv.python_source import KNOWN, NoPython, identifier, python_source

NAME = "symbolic"

_CALL = re.compile(r"when calling (\w+\(.*?\))(?: \(which|$)", re.DOTALL)
_STATES = {
    MessageType.CANNOT_CONFIRM: "not every path could be followed",
    MessageType.PRE_UNSAT: "no path meets the preconditions",
}


class Found(NamedTuple):
    """The answer of CrossHair about a claim."""

    confirmed: bool = False
    """On every path, by exact arithmetic."""
    case: Drawn | None = None
    """Values at which it says that the claim is false; to be replayed before it is believed."""
    reason: str = ""
    """Why it says neither."""


def analyse(plan: Formulas, seconds: float) -> Found:
    """Search every path for at most some seconds."""
    try:
        text = module_text(plan)
    except NoPython as fault:
        return Found(reason=f"the claim has no symbolic form: {fault}")
    name = f"claim_{time.monotonic_ns()}"
    file = Path(f"{name}.py")
    file.write_text(text.replace("def claim(", f"def {name}("), encoding="utf-8")
    sys.path.insert(0, str(Path.cwd()))
    try:
        module = importlib.import_module(name)
        return search(getattr(module, name), list(plan.space.variables), seconds)
    finally:
        sys.path.pop(0)
        file.unlink()  # the code under test would seem to have made it


def search(function: Implementation, parameters: list[str], seconds: float) -> Found:
    """Search every path of a function that has its contract in its docstring (PEP 316)."""
    options = AnalysisOptionSet(
        analysis_kind=(AnalysisKind.PEP316,), per_condition_timeout=seconds, report_all=True
    )
    return _found(run_checkables(analyze_function(function, options)), parameters)


def _found(messages: list[AnalysisMessage], parameters: list[str]) -> Found:
    if messages and all(each.state is MessageType.CONFIRMED for each in messages):
        return Found(confirmed=True)
    for message in messages:
        if message.state in {MessageType.POST_FAIL, MessageType.EXEC_ERR, MessageType.POST_ERR}:
            case = _case(message.message, parameters)
            return Found(case=case, reason=message.message if case is None else "")
    states = {_STATES.get(each.state, each.message) for each in messages}
    return Found(reason="; ".join(sorted(states)) or "it found nothing to analyse")


def _case(message: str, names: list[str]) -> Drawn | None:
    """Read the arguments out of `false when calling claim_1(3, x = 0.5)`."""
    called = _CALL.search(message)
    if called is None:
        return None
    try:
        call = ast.parse(called[1], mode="eval").body
        if not isinstance(call, ast.Call):
            return None
        given = dict(zip(names, map(_literal, call.args), strict=False))
        return given | {each.arg: _literal(each.value) for each in call.keywords if each.arg}
    except (SyntaxError, ValueError):
        return None


def _literal(node: ast.expr) -> Value:
    """Evaluate a literal; `float("nan")` and `math.inf` are written as calls and names."""
    match node:
        case ast.Call(func=ast.Name("float"), args=[ast.Constant(str() as text)]):
            return float(text)
        case ast.Attribute(attr="inf"):
            return math.inf
        case ast.Attribute(attr="nan"):
            return math.nan
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_literal(inner)
    return ast.literal_eval(node)


def module_text(plan: Formulas) -> str:
    """Return a Python module whose function `claim` has the claim as its postcondition.

    Raises NoPython where CrossHair has no values for a variable, or Python no such expression.
    """
    _refuse_names(plan)
    _refuse_indices(plan)
    parameters = ", ".join(
        f"{identifier(name)}: {_type(name, values)}"
        for name, values in plan.space.variables.items()
    )
    tree = _as_claimed(plan.tree, plan.functions.keys())
    lines = [
        "import math",
        *(_import(name, bound) for name, bound in plan.functions.items()),
        _NEAR.format(plan.tolerance.absolute, plan.tolerance.relative, _negates(plan.tree)),
        *(_definition(each) for each in plan.definitions if each.name not in plan.functions),
        f"def claim({parameters}) -> bool:",
        '    """',
        *(f"    pre: {condition}" for condition in _conditions(plan.space)),
        "    post: __return__",
        '    """',
        *(f"    {identifier(n)} = {python_source(body)}" for n, body in plan.space.derived.items()),
        f"    return {python_source(tree)}",
    ]
    return "\n".join(lines) + "\n"


_NEAR = """
def near(left, right):
    if isinstance(left, bool) or isinstance(right, bool):
        return isinstance(left, bool) and isinstance(right, bool) and left == right
    if left == right or not (isinstance(left, float) or isinstance(right, float)):
        return left == right
    return abs(left - right) <= max({0!r}, {1!r} * max(abs(left), abs(right)))

def number(found):
    if isinstance(found, (bool, str)):
        raise TypeError("no number")
    return found

def plain(found):
    if type(found) not in (bool, int, float, str) or {2} and found != found:
        raise TypeError("no value of a claim")
    return found

"""
"""What claims mean where Python means something else: a truth value equals no number.

That something is NaN, which is no value, is asked only where it would not make the claim false.
"""
_RESERVED = frozenset({"math", "near", "number", "plain", "claim", "bool", "int", "float", "str"})


def _refuse_names(plan: Formulas) -> None:
    """Refuse names that Python would take for something else, or for each other."""
    said = {*plan.functions, *plan.space.variables, *plan.space.derived}
    said |= {each.name for each in plan.definitions}
    own = {name for name in said if name in KNOWN or identifier(name) in _RESERVED}
    modules = {each.callable.partition(":")[0] for each in plan.functions.values()}
    spelled = [identifier(name) for name in said]
    own |= {name.partition(".")[0] for name in modules} & {*spelled, *_RESERVED}
    own |= {name for name in spelled if spelled.count(name) > 1}
    if own:
        raise NoPython(f"`{min(own)}` means something else in Python")


def _refuse_indices(plan: Formulas) -> None:
    """Refuse an index that may be before zero, where Python counts from the end."""
    said = (plan.tree, *plan.space.derived.values(), *plan.space.conditions)
    for tree in (*said, *(each.body for each in plan.definitions)):
        for part in walk(tree):
            if isinstance(part, Index) and not all(isinstance(n, Number) for n in part.indices):
                raise NoPython("an index before zero counts from the end in Python")


def _type(name: str, values: Values) -> str:
    if values.sizes or values.simplex:
        raise NoPython(f"`{name}` is an array")
    if any(map(infinity, values.ends())):
        raise NoPython(f"`{name}` may be infinite")  # CrossHair's floats are real numbers
    if any(isinstance(each, String) for each in values.listed):
        return "str"
    listed = [each for each in values.listed if isinstance(each, Number)]
    if listed:
        return "int" if all(isinstance(each.value, int) for each in listed) else "float"
    return "int" if values.whole else "float"


def _conditions(space: Space) -> Iterator[str]:
    for name, values in space.variables.items():
        spelled = identifier(name)
        if values.listed:
            yield f"{spelled} in ({', '.join(map(python_source, values.listed))},)"
        if values.low is not None:
            yield f"{python_source(values.low)} {'<' if values.open_low else '<='} {spelled}"
        if values.high is not None:
            yield f"{spelled} {'<' if values.open_high else '<='} {python_source(values.high)}"
        if _type(name, values) == "float":
            yield f"math.isfinite({spelled})"
    yield from map(python_source, space.conditions)


def _import(name: str, bound: Bound) -> str:
    module, _, qualname = bound.callable.partition(":")
    if bound.arguments or bound.keywords:
        raise NoPython(f"`{name}` is called with more than the claim says")
    called = f"{module}.{qualname}(*given)"
    return f"import {module}\ndef {identifier(name)}(*given):\n    return plain({called})"


def _definition(found: Definition) -> str:
    if found.indices or not found.parameters:
        raise NoPython(f"`{found.name}` is no function of numbers")
    given = ", ".join(map(identifier, found.parameters))
    return f"def {identifier(found.name)}({given}):\n    return {python_source(found.body)}\n"


def _as_claimed(node: Node, functions: Collection[str]) -> Node:
    """Write equality as a call, with the claim's tolerance, and what must be a number as one."""

    def number(part: Node) -> Node:
        inner = _as_claimed(part, functions)
        is_called = isinstance(part, Call) and part.function in functions
        return Call("number", (inner,), part.span) if is_called else inner

    match node:
        case Comparison(operands=(left, right), operators=("=",), span=span):
            return Call("near", (_as_claimed(left, functions), _as_claimed(right, functions)), span)
        case Comparison(operators=operators) if _ORDERS.issuperset(operators):
            return rebuild(node, number)
        case Binary(operator=word) if word not in BOOLEAN:
            return rebuild(node, number)
    return rebuild(node, lambda part: _as_claimed(part, functions))


def _negates(tree: Node) -> bool:
    return any(
        (isinstance(part, Comparison) and "!=" in part.operators)
        or (isinstance(part, Unary | Binary) and part.operator in _NEGATING)
        for part in walk(tree)
    )


_NEGATING = frozenset({"not", "implies", "->", "iff", "xor"})
_ORDERS = frozenset({"<", "<=", ">", ">="})
