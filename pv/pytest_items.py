"""Pytest collectors of contracts: a file, and an item for each check."""

import sys
import warnings
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from pv.binding.loader import default_bindings
from pv.checks.model import Check, Kind
from pv.checks.planner import plan_checks
from pv.checks.standing.cost import engine_of
from pv.commands.shared.checking import evidence
from pv.commands.shared.configuration import load_configuration
from pv.commands.shared.errors import UserFault
from pv.commands.shared.targets import read_bindings, read_contracts
from pv.engines.outcome import Options
from pv.engines.session import Engines, Session
from pv.evidence.record import Evidence
from pv.report.screen import line
from pv.report.verdicts import as_text

_ENGINES = pytest.StashKey[Engines]()
_FOLDERS = pytest.StashKey[tuple[Path, ...]]()


def asked_for(file: Path, parent: pytest.Collector) -> bool:
    """Return whether a file is below one of the project's contract folders, or was named.

    Contracts elsewhere, among a project's test cases above all, are nobody's promise.
    """
    config = parent.config
    if _FOLDERS not in config.stash:
        folders = load_configuration(config.rootpath).contracts
        config.stash[_FOLDERS] = tuple((config.rootpath / each).resolve() for each in folders)
    below = any(file.is_relative_to(folder) for folder in config.stash[_FOLDERS])
    return below or parent.session.isinitpath(file)


class ContractFile(pytest.File):
    """A YAML file, which may be a contract."""

    def __init__(self, *, stack: ExitStack, **rest: Any) -> None:
        super().__init__(**rest)
        self._stack = stack

    def collect(self) -> Iterator[pytest.Item]:
        """Yield an item for each check; a faulty contract is one item, which fails."""
        here = Path.cwd()
        path = self.path.relative_to(here) if self.path.is_relative_to(here) else self.path
        try:
            configuration = load_configuration(here)
        except UserFault as fault:
            yield FaultItem.from_parent(self, name="contract", told=str(fault))
            return
        contracts, faults = read_contracts([path], configuration.policy)
        named = self.config.getoption("pv_binding")
        files = named or default_bindings([path], configuration.contracts)
        bindings, more = read_bindings(files if contracts else ())
        if told := [*faults, *more]:
            yield FaultItem.from_parent(self, name="contract", told="\n".join(told))
        engines = _engines(self.config, self._stack)
        for contract in contracts:
            for check in plan_checks(contract, bindings):
                name = line(check.name)
                yield CheckItem.from_parent(self, name=name, check=check, engines=engines)


class Failed(Exception):  # noqa: N818 - what the test has done
    """A check that does not hold; its text is all the report there is."""


class _Item(pytest.Item):
    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Report what pv says; a traceback only for what is a bug."""
        if isinstance(excinfo.value, Failed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)


class FaultItem(_Item):
    """A contract, or its binding, that cannot be read."""

    def __init__(self, *, told: str, **rest: Any) -> None:
        super().__init__(**rest)
        self._told = told

    def runtest(self) -> None:
        """Fail with the findings."""
        raise Failed(self._told)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return where it stands."""
        return self.path, 0, self.name


class CheckItem(_Item):
    """One check of a contract."""

    def __init__(self, *, check: Check, engines: Engines, **rest: Any) -> None:
        super().__init__(**rest)
        self.check = check
        self._engines = engines
        if (engine := engine_of(check)) != "none":
            self.add_marker(engine)
        if check.kind is Kind.SYMBOLIC:
            self.add_marker("symbolic")

    def runtest(self) -> None:
        """Decide it, or let evidence answer; what cannot be run is skipped, unless strict."""
        found = self._engines.remembered(self.check) or self._engines.run(self.check)
        self._tell(found)
        if found.verdict.fails:
            raise Failed(as_text(found))
        if not found.verdict.measured:
            if self.config.getoption("pv_strict"):
                raise Failed(as_text(found))
            pytest.skip(f"{found.verdict.name}: {found.reason}")
        self.add_report_section("call", "pv", as_text(found))

    def _tell(self, found: Evidence) -> None:
        """Let reports for machines say what was shown."""
        self.user_properties += [
            ("verdict", found.verdict.name), ("engine", found.engine), ("cases", found.cases),
        ]  # fmt: skip

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return where the claim stands."""
        return self.path, self.check.location.line - 1, self.name


def _engines(config: pytest.Config, stack: ExitStack) -> Engines:
    """Return what decides; its workers stay warm until the session ends."""
    if _ENGINES not in config.stash:
        session = Session(
            options=Options(prove=True),
            store=stack.enter_context(evidence(sys.stderr)),
            fresh=config.getoption("pv_fresh"),
            replay=lambda _check, _outcome: None,
            done=lambda _: None,
            warn=lambda why: warnings.warn(pytest.PytestWarning(why), stacklevel=2),
        )
        config.stash[_ENGINES] = Engines(session, stack)
    return config.stash[_ENGINES]
