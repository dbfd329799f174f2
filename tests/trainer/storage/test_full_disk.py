"""What a disk that takes no more leaves; a limit on the size of files stands in for it."""

import resource
from contextlib import contextmanager

import pytest

from trainer.errors import TrainingFailure
from trainer.models.export import export_model
from trainer.storage.atomic_files import write_text


@contextmanager
def no_file_beyond(size):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_text_that_does_not_fit_is_named_and_leaves_the_old_one(tmp_path):
    path = tmp_path / "facts.json"
    write_text(path, "old")
    with no_file_beyond(100), pytest.raises(OSError, match=r"facts\.json"):
        write_text(path, "new" * 1000)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_model_that_does_not_fit_is_a_failure_and_leaves_nothing(tmp_path, student):
    message = "the model cannot be written .*; make room; --resume goes on"
    with no_file_beyond(20_000), pytest.raises(TrainingFailure, match=message):
        export_model(tmp_path, student, {})
    assert list(tmp_path.iterdir()) == []
