"""One contract as one pytest module, with the digest of what it was made from."""

import re
import subprocess
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

from pv.binding.model import Binding
from pv.checks.model import (
    Check,
    Enumeration,
    Experiment,
    Formulas,
    Induction,
    Kind,
    Repetition,
    StateMachine,
    Stubbed,
)
from pv.checks.steps import STEPS, read_steps
from pv.checks.subjects import target_name
from pv.claims.values import Assignment
from pv.contract.model import Contract
from pv.evidence import digests
from pv.generate import experiments, properties, symbolic
from pv.generate.expected_tree import require_expected
from pv.generate.machines import steps as machine_steps
from pv.generate.shared_names import Registry, file_name, word
from pv.generate.stated_claims import Stated, stated
from pv.generate.text_layout import from_here, quoted
from pv.python_source import NoPython

_DIGEST = re.compile(r"^Made from (\w{64})\.$", re.MULTILINE)
_HEAD = re.compile(r'^"""Checks of (.+), by `pv generate`: ')
_LIBRARY = (
    "Bench", "bound", "code_below", "counterexample", "formula", "run", "survives", "values",
)  # fmt: skip
_IMPORTS = f"import pytest\n\nfrom pv.testing import {', '.join(_LIBRARY)}"


class NoFormatter(Exception):  # noqa: N818 - a fact about the installation
    """Raised where ruff is not installed."""


@dataclass(frozen=True, slots=True)
class Module:
    """The text of a module, and the claims that it leaves out."""

    name: str
    """File name."""
    contract: str
    """The contract's file, seen from the current folder."""
    text: str
    tests: int
    left_out: tuple[tuple[str, str], ...]
    """Id and reason of each check that could not be written down."""


def write_module(
    contract: Contract, checks: Sequence[Check], bindings: Sequence[Binding]
) -> Module:
    """Return the pytest module of a contract; raises NoFormatter."""
    registry = Registry(("pytest", *_LIBRARY))
    tests: list[str] = []
    left_out: list[tuple[str, str]] = []
    benches: dict[Path, tuple[str, str]] = {}
    written: list[Stated] = []
    groups: dict[tuple[str, type], list[Check]] = {}
    for check in checks:
        same = check.name if isinstance(check.plan, Experiment) else check.id
        groups.setdefault((same, type(check.plan)), []).append(check)
    for alike in groups.values():
        try:
            made = [*_tests(alike, contract, bindings, registry, benches, written)]
            for each in made:
                require_expected(each, _called(registry))
            tests += made
        except NoPython as fault:
            left_out += [(check.name, str(fault)) for check in alike]
    imports = "\n".join([_IMPORTS, *registry.import_lines()])
    body = [*(text for _, text in benches.values()), *registry.definitions(), *tests]
    digest = digests.of_value([contract.digest, body])
    head = _head(contract, digest, left_out)
    text = _finished([f"{head}\n\n{imports}", *body], registry)
    name, file = file_name(contract.stem), from_here(contract.file)
    return Module(name, file, text, _count(tests), tuple(left_out))


def write_case(
    contract: Contract, check: Check, case: Assignment, bindings: Sequence[Binding]
) -> Module:
    """Return a module with one test, of one case of a check.

    Raises NoPython for what cannot be written down, and NoFormatter.
    """
    registry = Registry(("pytest", *_LIBRARY))
    name, title = _name(check, contract), contract.titles.get(check.id) or check.claim
    file = from_here(contract.file)
    head = quoted(f"A counterexample to {check.name} of {file}, found by pv.")
    named = file_name(contract.stem, _own_part(check, contract))
    if isinstance(check.plan, StateMachine):
        first, *parts = machine_steps.test_parts(name, check, title, _steps(check.plan, case))
        text = _formatted("\n\n\n".join([f"{head}\n\n{first}", *parts]) + "\n")
        return Module(named, file, text, 1, ())
    benches = []
    if isinstance(check.plan, Experiment):
        benches.append(experiments.bench_text("bench", _binding_of(check, bindings)))
        test = experiments.test_text(f"test_{name}", "bench", check, title, check.plan, case)
    elif isinstance(check.plan, Enumeration | Formulas):
        test = properties.case_text(name, check, title, stated(check.plan), case, registry)
    else:
        raise NoPython("it is no claim about values")
    parts = [f"{head}\n\n{_IMPORTS}", *benches, *registry.definitions(), test]
    require_expected("\n\n\n".join(parts), _called(registry))
    text = _finished(parts, registry)
    return Module(named, file, text, 1, ())


def _steps(plan: StateMachine, case: Assignment) -> machine_steps.Written:
    try:
        return machine_steps.Written(plan, read_steps(plan, case.get(STEPS)))
    except ValueError as fault:
        raise NoPython(str(fault)) from fault


def digest_of(text: str) -> str | None:
    """Return the digest in the head of a module; None if it is none of ours."""
    found = _DIGEST.search(text)
    return found[1] if found else None


def contract_of(text: str) -> str | None:
    """Return the contract file that the head of a module names; None if it is none of ours."""
    found = _HEAD.match(text)
    return found[1] if found else None


