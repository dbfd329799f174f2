import json

import pytest

from trainer.recording.run_record import read_run


@pytest.mark.parametrize("left", [None, "", '{"step": 1, "ce'])
def test_what_is_no_run_has_no_record(tmp_path, left):
    if left is not None:
        (tmp_path / "metrics.jsonl").write_text(left)
    assert read_run("x", tmp_path) is None


def test_a_run_that_goes_on_has_rows_and_no_facts(tmp_path):
    lines = [json.dumps({"step": n, "ce": 5.0 - n}) for n in (1, 2, 3)]
    (tmp_path / "metrics.jsonl").write_text("\n".join(lines))  # the last line is being written
    (tmp_path / "timings.jsonl").write_text('{"step": 1, "seconds": 0.5}\n')
    found = read_run("one", tmp_path)
    assert [row["step"] for row in found.rows] == [1, 2]
    assert (found.name, found.seconds, found.facts) == ("one", (0.5,), {})
    (tmp_path / "training.json").write_text('{"device": "cpu"}')
    assert read_run("one", tmp_path).facts == {"device": "cpu"}
