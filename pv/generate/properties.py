"""Claims over formulas and Python objects, each as a test function."""

import math
import re
from collections.abc import Iterator

from pv.checks.model import Check, Enumeration, Formulas
from pv.claims import Node
from pv.claims.rendering.python_source import NoPython, identifier
from pv.claims.tree import Binary, Comparison, Where, walk
from pv.claims.values import Assignment, Value
from pv.generate import strategies
from pv.generate.called_functions import local_values, renamed
from pv.generate.claim_parts import Claim, claim_of
from pv.generate.evaluated_by_pv import holds
from pv.generate.exact_operations import source
from pv.generate.shared_names import Registry
from pv.generate.text_layout import docstring, indented


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
    return "\n".join([*head, *indented([docstring(title, check), *body])])


def _evaluated(name: str, check: Check, title: str, claim: Claim, registry: Registry) -> str:
    """Return a test of a claim that pv evaluates, because it is short in no other way."""
    body = [*strategies.conditions(claim.space), f"assert {holds(claim, registry)}"]
    if strategies.variables(claim.space):
        head, taken = _drawn(name, claim, body, registry)
        return "\n".join([*head, *indented([docstring(title, check), *taken, *body])])
    return "\n".join([f"def test_{name}():", *indented([docstring(title, check), *body])])


def case_text(name: str, check: Check, title: str, case: Assignment, registry: Registry) -> str:
    """Return a test of a claim at one case; raises NoPython."""
    if not isinstance(check.plan, Enumeration | Formulas):
        raise NoPython("it is no claim about values")
    claim = claim_of(check.plan)
    try:
        tree = renamed(claim, registry)
        asserted = source(tree, claim, claim.allowed)
    except NoPython:
        asserted = holds(claim, registry)
    given = [f"{identifier(each)} = {_literal(value)}" for each, value in case.items()]
    body = [docstring(title, check), *given, f"assert {asserted}"]
    return "\n".join([f"def test_{name}():", *indented(body)])


def _literal(value: Value) -> str:
    if isinstance(value, list):
        return f"np.array({value!r})".replace("inf", "np.inf").replace("nan", "np.nan")
    if isinstance(value, float) and not math.isfinite(value):
        return f"float({str(value)!r})"
    return repr(value)


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
    yield from indented([*body[:-1], f'{body[-1]}, f"{shown}"'])


def _asserted(tree: Node, claim: Claim, *, looped: bool) -> Iterator[str]:
    """Yield the assertion, and before it what the claim supposes and the names that it uses."""
    if isinstance(tree, Binary) and tree.operator == "implies":
        premise = source(tree.left, claim, _slack(tree.left, claim))
        yield from strategies.supposed(premise, looped=looped)
        tree = tree.right
    if isinstance(tree, Where):
        yield from local_values(tree, claim)
        tree = tree.body
    yield f"assert {source(tree, claim, claim.allowed)}"


def _slack(premise: Node, claim: Claim) -> str | None:
    """Return what equality allows in a premise; an order there has no slack, or too much passes."""
    used = {
        word for part in walk(premise) if isinstance(part, Comparison) for word in part.operators
    }
    return None if used <= {"<", "<=", ">", ">="} else claim.allowed
