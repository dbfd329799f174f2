import json
import os
import signal
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import warm_python

HOME = Path(__file__).parents[1]
"""The checkout."""

_OF_PYTEST = "PYTEST_CURRENT_TEST"
CONTRACT = """\
metadata: {version: 1.0.0, description: a counter, references: [here]}
equations:
  counted:
    formula: counted(limit, planned) = min(limit, planned)
    domain: {limit: 1..9, planned: 1..9}
proof_obligations:
  - id: CNT-INV-001
    type: invariant
    property: exact
    formal: counted(limit, planned) = min(limit, planned)
falsification_tests:
  - id: FT-CNT-001
    rule: it counts to the limit
    prediction: it counts to the limit
    if_fails: Look at the loop.
    obligation: CNT-INV-001
    experiment:
      system: counter
      given: {limit: 1..9}
      environment: {LIMIT: "{limit}"}
      expect:
        - exit_code = 0
        - number(capture(stdout, "^counted (\\\\d+)$")) = limit
symbolic_checks:
  - {id: SYM-CNT-001, obligation: CNT-INV-001, bound: 9, strategy: exhaustive}
qa_gate:
  id: F-CNT-001
  name: it counts
  checks: [validation, falsification, proof]
"""
BINDING = """\
version: 1.0.0
target: counting
systems:
  counter: {run: [python, -m, counting], accepts: [LIMIT], timeout: 20}
bindings:
  - contract: counter-v1
    equation: counted
    callable: "counting.rule:counted"
    status: implemented
"""
RULE = """\
def counted(limit, planned):
    done = 0
    for _ in range(planned):
        done += 1
        if done >= limit:
            break
    return done
"""
MAIN = """\
import os
from counting.rule import counted
print("counted", counted(int(os.environ["LIMIT"]), 100))
"""


@dataclass
class Project:
    folder: Path

    def write(self, name, text):
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text), encoding="utf-8")

    def change(self, name, old, new):
        text = (self.folder / name).read_text(encoding="utf-8")
        assert old in text
        self.write(name, text.replace(old, new))

    def pv(self, *words, before=()):
        if not before:
            return warm_python.run("pv", words, self.folder)
        return subprocess.run(
            [*before, sys.executable, "-m", "pv", *words],
            cwd=self.folder, capture_output=True, text=True, check=False, timeout=600,
        )  # fmt: skip

    def start(self, *words):
        """Start pv, for tests that interrupt it."""
        return subprocess.Popen(  # a shell lets what it starts behind itself ignore interrupts
            [sys.executable, "-m", "pv", *words],
            cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
        )  # fmt: skip

    def results(self, *words):
        """Run with --format json; returns the exit code and the results by id."""
        ran = self.pv(*words, "--format", "json")
        assert "Traceback" not in ran.stderr
        told = json.loads(ran.stdout)
        return ran.returncode, {result["name"]: result for result in told["results"]}


def made_project(folder):
    """Write the project about a counter into a folder."""
    made = Project(folder)
    made.write("pyproject.toml", "")
    made.write("contracts/counter-v1.yaml", CONTRACT)
    made.write("contracts/bindings/counting.yaml", BINDING)
    made.write("counting/__init__.py", "")
    made.write("counting/rule.py", RULE)
    made.write("counting/__main__.py", MAIN)
    return made


@pytest.fixture(autouse=True)
def _environment_as_before():
    """Put back what a test's code sets in this process: in another, no run of pv is forked."""
    before = {name: value for name, value in os.environ.items() if name != _OF_PYTEST}
    yield
    for name in os.environ.keys() - before.keys() - {_OF_PYTEST}:
        del os.environ[name]
    os.environ.update(before)


@pytest.fixture
def project(tmp_path):
    return made_project(tmp_path)


@pytest.fixture
def run_pytest():
    """Run pytest in a folder; returns what it prints."""

    def run(folder, *words):
        alone = ("-q", "-p", "no:cacheprovider", "--rootdir", ".")
        return warm_python.run("pytest", [*alone, *words], folder).stdout

    return run
