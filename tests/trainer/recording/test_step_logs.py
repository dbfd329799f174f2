import csv
import io
import json
import struct
from pathlib import Path

import pytest
from tensorboardX.proto.event_pb2 import Event

from trainer.errors import TrainingFailure, UserError
from trainer.recording import tensorboard
from trainer.recording.step_logs import CsvLog, JsonLines, facts_of, rewind, times_of
from trainer.recording.tensorboard import TensorBoardLog
from trainer.schedule import training_steps
from trainer.training.callbacks import StepReport

TERMS = {"total": 2.5, "ce": 3.0, "kd": 2.25, "teacher_entropy": 1.5, "agreement": 0.125}
REPORTS = [StepReport(step, TERMS, 0.5, 1e-3, 512, 0.25) for step in training_steps(1, 4, None)]


def test_what_is_reproducible_and_what_is_not():
    streams = io.BytesIO(), io.BytesIO()
    for stream, select in zip(streams, (facts_of, times_of), strict=True):
        JsonLines(stream, select).on_step_end(REPORTS[0])
    facts, times = (json.loads(stream.getvalue()) for stream in streams)
    assert facts == {
        "step": 1,
        "epoch": 1,
        **TERMS,
        "gradient_norm": 0.5,
        "learning_rate": 1e-3,
        "tokens": 512,
    }
    assert times == {"step": 1, "seconds": 0.25, "tokens_per_second": 2048.0}


def test_a_line_is_in_the_file_when_the_step_has_ended(tmp_path):
    with (tmp_path / "m.jsonl").open("ab", buffering=0) as stream:
        JsonLines(stream, facts_of).on_step_end(REPORTS[0])
        assert (tmp_path / "m.jsonl").read_bytes().endswith(b"}\n")


def test_a_full_disk_is_named():
    with Path("/dev/full").open("ab", buffering=0) as stream:
        log = JsonLines(stream, facts_of)
        with pytest.raises(TrainingFailure, match=r"/dev/full: cannot be written \(.*No space"):
            log.on_step_end(REPORTS[0])


def test_csv_goes_on_under_its_header(tmp_path):
    path = tmp_path / "m.csv"
    for reports in (REPORTS[:3], REPORTS[2:]):
        with path.open("ab", buffering=0) as stream:
            log = CsvLog(stream)
            for report in reports:
                log.on_step_end(report)
        rewind(path, 2 if reports[0] is REPORTS[0] else 4)
    rows = list(csv.DictReader(io.StringIO(path.read_text())))
    assert [row["step"] for row in rows] == ["1", "2", "3", "4"]
    assert set(rows[0]) == {*facts_of(REPORTS[0]), *times_of(REPORTS[0])}
    assert float(rows[0]["kd"]) == 2.25


def scalars(folder):
    """Read event files as TensorFlow writes records: length, check, bytes, check."""
    for path in sorted(folder.iterdir()):
        data = path.read_bytes()
        while data:
            (size,) = struct.unpack("<Q", data[:8])
            event = Event.FromString(data[12 : 12 + size])
            data = data[16 + size :]
            yield from (
                (value.tag, event.step, value.simple_value) for value in event.summary.value
            )


def test_tensorboard_reads_every_number(tmp_path):
    log = TensorBoardLog(tmp_path / "t", done=0)
    for report in REPORTS:
        log.on_step_end(report)
    log.on_train_end(4)
    found = list(scalars(tmp_path / "t"))
    assert [(step, value) for tag, step, value in found if tag == "total"] == [
        (1, 2.5), (2, 2.5), (3, 2.5), (4, 2.5),
    ]  # fmt: skip
    assert {tag for tag, _, _ in found} == {*facts_of(REPORTS[0]), *times_of(REPORTS[0])} - {"step"}


def test_the_extra_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "tensorboardX", None)
    with pytest.raises(UserError, match=r"pip install 'pv-contracts\[tensorboard\]'"):
        tensorboard.open_writer(tmp_path, None)
