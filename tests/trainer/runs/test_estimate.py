import json

import pytest
import torch

from trainer.cli import main
from trainer.cost.memory_check import check_memory
from trainer.errors import UserError
from trainer.losses import loss_chunking
from trainer.models.parameters import parameters_digest
from trainer.runs.estimate import estimate
from trainer.runs.prepare import prepare


@pytest.fixture
def configuration(settings, teacher):
    return settings(teacher__model_id=str(teacher), training__memory_check=True)


def test_every_figure_is_there_and_adds_up(configuration):
    found = estimate(prepare(configuration, None), 1)
    facts = found.facts()
    assert facts["steps"] == 6
    assert facts["tokens_per_step"] == 4 * 32
    assert facts["run_seconds"] == pytest.approx(6 * facts["step_seconds"])
    assert facts["memory"]["step_measured"] > 0
    lines = list(found.lines())
    assert lines[0].startswith("memory: ")
    assert [line.split(":")[0] for line in lines if not line.startswith(" ")] == [
        "memory", "compute", "time", "full run"
    ]  # fmt: skip


@pytest.mark.parametrize("parallel", ["ddp", "fsdp"])
def test_a_process_of_several_is_told_from_shapes(configuration, parallel):
    training = configuration.training.model_copy(update={"parallel": parallel})
    found = estimate(prepare(configuration.model_copy(update={"training": training}), None), 4)
    alone, each = found.memory.predicted, found.of_a_process
    assert each.teacher == alone.teacher
    assert each.activations == alone.activations / 4
    if parallel == "ddp":
        assert each.held == alone.held + alone.gradients
    else:
        assert each.student == pytest.approx(alone.student / 4, rel=0.01)
        assert each.optimizer == 2 * each.gradients == 2 * each.student
    assert any(line.startswith(f"each of 4 processes ({parallel}): ") for line in found.lines())
    assert found.facts()["memory_of_a_process"]["held"] == each.held


def test_what_is_predicted_is_the_plan_that_runs(configuration, monkeypatch):
    free = iter([4 * 16 * 2 * 4 * 256])  # there is more of it when somebody asks again
    monkeypatch.setattr(loss_chunking, "free_bytes", lambda _: next(free, 1 << 40))
    prepared = prepare(configuration, None)
    assert prepared.plan.rows == 16
    assert prepared.memory.logits == prepared.plan.logits_bytes


def test_a_check_of_memory_changes_nothing(configuration):
    prepared = prepare(configuration, None)
    before = parameters_digest(prepared.run.student)
    state = torch.random.get_rng_state()
    check = check_memory(prepared.run, prepared.memory)
    assert parameters_digest(prepared.run.student) == before
    assert torch.equal(torch.random.get_rng_state(), state)
    assert prepared.run.optimizer.gradients() == []
    (line,) = check.lines()
    assert "predicted" in line
    assert "measured" in line


def test_too_little_memory_is_an_error_with_a_remedy(configuration, monkeypatch):
    def full(*_):
        raise torch.OutOfMemoryError

    monkeypatch.setattr("trainer.cost.memory_check.peak_bytes", full)
    prepared = prepare(configuration, None)
    with pytest.raises(UserError, match=r"raise training\.gradient_accumulation"):
        check_memory(prepared.run, prepared.memory)


def test_a_run_says_predicted_and_measured_memory_before_its_first_step(run, teacher, tmp_path):
    keys = {"teacher__model_id": str(teacher), "output__dir": str(tmp_path / "run")}
    _, lines = run(**keys, training__memory_check=True)
    told = next(n for n, line in enumerate(lines) if line.startswith("memory: "))
    first = next(n for n, line in enumerate(lines) if line.startswith("step 1/"))
    assert told < first
    assert "measured" in lines[told]
    _, silent = run(**keys | {"output__dir": str(tmp_path / "silent")})
    assert not any(line.startswith("memory: ") for line in silent)


def test_the_verb_reports_and_writes_nothing_but_its_result(teacher, tmp_path, texts, capsys):
    result = tmp_path / "estimate.json"
    code = main([
        "estimate", "--config", "demo", "--teacher", str(teacher), "--device", "cpu",
        "--set", "dataset.source=folder", "--set", f"dataset.path={texts}",
        "--set", "dataset.max_length=32", "--result", str(result),
    ])  # fmt: skip
    assert code == 0
    assert "MFLOP a token" in capsys.readouterr().out
    assert json.loads(result.read_text())["flops_per_token"] > 0
    assert list(tmp_path.iterdir()) == [result]


@pytest.mark.parametrize("name", ["Qwen/Qwen2.5-7B", "gpt2"])
def test_nothing_is_told_from_a_name(name, capsys):
    assert main(["estimate", "--config", "demo", "--teacher", name]) == 2
    told = capsys.readouterr().err
    assert f"teacher.model_id {name}: no such folder" in told
    assert "not from its name" in told
