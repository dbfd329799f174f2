import json

import pytest
import torch
from safetensors.torch import load_file

from trainer import checkpoint
from trainer.callbacks import StepReport
from trainer.checkpoint import CheckpointWriter, try_saving, write_checkpoint
from trainer.errors import TrainingFailure, UserError
from trainer.export import load_model
from trainer.folders import find_model
from trainer.models import parameters_digest
from trainer.optimizer import AdamW
from trainer.schedule import training_steps

CPU = torch.device("cpu")


@pytest.fixture
def optimizer(student):
    made = AdamW(student)
    student(torch.ones(1, 4, dtype=torch.int64)).square().mean().backward()
    made.step(1e-3)
    return made


def test_checkpoint_holds_weights_and_optimiser(tmp_path, student, optimizer):
    folder = tmp_path / "one"
    write_checkpoint(folder, student, optimizer, {"smoke": False, "step": 7})
    assert parameters_digest(load_model(find_model(folder), CPU)) == parameters_digest(student)
    state = load_file(folder / "optimizer.safetensors")
    assert state.keys() == optimizer.state().keys()
    assert all(torch.equal(state[name], t) for name, t in optimizer.state().items())
    assert json.loads((folder / "checkpoint.json").read_text())["step"] == 7
    assert [entry.name for entry in tmp_path.iterdir()] == ["one"]


def test_smoke_checkpoint_is_no_model(tmp_path, student, optimizer):
    write_checkpoint(tmp_path / "one", student, optimizer, {"smoke": True, "step": 7})
    with pytest.raises(UserError, match="smoke"):
        find_model(tmp_path / "one")


def test_a_write_that_fails_leaves_no_checkpoint(tmp_path, student, optimizer):
    with pytest.raises(TypeError):
        write_checkpoint(tmp_path / "one", student, optimizer, {"smoke": object()})
    assert not (tmp_path / "one").exists()
    write_checkpoint(tmp_path / "one", student, optimizer, {"smoke": False})
    assert [entry.name for entry in tmp_path.iterdir()] == ["one"]


@pytest.mark.parametrize(
    ("every", "written"),
    [(2, ["step-00000002", "step-00000004"]), (5, ["step-00000005"]), (0, []), (9, [])],
)
def test_checkpoints_are_written_when_due(tmp_path, student, optimizer, every, written):
    writer = CheckpointWriter(tmp_path, every, student, optimizer, {"smoke": True})
    for step in training_steps(1, 5, None):
        writer.on_step_end(StepReport(step, {}, 0.0, 0.0, 1, 1.0))
    assert sorted(path.name for path in tmp_path.glob("checkpoints/*")) == written
    assert all(
        json.loads((tmp_path / "checkpoints" / name / "checkpoint.json").read_text())
        == {"smoke": True, "step": int(name[-1])}
        for name in written
    )


def test_saving_can_be_tried_without_a_trace(student, optimizer, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert try_saving(student, optimizer, {"smoke": True}) > 0
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_read_back_as_written_is_named(student, optimizer, monkeypatch):
    def spoilt(path):
        tensors = load_file(path)
        name = min(tensors)
        return {**tensors, name: tensors[name] + 1}

    monkeypatch.setattr(checkpoint, "load_file", spoilt)
    with pytest.raises(TrainingFailure, match="not read back"):
        try_saving(student, optimizer, {"smoke": True})
