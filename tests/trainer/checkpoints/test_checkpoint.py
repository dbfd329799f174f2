import json
import random

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from trainer.checkpoints import checkpoint
from trainer.checkpoints.checkpoint import (
    checkpoint_name,
    measure_checkpoint_seconds,
    publish,
    write_checkpoint,
)
from trainer.errors import TrainingFailure, UserError
from trainer.models.load import load_model
from trainer.models.parameters import parameters_digest
from trainer.storage.json_files import read_json
from trainer.storage.manifest import find_damage
from trainer.storage.model_files import find_model
from trainer.training.optimizer import AdamW
from trainer.training.random_states import random_states, restore_random_states

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


def test_the_newest_are_kept_and_latest_points_to_the_last(tmp_path, student, optimizer):
    folder = tmp_path / "checkpoints"
    for step in range(1, 6):
        path = folder / checkpoint_name(step)
        write_checkpoint(path, student, optimizer, {"smoke": False, "step": step})
        publish(path, keep=2)
        assert read_json(folder / "latest" / "checkpoint.json")["step"] == step
    assert sorted(path.name for path in folder.iterdir()) == [
        "latest",
        "step-00000004",
        "step-00000005",
    ]


def test_all_are_kept_when_asked(tmp_path, student, optimizer):
    for step in (1, 2, 3):
        path = tmp_path / "checkpoints" / checkpoint_name(step)
        write_checkpoint(path, student, optimizer, {"smoke": False})
        publish(path, keep=None)
    assert len(list(tmp_path.glob("checkpoints/step-*"))) == 3


def test_a_damaged_checkpoint_gives_way(tmp_path, student, optimizer):
    folder = tmp_path / "checkpoints" / checkpoint_name(1)
    write_checkpoint(folder, student, optimizer, {"smoke": False})
    (folder / "config.json").write_text("{")
    assert find_damage(folder) == "config.json is not what manifest.json says it was"
    write_checkpoint(folder, student, optimizer, {"smoke": False})
    assert find_damage(folder) is None
    assert [entry.name for entry in folder.parent.iterdir()] == [folder.name]


@pytest.mark.parametrize("name", ["config.json", "student.safetensors", "optimizer.safetensors"])
@pytest.mark.parametrize("harm", ["missing", "cut short", "one bit"])
def test_damage_is_found(tmp_path, student, optimizer, name, harm):
    folder = tmp_path / "one"
    write_checkpoint(folder, student, optimizer, {"smoke": False})
    content = bytearray((folder / name).read_bytes())
    if harm == "missing":
        (folder / name).unlink()
    elif harm == "cut short":
        (folder / name).write_bytes(content[:-1])
    else:
        content[len(content) // 2] ^= 1
        (folder / name).write_bytes(content)
    assert name in find_damage(folder)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
@pytest.mark.parametrize("part", ["student", "optimiser"])
def test_nothing_that_is_not_finite_is_written(tmp_path, student, optimizer, value, part):
    held = dict(student.named_parameters()) if part == "student" else optimizer.state()
    with torch.no_grad():
        next(iter(held.values())).view(-1)[0] = value
    with pytest.raises(TrainingFailure, match=f"the {part}: .* is not finite and was not written"):
        write_checkpoint(tmp_path / "one", student, optimizer, {"smoke": False})
    assert not (tmp_path / "one").exists()


def test_random_states_go_on_where_they_were():
    def draw():
        return torch.rand(2).tolist(), random.random(), np.random.random()  # noqa: NPY002

    random.gauss(0, 1)
    states = random_states()
    first = draw()
    restore_random_states(states)
    assert draw() == first


def test_saving_is_measured(student, optimizer, tmp_path):
    folder = tmp_path / "checkpoint"
    assert measure_checkpoint_seconds(folder, student, optimizer, {"smoke": True}) > 0
    assert find_damage(folder) is None


def test_what_is_not_read_back_as_written_is_named(student, optimizer, tmp_path, monkeypatch):
    def spoilt(path):
        tensors = load_file(path)
        name = min(tensors)
        return {**tensors, name: tensors[name] + 1}

    monkeypatch.setattr(checkpoint, "load_file", spoilt)
    with pytest.raises(TrainingFailure, match="not read back"):
        measure_checkpoint_seconds(tmp_path / "c", student, optimizer, {"smoke": True})
