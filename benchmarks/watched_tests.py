"""Plugins of pytest: one notes what lines each test executes, one runs chosen tests in order."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import coverage
import pytest

_STARTS = {"pv", "pytest", "warm_python.py"}
"""What tests run that is pv or pytest, in a process of its own."""
_PROCESS = 5.0  # seconds that a test with a process of pv is taken to need


class Ran(NamedTuple):
    """What the tests of a whole checkout do when there is no bug."""

    seconds: dict[str, float]
    """Test -> how long it takes."""
    lines: dict[str, dict[int, list[str]]]
    """Module -> line -> the tests that execute it."""


class Watch:
    """A plugin of pytest that notes how long each test takes and what lines of pv it executes.

    A test that starts pv or pytest is stopped there: of what a process executes nothing is known.
    """

    def __init__(self, copied: Path) -> None:
        self._copied = copied
        self._stopped: set[str] = set()
        self._running = ""
        self._cover = coverage.Coverage(data_file=None, config_file=False, source=[f"{copied}/pv"])
        self._seconds: dict[str, float] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Trace one test; tracing starts anew for each, because some tests trace themselves."""
        start, self._running = time.monotonic(), item.nodeid
        self._cover.start()
        self._cover.switch_context(item.nodeid)
        try:
            return (yield)
        finally:
            self._cover.stop()
            self._seconds[item.nodeid] = time.monotonic() - start

    def audit(self, event: str, words: tuple[object, ...]) -> None:
        """Refuse to start pv or pytest."""
        if event == "subprocess.Popen" and _STARTS & {Path(str(each)).name for each in words[1]}:
            self._stopped.add(self._running)
            raise OSError("tests are watched")

    def ran(self) -> Ran:
        """Return what was noted."""
        data = self._cover.get_data()
        lines = {
            str(Path(file).relative_to(self._copied)): {
                line: [test for test in tests if test not in self._stopped]
                for line, tests in data.contexts_by_lineno(file).items()
            }
            for file in data.measured_files()
        }
        return Ran(self._seconds | dict.fromkeys(self._stopped, _PROCESS), lines)


class Chosen:
    """A plugin of pytest that runs chosen tests in their order, and notes which failed."""

    def __init__(self, tests: list[str]) -> None:
        self._place = {test: place for place, test in enumerate(tests)}
        self.failed = ""

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave the chosen tests."""
        chosen = (item for item in items if item.nodeid in self._place)
        items[:] = sorted(chosen, key=lambda item: self._place[item.nodeid])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a failure."""
        if report.failed:
            self.failed = report.nodeid