def _count(tests: Iterable[str]) -> int:
    """Return how many test functions there are."""
    return sum(len(re.findall(r"^def test_", test, re.MULTILINE)) for test in tests)


def _tests(
    checks: Sequence[Check],
    contract: Contract,
    bindings: Sequence[Binding],
    registry: Registry,
    benches: dict[Path, tuple[str, str]],
    written: list[Stated],
) -> Iterator[str]:
    """Yield the tests of a claim about its subjects; of what is `written`, only what is new."""
    check = checks[0]
    base = word(check.id.removeprefix(f"{contract.stem}/"))
    title = contract.titles.get(check.id) or check.claim
    match check.plan:
        case Experiment() as plan:
            bench = _bench(_binding_of(check, bindings), benches, registry)
            name = registry.distinct(f"test_{_name(check, contract)}")
            yield experiments.test_text(name, bench, check, title, plan, None)
        case Enumeration() | Formulas():
            yield from _properties(checks, contract, base, title, registry, written)
        case Repetition():
            raise NoPython("it takes two processes: `pv prove` runs them")
        case StateMachine():
            raise NoPython("the machine is driven by `pv prove`")
        case Stubbed():
            raise NoPython("z3 decides it over real numbers: `pv prove` does")
        case Induction():
            raise NoPython("z3 decides it for all integers: `pv prove` does")
        case reason:
            raise NoPython(f"{reason.verdict.name}: {reason.reason}")


def _name(check: Check, contract: Contract) -> str:
    return word(_own_part(check, contract))


def _own_part(check: Check, contract: Contract) -> str:
    return check.name.removeprefix(f"{contract.stem}/")


def _bench(binding: Binding, benches: dict[Path, tuple[str, str]], registry: Registry) -> str:
    """Return the name of the fixture that runs the systems of a binding file."""
    if binding.file not in benches:
        name = registry.distinct("bench")
        benches[binding.file] = name, experiments.bench_text(name, binding)
    return benches[binding.file][0]


def _properties(
    checks: Sequence[Check],
    contract: Contract,
    base: str,
    title: str,
    registry: Registry,
    written: list[Stated],
) -> Iterator[str]:
    subjects = [
        properties.Subject(_name(check, contract), stated(check.plan))
        for check in checks
        if isinstance(check.plan, Enumeration | Formulas)
    ]
    symbolically = [
        subject
        for check, subject in zip(checks, subjects, strict=True)
        if check.kind is Kind.SYMBOLIC and symbolic.can_be_written(subject.claim)
    ]
    new = [each for each in subjects if not (each in symbolically and each.claim in written)]
    if new:
        yield properties.test_text(base, checks[0], title, new, registry)
    for subject in symbolically:
        yield symbolic.test_text(subject.name, checks[0], subject.claim, registry)
    written += [each.claim for each in subjects]


def _binding_of(check: Check, bindings: Sequence[Binding]) -> Binding:
    return next(each for each in bindings if target_name(each, bindings) == check.target)


def _head(contract: Contract, digest: str, left_out: Iterable[tuple[str, str]]) -> str:
    lines = [
        f"Checks of {from_here(contract.file)}, by `pv generate`: change the contract, not this.",
        "",
        f"Made from {digest}.",
    ]
    missing = [
        line
        for name, reason in left_out
        for line in textwrap.wrap(f"{name}: {reason}", 90, initial_indent="  ",
                                  subsequent_indent="    ")
    ]  # fmt: skip
    if missing:
        lines += ["", "Not here, because nothing could be run:", *missing]
    return quoted("\n".join([*lines, ""]))


def _called(registry: Registry) -> frozenset[str]:
    """Return the names that a module may call."""
    return registry.imported | {*_LIBRARY}


def _finished(parts: Sequence[str], registry: Registry) -> str:
    """Return the text of a module, which consists of what tests are made of."""
    text = _formatted("\n\n\n".join(parts) + "\n")
    try:
        require_expected(text, _called(registry))
    except NoPython as fault:
        raise AssertionError(f"{fault}\n{text}") from fault  # its parts were looked at before
    return text


@cache
def _ruff() -> str:
    """Return ruff's program: its module does no more than to start that. Raises NoFormatter."""
    try:
        return str(import_module("ruff.__main__").find_ruff_bin())
    except (ModuleNotFoundError, FileNotFoundError) as fault:
        told = "generated modules are laid out by ruff; install pv[generate]"
        raise NoFormatter(told) from fault


def _formatted(text: str) -> str:
    """Sort the imports, leave out those that are not used, and lay the lines out."""
    for words in (("check", "--select", "I,F401", "--fix", "--quiet", "-"), ("format", "-")):
        ran = subprocess.run(  # noqa: S603 - our own interpreter
            [_ruff(), words[0], "--isolated", "--line-length", "100",
             "--stdin-filename", "test_generated.py", *words[1:]],
            input=text, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if ran.returncode != 0:
            raise AssertionError(f"{ran.stderr}\n{text}")  # what is written must be Python
        text = ran.stdout
    return text
