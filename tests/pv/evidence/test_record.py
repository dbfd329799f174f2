import json
from dataclasses import fields, replace

import pytest

from pv.evidence.record import Digests, Evidence, Key, NewerRecord, from_json, strongest, to_json
from pv.evidence.verdict import Verdict

LEAST = {
    "id": "O", "contract": "k", "claim": "x > 0", "subject": "s", "engine": "e",
    "verdict": "SURVIVED", "cases": 4, "seconds": 1.5, "observation": [],
    "digests": {"contract": "c", "claim": "l", "code": "o"},
}  # fmt: skip
FULL = Evidence(
    "O", "k", "x > 0", "s", "e", Verdict.REFUTED, 4, 1.5, Digests("c", "l", "o"), "t", "v", "[t]",
    "d", {"m:f": "m.py"}, "k.yaml:3", {"x": 1}, ("a", "b"), "look", "why", "pv falsify", 7, 30.0, 2,
    "3 of 4", unbounded=True, notes=("n",), versions={"pv": "1"},
    recorded="2026-01-01T00:00:00Z",
)  # fmt: skip


def test_what_a_record_does_not_say_is_nothing():
    read = from_json(json.dumps(LEAST))
    assert read == Evidence(
        "O", "k", "x > 0", "s", "e", Verdict.SURVIVED, 4, 1.5, Digests("c", "l", "o"), cached=True
    )
    given = {*LEAST, "cached"}
    rest = {each.name: getattr(read, each.name) for each in fields(Evidence)}
    assert not any(value for name, value in rest.items() if name not in given), rest


def test_a_record_is_the_same_after_it_was_written_and_read():
    assert from_json(to_json(FULL)) == replace(FULL, cached=True)
    assert to_json(FULL).isascii()
    assert "cached" not in json.loads(to_json(FULL))


def test_the_order_of_fields_makes_no_other_text():
    turned = (
        replace(FULL, versions={"pv": "1", "a": "2"}),
        replace(FULL, versions={"a": "2", "pv": "1"}),
    )
    assert to_json(turned[0]) == to_json(turned[1])


def test_a_claim_is_known_by_four_parts_and_called_by_two():
    assert FULL.key == Key("k", "O", "t", "v")
    assert FULL.name == "O[t]"


@pytest.mark.parametrize(
    ("more", "fault"),
    [({"new": 1}, NewerRecord), ({"verdict": "FINE"}, KeyError), ({"digests": {}}, TypeError)],
    ids=str,
)
def test_another_record_is_refused(more, fault):
    with pytest.raises(fault):
        from_json(json.dumps(LEAST | more))


@pytest.mark.parametrize(
    ("newest_first", "counts"),
    [("", None), ("SE", 0), ("SPE", 1), ("PR", 1), ("SRR", 1), ("PSP", 0), ("US", 0)],
)
def test_while_nothing_changed_what_was_decided_counts(newest_first, counts):
    verdicts = {
        "S": Verdict.SURVIVED, "E": Verdict.ERROR, "P": Verdict.PROVED, "R": Verdict.REFUTED,
        "U": Verdict.UNKNOWN,
    }  # fmt: skip
    fresh = [replace(FULL, verdict=verdicts[each]) for each in newest_first]
    assert strongest(fresh) is (None if counts is None else fresh[counts])
