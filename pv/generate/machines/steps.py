"""The test that takes the steps of a machine, beside the model as Python."""

import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from pv.binding.model import Bound
from pv.checks.model import Action, Check, DrawnKind, Given, StateMachine
from pv.checks.step import Step
from pv.claims import Node, called
from pv.claims.tree import Name
from pv.claims.values import Value
from pv.contract.machine_claims import RESULT
from pv.generate.claim_source import literal
from pv.generate.expected_tree import require_expected
from pv.generate.machines.claims import CALLED, NOWHERE, Named, asking, helper, source, variable
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
    for number, step in enumerate(steps, start=1):
        own, last = Named(plan, step.of), number == len(steps)
        if step.action is None:
            yield from _made(own, step, last=last)
        else:
            yield from _step(own, step.action, step, last=last)
    for own in (Named(plan, step.of) for step in steps if step.action is None):
        yield from _state(own)


def _state(own: Named) -> Iterator[str]:
    """Yield what must hold of an object."""
    plan = own.plan
    for name in (each for each in plan.start if each not in plan.hidden):
        asking_it = f"asked({own.made}, {name!r})"
        found = f"{helper(name)}({own.made})" if name in plan.helpers else asking_it
        told = _refuted(f"`{own.told(name)}` differs")
        yield f"assert is_same({found}, {own.variable(name)}), {told}"
    if plan.invariant is not None:
        yield from _claim(plan, plan.invariant, own.meanings, "a state")


def _made(own: Named, step: Step, *, last: bool) -> Iterator[str]:
    plan = own.plan
    for name, domain in plan.given.items():
        yield f"{own.variable(name)} = {_literal(domain, step.values[name])}"
    making = "must_work" if last else "call_by_name"
    yield f"{own.made} = {making}({'.'.join(_path(plan.maker))}, {_making(own)})"
    for name, tree in plan.start.items():
        yield f"{own.variable(name)} = {source(plan, tree, own.meanings)}"


def _making(own: Named) -> str:
    plan, bound = own.plan, own.plan.maker
    names = bound.arguments or tuple(plan.given)
    keys = map(str, range(len(names))) if bound.arguments else names
    pairs = zip(keys, names, strict=False)
    given = ", ".join(
        f"{key!r}: {_argument(plan.given[name], own.variable(name))}" for key, name in pairs
    )
    return ", ".join([f"{{{given}}}", *(f"{k}={literal(v)}" for k, v in bound.keywords.items())])


def _step(own: Named, action: Action, step: Step, *, last: bool) -> Iterator[str]:
    plan, drawn = own.plan, {n: each for n, each in action.given.items() if n != action.other}
    other = Named(plan, step.values[action.other].name) if action.other else None
    meanings = own.beside(action.other, other) if other else own.meanings
    for name, domain in drawn.items():
        yield f"{variable(plan, name)} = {_literal(domain, step.values[name])}"
    told = {name: _argument(domain, variable(plan, name)) for name, domain in drawn.items()}
    objects = {action.other: other.made} if other else {}
    pairs = (f"{name!r}: {({**told, **objects})[name]}" for name in action.given)
    given = f"{own.made}.{action.name}, {{{', '.join(pairs)}}}"
    if step.refused:
        told_last = f", {_refuted(f'{action.name} is not refused')}" if last else ""
        yield f"assert is_refused({given}, {action.refuses or ''!r}){told_last}"
        return
    yield f"{RESULT} = {'must_work' if last else 'call_by_name'}({given})"
    if last and action.returns is not None:
        yield from _claim(plan, action.returns, meanings, f"what {action.name} returns")
    yield from _changes(own, action, other, meanings)


def _changes(
    own: Named, action: Action, other: Named | None, meanings: Mapping[str, Node]
) -> Iterator[str]:
    """Yield what a step does to the models; to the same one twice, first as that of its own."""
    mine = {own.variable(name): tree for name, tree in action.next_own.items()}
    its = {other.variable(n): tree for n, tree in action.next_other.items()} if other else {}
    if own != other:
        yield from _assigned(own.plan, {**mine, **its}, meanings)
        return
    before = {f"{name}_before": name for name in map(own.variable, action.next_own)}
    yield from (f"{kept} = {name}" for kept, name in before.items() if its)
    yield from _assigned(own.plan, mine, meanings)
    kept = {n: Name(f"{own.variable(n)}_before", NOWHERE) for n in action.next_own}
    yield from _assigned(own.plan, its, {**meanings, **kept})


def _assigned(
    plan: StateMachine, after: Mapping[str, Node], meanings: Mapping[str, Node]
) -> Iterator[str]:
    texts = [source(plan, each, meanings) for each in after.values()]
    if after:
        yield f"{', '.join(after)} = {', '.join(texts)}"


def _claim(
    plan: StateMachine, claim: Node, meanings: Mapping[str, Node], what: str
) -> Iterator[str]:
    for name in sorted(each for each in called(claim) if "." in each):
        of, _, attribute = name.partition(".")
        asked = source(plan, Name(of, NOWHERE), meanings)
        yield f"{asking(name)} = partial(asked, {asked}, {attribute!r})"
    yield f"assert {source(plan, claim, meanings)}, {_refuted(f'{what} is wrong')}"


def _literal(domain: Given, value: Value) -> str:
    return literal(value.isoformat() if isinstance(domain, DrawnKind) else value)


def _argument(domain: Given, text: str) -> str:
    """Return an argument as code takes it: claims have texts for dates."""
    return f"{domain.name}.fromisoformat({text})" if isinstance(domain, DrawnKind) else text


def _refuted(what: str) -> str:
    return repr(f"REFUTED: {what}")


def _module(bound: Bound) -> str:
    return bound.callable.partition(":")[0]


def _path(bound: Bound) -> list[str]:
    return bound.callable.partition(":")[2].split(".")
