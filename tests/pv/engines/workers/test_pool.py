"""Workers report what they read, and serve one set of modules each."""

import pytest

from pv.binding.model import Bound
from pv.checks.model import Enumeration
from pv.claims import EXACT
from pv.engines.outcome import Options
from pv.engines.workers.pool import Workers
from pv.evidence.verdict import Verdict


@pytest.fixture
def plan(tmp_path):
    def make(module, text="def f(x):\n    return x\n"):
        (tmp_path / f"{module}.py").write_text(text, encoding="utf-8")
        bound = {"f": Bound(f"{module}:f")}
        return Enumeration("f(x) = x", {"x": "0..3"}, bound, EXACT, tmp_path, 4)

    return make


def files(outcome, root):
    return {name.removeprefix(f"{root}/") for name in outcome.seen.files if str(root) in name}


def test_a_check_depends_on_what_its_own_modules_read(plan, tmp_path):
    with Workers() as workers:
        decide = lambda module: workers.decide(plan(module), Options())  # noqa: E731
        assert files(decide("one"), tmp_path) == {"one.py"}
        assert files(decide("two"), tmp_path) == {"two.py"}
        assert files(decide("one"), tmp_path) == {"one.py"}


def test_idle_workers_end_when_they_take_too_much_memory(plan):
    with Workers(memory=1 << 29) as workers:
        workers.decide(plan("one"), Options())
        ((_, first),) = workers._idle
        workers._memory = first.resident() * 3 // 2
        workers.decide(plan("two"), Options())
        assert [sorted(modules) for (_, modules), _ in workers._idle] == [["two"]]


def test_a_worker_has_the_callers_import_path(plan, tmp_path_factory, monkeypatch):
    other = tmp_path_factory.mktemp("other")
    (other / "hlp.py").write_text("K = 0\n", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(other))
    with Workers() as workers:
        found = workers.decide(plan("m", "from hlp import K\nf = lambda x: x + K\n"), Options())
    assert found.verdict is Verdict.PROVED
    assert str(other / "hlp.py") in found.seen.files
