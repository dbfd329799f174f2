"""One contract as one pytest module, with the digest of what it was made from."""

import re
import subprocess
import sys
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
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
from pv.claims.rendering.python_source import NoPython
from pv.claims.values import Assignment
from pv.contract.model import Contract
from pv.evidence import digests
from pv.generate import experiments, properties, symbolic
from pv.generate.shared_names import Registry
from pv.generate.stated_claims import Stated, stated
from pv.generate.text_layout import quoted

_DIGEST = re.compile(r"^Made from (\w{64})\.$", re.MULTILINE)
_IMPORTS = """
import pytest

from pv.testing import Bench, bound, counterexample, formula, run, survives, values
"""


class NoFormatter(Exception):  # noqa: N818 - a fact about the installation
    """Raised where ruff is not installed."""


@dataclass(frozen=True, slots=True)
class Module:
    """The text of a module, and the claims that it leaves out."""

    name: str
    """File name."""
    text: str
    tests: int
    left_out: tuple[tuple[str, str], ...]
    """Id and reason of each check that could not be written down."""


def write_module(
    contract: Contract, checks: Sequence[Check], bindings: Sequence[Binding]
) -> Module:
    """Return the pytest module of a contract; raises NoFormatter."""
    registry = Registry()
    tests: list[str] = []
    left_out: list[tuple[str, str]] = []
    benches: dict[Path, str] = {}
    written: list[Stated] = []
    groups: dict[tuple[str, type], list[Check]] = {}
    for check in checks:
        groups.setdefault((check.id, type(check.plan)), []).append(check)
    for alike in groups.values():
        try:
            tests += _tests(alike, contract, bindings, registry, benches, written)
        except NoPython as fault:
            left_out += [(check.name, str(fault)) for check in alike]
    imports = "\n".join([_IMPORTS.strip(), *registry.import_lines()])
    body = [*benches.values(), *registry.definitions(), *tests]
    digest = digests.of_value([contract.digest, body])
    head = _head(contract, digest, left_out)
    text = _formatted("\n\n\n".join([f"{head}\n\n{imports}", *body]) + "\n")
    return Module(f"test_{_word(contract.stem)}.py", text, _count(tests), tuple(left_out))


def write_case(
    contract: Contract, check: Check, case: Assignment, bindings: Sequence[Binding]
) -> Module:
    """Return a module with one test, of one case of a check.

    Raises NoPython for what cannot be written down, and NoFormatter.
    """
    registry = Registry()
    name, title = _word(check.name), contract.titles.get(check.id) or check.claim
    benches = []
    if isinstance(check.plan, Experiment):
        binding = _binding_of(check.plan, bindings)
        benches.append(experiments.bench_text(binding, str(binding.file.resolve())))
        test = experiments.test_text(name, check, title, check.plan, case)
    elif isinstance(check.plan, Enumeration | Formulas):
        test = properties.case_text(name, check, title, stated(check.plan), case, registry)
    else:
        raise NoPython("it is no claim about values")
    head = f'"""A counterexample to {check.name} of {contract.stem}, found by pv."""'
    imports = "\n".join([_IMPORTS.strip(), *registry.import_lines()])
    parts = [f"{head}\n\n{imports}", *benches, *registry.definitions(), test]
    return Module(f"test_{name}.py", _formatted("\n\n\n".join(parts) + "\n"), 1, ())


def digest_of(text: str) -> str | None:
    """Return the digest in the head of a module; None if it is none of ours."""
    found = _DIGEST.search(text)
    return found[1] if found else None


def _count(tests: Iterable[str]) -> int:
    """Return how many test functions there are."""
    return sum(len(re.findall(r"^def test_", test, re.MULTILINE)) for test in tests)


def _tests(
    checks: Sequence[Check],
    contract: Contract,
    bindings: Sequence[Binding],
    registry: Registry,
    benches: dict[Path, str],
    written: list[Stated],
) -> Iterator[str]:
    """Yield the tests of a claim about its subjects; of what is `written`, only what is new."""
    check = checks[0]
    base = _word(check.id.removeprefix(f"{contract.stem}/"))
    title = contract.titles.get(check.id) or check.claim
    match check.plan:
        case Experiment():
            for each in checks:
                yield _experiment(each, contract, title, bindings, benches)
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
    return _word(check.name.removeprefix(f"{contract.stem}/"))


def _experiment(
    check: Check,
    contract: Contract,
    title: str,
    bindings: Sequence[Binding],
    benches: dict[Path, str],
) -> str:
    if not isinstance(check.plan, Experiment):
        raise AssertionError(check.id)  # noqa: TRY004 - a bug in pv, not a wrong type
    binding = _binding_of(check.plan, bindings)
    if binding.file not in benches and benches:
        raise NoPython("its systems are in another binding file than those of the others")
    benches[binding.file] = experiments.bench_text(binding, str(binding.file))
    return experiments.test_text(_name(check, contract), check, title, check.plan, None)


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


def _binding_of(plan: Experiment, bindings: Iterable[Binding]) -> Binding:
    wanted = plan.runs[0].system
    return next(each for each in bindings if each.systems.get(wanted.name) == wanted)


def _head(contract: Contract, digest: str, left_out: Iterable[tuple[str, str]]) -> str:
    lines = [
        f"Checks of {contract.stem}, by `pv generate`: change the contract, not this.",
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


def _word(text: str) -> str:
    return re.sub(r"\W+", "_", text).strip("_").lower()


def _formatted(text: str) -> str:
    """Sort the imports, leave out those that are not used, and lay the lines out."""
    for words in (("check", "--select", "I,F401", "--fix", "--quiet", "-"), ("format", "-")):
        ran = subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-m", "ruff", words[0], "--isolated", "--line-length", "100",
             "--stdin-filename", "test_generated.py", *words[1:]],
            input=text, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if "No module named ruff" in ran.stderr:
            raise NoFormatter("generated modules are laid out by ruff; install pv[generate]")
        if ran.returncode != 0:
            raise AssertionError(f"{ran.stderr}\n{text}")  # what is written must be Python
        text = ran.stdout
    return text
