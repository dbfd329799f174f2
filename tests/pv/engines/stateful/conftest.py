from itertools import count

import pytest

from pv.binding.loader import load_binding
from pv.checks.model import NotExecutable
from pv.checks.planner import plan_proofs
from pv.contract.loader import load
from pv.engines.outcome import Options, Outcome
from pv.engines.stateful.state_machine import decide

HEAD = """\
metadata: {version: 1.0.0, description: d, references: [r], kind: pattern}
equations:
  made: {formula: it makes an object}
proof_obligations:
  - id: M
    type: state_machine
    equation: made
    property: p
"""
BINDING = """\
version: 1.0.0
target: t
bindings:
  - {contract: m-v1, equation: made, callable: "%s:%s", status: implemented%s}
"""


@pytest.fixture
def plan_of(tmp_path, monkeypatch):
    """Return the plan of a machine about the class in a module."""
    monkeypatch.syspath_prepend(str(tmp_path))
    numbers = count()

    def plan(code, machine, binding=""):
        module = f"made_{tmp_path.name}_{next(numbers)}"
        (tmp_path / f"{module}.py").write_text(code)
        lines = "".join(f"    {line}\n" for line in machine.splitlines())
        (tmp_path / "m-v1.yaml").write_text(HEAD + lines)
        name = code.rpartition("\nclass ")[2].partition(":")[0].partition("(")[0]
        more = f", {binding}".replace("HERE", module) if binding else ""
        (tmp_path / "binding.yaml").write_text(BINDING % (module, name, more))
        loaded = load(tmp_path / "m-v1.yaml")
        assert loaded.contract, loaded
        (check,) = plan_proofs(loaded.contract, [load_binding(tmp_path / "binding.yaml")])
        return check.plan

    return plan


@pytest.fixture
def driven(plan_of):
    """Return what the engine says of a class and a machine."""

    def decided(code, machine, binding="", **options):
        plan = plan_of(code, machine, binding)
        if isinstance(plan, NotExecutable):
            return Outcome(plan.verdict, reason=plan.reason)
        return decide(plan, Options(**{"cases": 60, **options}))

    return decided
