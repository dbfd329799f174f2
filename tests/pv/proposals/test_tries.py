from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from pv.engines.outcome import Options
from pv.proposals import tries


@pytest.mark.parametrize(("total", "left"), [(None, [None, None, None]), (5.0, [5.0, 1.0, 0.0])])
def test_runs_share_the_time_for_all(monkeypatch, total, left):
    seen = []

    def run_checks(checks, session):
        seen.append(session.options.total)
        return [SimpleNamespace(seconds=each) for each in checks]

    monkeypatch.setattr(tries, "run_checks", run_checks)
    runs = tries.Tries(Options(total=total), lambda _: nullcontext(), print)
    for _ in left:
        runs.decide(None, [3.0, 1.0], prove=True)
    assert seen == left
