"""The test that takes the steps of a machine, beside the model as Python."""

import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from pv.binding.model import Bound
from pv.checks.model import Action, Check, DrawnKind, Given, StateMachine
from pv.checks.steps import Step
from pv.claims import Node, called
from pv.claims.values import Assignment
from pv.contract.machine_claims import RESULT
from pv.generate.claim_source import literal
from pv.generate.expected_tree import require_expected
from pv.generate.machines.claims import CALLED, MADE, asking, helper, source, variable
from pv.generate.machines.helpers import NEEDED
from pv.generate.text_layout import docstring, from_here, indented
from pv.python_source import NoPython

_IMPORTS = """\
import inspect
import math
import re
import statistics
import sys
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from datetime import date, datetime
from functools import partial
from typing import Any"""


class Written(NamedTuple):
    """A machine and its steps, to be written down."""

    plan: StateMachine
    steps: Sequence[Step]


def test_parts(name: str, check: Check, title: str, written: Written) -> list[str]:
    """Return the parts of a module that takes the steps; raises NoPython."""
    plan = written.plan
    if not plan.tolerance.exact:
        raise NoPython("a test without pv compares exactly, and the claim has a tolerance")
    body = indented([docstring(title, check), *_lines(plan, written.steps)])
    test = "\n".join([f"def test_{name}():", *body])
    imports = [*_code(plan)]
    asked = {asking(each) for claim in _claims(plan) for each in called(claim) if "." in each}
    names = {*(line.rpartition(" ")[2] for line in imports), *asked}
    members = {*(action.name for action in plan.actions), *_path(plan.maker)[1:], "fromisoformat"}
    require_expected("\n".join([*imports, test]), {*CALLED, *names}, members)
    return ["\n\n".join([_IMPORTS, *_folder(plan), "\n".join(imports)]), *_helpers(test), test]


def _claims(plan: StateMachine) -> Iterator[Node]:
    """Yield the claims that may ask an object."""
    claims = (plan.invariant, *(action.returns for action in plan.actions))
    yield from (claim for claim in claims if claim is not None)


def _folder(plan: StateMachine) -> Iterator[str]:
    """Yield what lets the code be imported, where it is no installed package."""
    top = plan.maker.callable.partition(":")[0].partition(".")[0]
    if (plan.root / top).is_dir() or (plan.root / f"{top}.py").is_file():
        yield f"sys.path.insert(0, {from_here(plan.root)!r})"


def _code(plan: StateMachine) -> Iterator[str]:
    yield f"from {_module(plan.maker)} import {_path(plan.maker)[0]}"
    for name, bound in plan.helpers.items():
        first, *more = _path(bound)
        if more:
            raise NoPython(f"{bound.callable} is inside of a class; bind a function")
        yield f"from {_module(bound)} import {first} as {helper(name)}"


def _helpers(test: str) -> Iterator[str]:
    """Yield the sources of the helpers that a test needs."""
    wanted = [each for each in NEEDED if re.search(rf"\b{each.__name__}\b", test)]
    needed = {*wanted, *(more for each in wanted for more in NEEDED[each])}
    yield from (inspect.getsource(each).rstrip() for each in NEEDED if each in needed)


def _lines(plan: StateMachine, steps: Sequence[Step]) -> Iterator[str]:
    """Yield the statements: each step, and after the last one all that must hold."""
    first, *others = steps
    yield from _values(plan, plan.given, first.values)
    making = "call_by_name" if others else "must_work"
    yield f"{MADE} = {making}({'.'.join(_path(plan.maker))}, {_making(plan)})"
    for name, tree in plan.start.items():
        yield f"{variable(plan, name)} = {source(plan, tree)}"
    for number, step in enumerate(others, start=1):
        assert step.action is not None  # noqa: S101 - only the first step makes the object
        yield from _step(plan, step.action, step, last=number == len(others))
    for name in (each for each in plan.start if each not in plan.hidden):
        found = f"{helper(name)}({MADE})" if name in plan.helpers else f"asked({MADE}, {name!r})"
        yield f"assert is_same({found}, {variable(plan, name)}), {_refuted(f'`{name}` differs')}"
    if plan.invariant is not None:
        yield from _claim(plan, plan.invariant, "a state")


def _making(plan: StateMachine) -> str:
    bound = plan.maker
    names = bound.arguments or tuple(plan.given)
    keys = map(str, range(len(names))) if bound.arguments else names
    pairs = zip(keys, names, strict=False)
    given = ", ".join(f"{key!r}: {_argument(plan, plan.given, name)}" for key, name in pairs)
    return ", ".join([f"{{{given}}}", *(f"{k}={literal(v)}" for k, v in bound.keywords.items())])


def _step(plan: StateMachine, action: Action, step: Step, *, last: bool) -> Iterator[str]:
    yield from _values(plan, action.given, step.values)
    pairs = (f"{name!r}: {_argument(plan, action.given, name)}" for name in action.given)
    given = f"{MADE}.{action.name}, {{{', '.join(pairs)}}}"
    if step.refused:
        told = f", {_refuted(f'{action.name} is not refused')}" if last else ""
        yield f"assert is_refused({given}, {action.refuses or ''!r}){told}"
        return
    yield f"{RESULT} = {'must_work' if last else 'call_by_name'}({given})"
    if last and action.returns is not None:
        yield from _claim(plan, action.returns, f"what {action.name} returns")
    if action.next:
        targets = ", ".join(variable(plan, name) for name in action.next)
        yield f"{targets} = {', '.join(source(plan, each) for each in action.next.values())}"


def _claim(plan: StateMachine, claim: Node, what: str) -> Iterator[str]:
    for name in sorted(each for each in called(claim) if "." in each):
        yield f"{asking(name)} = partial(asked, {MADE}, {name.partition('.')[2]!r})"
    yield f"assert {source(plan, claim)}, {_refuted(f'{what} is wrong')}"


def _values(plan: StateMachine, given: Mapping[str, Given], values: Assignment) -> Iterator[str]:
    for name, domain in given.items():
        value = values[name].isoformat() if isinstance(domain, DrawnKind) else values[name]
        yield f"{variable(plan, name)} = {literal(value)}"


def _argument(plan: StateMachine, given: Mapping[str, Given], name: str) -> str:
    """Return an argument as code takes it: claims have texts for dates."""
    domain, text = given[name], variable(plan, name)
    return f"{domain.name}.fromisoformat({text})" if isinstance(domain, DrawnKind) else text


def _refuted(what: str) -> str:
    return repr(f"REFUTED: {what}")


def _module(bound: Bound) -> str:
    return bound.callable.partition(":")[0]


def _path(bound: Bound) -> list[str]:
    return bound.callable.partition(":")[2].split(".")
