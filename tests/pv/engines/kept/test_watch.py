"""What code keeps is looked at between calls: in the end it may be as in the beginning."""

import pytest

from pv.engines.kept.file_changes import listen_to_files
from pv.engines.kept.watch import Watch

LAST = [0]
SET = {"seven": False}


def remembers(n):
    LAST[0] = n
    return n


def is_set_for_a_while(n):
    SET["seven"] = n == 7
    return n


def pure(n):
    return n + 1


@pytest.mark.parametrize(
    ("function", "name"), [(remembers, "LAST"), (is_set_for_a_while, "SET"), (pure, None)]
)
def test_what_was_kept_between_is_seen(tmp_path, function, name):
    watch = Watch({"f": function}, tmp_path)
    for n in [*range(10), 0]:
        function(n)
        watch.after_call()
    why, _ = watch.verdict(deterministic=False)
    assert why is None if name is None else name in why


def test_looking_takes_no_more_than_a_share_of_the_time(tmp_path):
    watch = Watch({"f": pure}, tmp_path, spent=1_000.0)
    watch.after_call()
    assert watch.latest is None


def test_a_file_that_the_project_has_and_code_changed_is_seen(tmp_path):
    listen_to_files()  # as a worker does before it imports anything
    watch = Watch({"f": pure}, tmp_path)
    (tmp_path / "made.txt").write_text("1", encoding="utf-8")
    why, _ = watch.verdict(deterministic=False)
    assert "made.txt" in why
    outside, _ = Watch({"f": pure}, tmp_path / "project").verdict(deterministic=True)
    assert outside is None


def test_what_hypothesis_keeps_for_itself_is_no_change(tmp_path):
    listen_to_files()
    watch = Watch({"f": pure}, tmp_path)
    (tmp_path / ".hypothesis").mkdir()
    (tmp_path / ".hypothesis" / "constants").write_text("1", encoding="utf-8")
    assert watch.verdict(deterministic=False)[0] is None
