"""The pytest plugin: `pytest contracts/` makes each check of a contract a test of its own.

It is loaded wherever pv is installed, so it imports nothing before there is a YAML file to look at.
"""

from contextlib import ExitStack
from pathlib import Path

import pytest

_MARKS = {
    "experiment": "runs a system under test in processes of its own",
    "enumerate": "evaluates a claim at every point of its domain",
    "property": "looks for values that contradict a claim",
    "symbolic": "a symbolic check of a contract",
}
_SUFFIXES = frozenset({".yaml", ".yml"})
_STACK = pytest.StashKey[ExitStack]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options."""
    group = parser.getgroup("pv", "contracts")
    group.addoption(
        "--pv-fresh", action="store_true", help="run checks even where evidence answers"
    )
    group.addoption("--pv-strict", action="store_true", help="claims that cannot be run fail, too")
    group.addoption(
        "--pv-binding", action="append", type=Path, metavar="FILE", default=[],
        help="binding file (repeatable; default: the bindings/ folder beside the contract)",
    )  # fmt: skip


def pytest_configure(config: pytest.Config) -> None:
    """Name the marks, and let what is opened end with the session."""
    for name, meaning in _MARKS.items():
        config.addinivalue_line("markers", f"{name}: {meaning} (pv)")
    config.stash[_STACK] = ExitStack()


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the workers."""
    config.stash[_STACK].close()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Take YAML files below the project's contract folders, and those that are named."""
    if file_path.suffix not in _SUFFIXES:
        return None
    from pv import pytest_items  # noqa: PLC0415 - most test suites have no contract

    if not pytest_items.asked_for(file_path, parent):
        return None
    stack = parent.config.stash[_STACK]
    return pytest_items.ContractFile.from_parent(parent, path=file_path, stack=stack)
