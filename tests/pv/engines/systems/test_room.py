"""A disk that was full while a process ran, and no longer is, tells nothing about the process."""

import time
from pathlib import Path

import pytest

from pv.engines.systems import room
from pv.engines.systems.room import Room


def test_a_disk_that_another_filled_and_left_was_short(tmp_path, monkeypatch):
    shared = Room()
    before = time.monotonic()
    with monkeypatch.context() as full:
        full.setattr(room, "_is_short", Path.exists)
        with shared.scratch("case-", tmp_path):
            pass
    assert [*tmp_path.iterdir()] == []
    assert shared.was_short(tmp_path, since=before)
    assert not shared.was_short(tmp_path, since=time.monotonic())


def test_a_disk_with_room_was_not_short(tmp_path):
    assert not Room().was_short(tmp_path, since=0.0)


def test_a_folder_goes_also_after_a_fault(tmp_path):
    def fail():
        with Room().scratch("x-", tmp_path) as folder:
            (folder / "a/b").mkdir(parents=True)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert [*tmp_path.iterdir()] == []
