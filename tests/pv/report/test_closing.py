from dataclasses import replace

import pytest

from pv.evidence.record import Digests, Evidence
from pv.evidence.verdict import Verdict
from pv.report.closing import MANY, closing

ONE = Evidence(
    id="O-1", contract="a-v1", claim="f(x) > 0", subject="code:f", engine="property",
    verdict=Verdict.SURVIVED, cases=200, seconds=1.0, digests=Digests("c", "l", "o"),
    place="a-v1.yaml:7",
)  # fmt: skip
FALSE = replace(ONE, id="O-2", contract="b-v1", verdict=Verdict.REFUTED, place="b-v1.yaml:3")


@pytest.mark.parametrize("count", [1, MANY - 1])
def test_what_fits_a_screen_is_counted_alone(count):
    assert len([*closing([*[ONE] * count, FALSE], 0)]) == 1


def test_after_many_results_failures_are_repeated_and_contracts_counted():
    assert [*closing([FALSE, *[ONE] * MANY], 0)] == [
        "REFUTED   O-2  b-v1.yaml:3",
        "b-v1: 1 REFUTED",
        f"a-v1: {MANY} SURVIVED",
        f"{MANY + 1} of {MANY + 1} claims ran: 1 REFUTED, {MANY} SURVIVED",
    ]


def test_the_slowest_are_named_that_ran_now():
    slow, slower = replace(ONE, seconds=2.0), replace(FALSE, seconds=30.25)
    cached = replace(ONE, seconds=99.0, cached=True)
    named = [*closing([ONE, cached, slow, slower], 2)][:-1]
    assert named == ["    30.2 s  O-2", "     2.0 s  O-1"]
