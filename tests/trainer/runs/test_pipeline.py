import io
import json
import re
import shutil
from pathlib import Path

import pytest
import torch
import yaml
from safetensors.torch import load_file, save_file

from contracts.bindings.trainer_configuration import unread
from trainer.configuration import schema
from trainer.configuration.environment import Limits
from trainer.configuration.loading import load_configuration
from trainer.errors import TrainingFailure, UserError
from trainer.models.load import load_model
from trainer.runs import load_resources
from trainer.runs.ending import finish
from trainer.runs.pipeline import Pipeline
from trainer.runs.sidecar import model_facts
from trainer.schedule import project_seconds
from trainer.storage.model_files import find_model
from trainer.storage.output_folder import Existing
from trainer.training.callbacks import Callback, CallbackAction

UNLIKE = {"timings.jsonl", "heartbeat.json", ".lock", "report.html", "configuration.yaml"}
"""Files of a run that tell of the clock, the process or the folder."""


def json_lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def smoke_lines(lines):
    return [line for line in lines if line.startswith("[SMOKE] ")]


def test_full_run(tmp_path, run, teacher):
    folder = tmp_path / "o"
    result, lines = run(output__dir=str(folder), teacher__model_id=str(teacher))
    metrics = result.metrics
    assert result.output_path == str(folder)
    assert metrics.steps_completed == 6
    assert metrics.best_loss <= metrics.final_loss < metrics.initial_loss
    assert 0 < 6 / metrics.throughput < result.duration_seconds
    assert not [line for line in lines if "SMOKE" in line or "PMAT" in line]
    assert {path.name for path in folder.iterdir()} == {
        ".lock",
        "config.json",
        "configuration.yaml",
        "heartbeat.json",
        "metrics.jsonl",
        "model.safetensors",
        "report.html",
        "timings.jsonl",
        "training.json",
    }
    rows = json_lines(folder / "metrics.jsonl")
    assert [row["step"] for row in rows] == [1, 2, 3, 4, 5, 6]
    assert [row["epoch"] for row in rows] == [1, 1, 1, 2, 2, 2]
    assert rows[0]["total"] == pytest.approx(metrics.initial_loss, rel=1e-6)
    assert [row["step"] for row in json_lines(folder / "timings.jsonl")] == [1, 2, 3, 4, 5, 6]


def test_what_is_said(tmp_path, run, teacher):
    _, lines = run(output__dir=str(tmp_path / "o"), teacher__model_id=str(teacher))
    text = "\n".join(lines)
    assert re.search(r"^student: [\d,]+ parameters on cpu$", text, re.MULTILINE)
    assert re.search(r"^teacher: [\d,]+ parameters on cpu$", text, re.MULTILINE)
    assert re.search(r"^objective: .*0\.7", text, re.MULTILINE)
    assert "steps: 6 of 6 planned (2 epochs x 3)" in lines
    assert len([line for line in lines if line.startswith("step ")]) == 6


def test_sidecar_is_of_the_live_objects(tmp_path, run, settings, teacher):
    keys = {"output__dir": str(tmp_path / "o"), "teacher__model_id": str(teacher)}
    result, _ = run(**keys)
    facts = json.loads((tmp_path / "o" / "training.json").read_text())
    expected = settings(**keys).model_dump(mode="json", exclude={"output": {"dir"}})
    assert facts["configuration"] == expected
    assert facts["metrics"]["final_loss"] == result.metrics.final_loss
    assert facts["corpus"]["train_tokens"] > facts["corpus"]["held_out_tokens"] > 0
    assert re.fullmatch("[0-9a-f]{64}", facts["corpus"]["digest"])
    taught = json.loads((teacher / "training.json").read_text())
    assert facts["teacher"] == taught["student"]
    assert taught["teacher"] is None


@pytest.mark.parametrize("precision", ["none", "bf16", "fp16"])
def test_one_seed_gives_one_result_byte_for_byte(tmp_path, run, teacher, precision):
    for name in ("a", "b"):
        run(
            output__dir=str(tmp_path / name),
            teacher__model_id=str(teacher),
            training__mixed_precision=precision,
            output__checkpoint_every=6,
        )
    for path in (tmp_path / "a").rglob("*"):
        if path.is_file() and path.name not in UNLIKE:
            assert (
                path.read_bytes()
                == (tmp_path / "b" / path.relative_to(tmp_path / "a")).read_bytes()
            )


@pytest.mark.parametrize(
    "key",
    [
        {"distillation__temperature": 2.0},
        {"distillation__alpha": 0.2},
        {"training__seed": 1},
        {"training__learning_rate": 2e-3},
        {"training__warmup_steps": 2},
        {"training__schedule": "constant"},
        {"training__gradient_clip": 0.01},
        {"training__weight_decay": 0.5},
        {"training__weight_decay": 0.0},
        {"training__betas": [0.5, 0.999]},
        {"training__betas": [0.9, 0.9]},
        {"training__mixed_precision": "bf16"},
        {"training__mixed_precision": "fp16"},
        {"training__batch_size": 5},
        {"training__epochs": 1},
        {"training__steps_per_epoch": 2},
        {"dataset__max_length": 16},
        {"dataset__limit_bytes": 30_000},
        {"student__preset": "micro"},
    ],
    ids=lambda key: next(iter(key)),
)
def test_every_key_of_the_optimisation_changes_the_model(tmp_path, run, teacher, plain, key):
    run(output__dir=str(tmp_path / "o"), teacher__model_id=str(teacher), **key)
    assert (tmp_path / "o" / "model.safetensors").read_bytes() != plain


@pytest.fixture(scope="module")
def plain(tmp_path_factory, run, teacher):
    folder = tmp_path_factory.mktemp("plain") / "o"
    run(output__dir=str(folder), teacher__model_id=str(teacher))
    return (folder / "model.safetensors").read_bytes()


def test_the_resolved_configuration_is_the_run(tmp_path, run, teacher, plain):
    run(output__dir=str(tmp_path / "o"), teacher__model_id=str(teacher))
    path = tmp_path / "o" / "configuration.yaml"
    made = load_configuration(str(path), [("output.dir", str(tmp_path / "again"))])
    training = made.training
    assert (made.device, training.steps_per_epoch, training.loss) == ("cpu", 3, "chunked")
    Pipeline(made, out=io.StringIO()).execute()
    assert (tmp_path / "again" / "model.safetensors").read_bytes() == plain


def test_accumulation_gives_the_same_losses(tmp_path, run, teacher):
    rows = []
    for pieces in (1, 4):
        folder = tmp_path / str(pieces)
        run(
            output__dir=str(folder),
            teacher__model_id=str(teacher),
            training__gradient_accumulation=pieces,
        )
        rows.append([row["total"] for row in json_lines(folder / "metrics.jsonl")])
    assert rows[0] == pytest.approx(rows[1], rel=1e-4)


def test_recomputing_activations_changes_nothing_but_memory(tmp_path, run, teacher, plain):
    keys = {"teacher__model_id": str(teacher), "training__gradient_checkpointing": True}
    run(output__dir=str(tmp_path / "o"), **keys)
    assert (tmp_path / "o" / "model.safetensors").read_bytes() == plain


@pytest.mark.parametrize(
    "section",
    ["configuration", *(name for name in schema.Configuration.model_fields if name != "device")],
)
def test_every_key_is_consumed(section):
    assert unread(section) == ""


def test_a_student_goes_on_from_an_exported_model(tmp_path, run, teacher):
    run(output__dir=str(tmp_path / "a"), teacher__model_id=str(teacher))
    result, _ = run(
        output__dir=str(tmp_path / "b"),
        teacher__model_id=str(teacher),
        student__model_id=str(tmp_path / "a"),
        student__preset=None,
    )
    before = json.loads((tmp_path / "a" / "training.json").read_text())["metrics"]
    assert result.metrics.initial_loss == pytest.approx(before["final_loss"], rel=1e-6)


@pytest.mark.parametrize("limit", [1, 4, 6, 9])
def test_smoke_run(tmp_path, run, teacher, limit):
    folder = tmp_path / "o"
    result, lines = run(
        Limits(limit, 1000),
        output__dir=str(folder),
        teacher__model_id=str(teacher),
        output__checkpoint_every=2,
    )
    steps = min(limit, 6)
    assert (result.output_path, result.metrics.steps_completed) == (None, steps)
    assert len(json_lines(folder / "metrics.jsonl")) == steps
    assert lines[0].startswith(f"[PMAT-706] smoke mode: APR_DISTILL_MAX_STEPS={limit} ")
    assert lines[-1] == "[PMAT-706] smoke mode: skipping export — no model.safetensors written"
    summary, projection = smoke_lines(lines)
    assert summary.startswith(f"[SMOKE] {steps} steps in ")
    assert projection.startswith("[SMOKE] projected full-run wall time (1000 steps): ")
    assert not list(folder.rglob("model.safetensors"))
    assert not (folder / "training.json").exists()
    assert len(list(folder.glob("checkpoints/step-*"))) == steps // 2
    for checkpoint in folder.glob("checkpoints/*"):
        with pytest.raises(UserError, match="smoke"):
            find_model(checkpoint)


def test_smoke_json_agrees_with_what_is_printed(tmp_path, run, teacher):
    result, lines = run(
        Limits(5, 700),
        output__dir=str(tmp_path / "o"),
        teacher__model_id=str(teacher),
        output__checkpoint_every=300,
    )
    report = json.loads((tmp_path / "o" / "smoke.json").read_text())
    assert set(report) == {
        "steps", "target_steps", "seconds", "initial_loss", "final_loss", "throughput",
        "median_step_seconds", "p10_step_seconds", "p90_step_seconds", "one_off_seconds",
        "checkpoint_seconds", "checkpoints", "projected_seconds", "projected_low_seconds",
        "projected_high_seconds", "reliable", "tuning_seconds", "export_seconds",
        "held_out_seconds", "smoke",
    }  # fmt: skip
    assert (report["steps"], report["target_steps"], report["checkpoints"]) == (5, 700, 2)
    assert report["smoke"] is True
    assert report["projected_seconds"] == project_seconds(
        report["median_step_seconds"],
        700,
        one_off_seconds=report["one_off_seconds"],
        checkpoint_seconds=report["checkpoint_seconds"],
        checkpoints=2,
    )
    assert report["throughput"] == 5 / report["seconds"] == result.metrics.throughput
    assert (
        sum(row["seconds"] for row in json_lines(tmp_path / "o" / "timings.jsonl"))
        <= report["seconds"]
    )
    assert f"initial_loss={report['initial_loss']:.4f}, " in smoke_lines(lines)[0]
    assert f"final_loss={report['final_loss']:.4f}, " in smoke_lines(lines)[0]
    assert smoke_lines(lines)[1].endswith(f" / {report['projected_seconds']:.1f}s")


def test_smoke_steps_are_the_first_of_the_full_run(tmp_path, run, teacher):
    keys = {"teacher__model_id": str(teacher)}
    run(output__dir=str(tmp_path / "full"), **keys)
    run(Limits(4, 10), output__dir=str(tmp_path / "smoke"), **keys)
    full, smoke = (
        (tmp_path / name / "metrics.jsonl").read_text().splitlines() for name in ("full", "smoke")
    )
    assert smoke == full[:4]


def test_initial_loss_is_of_the_first_batch_in_both_modes(tmp_path, run, teacher):
    keys = {"teacher__model_id": str(teacher)}
    full, _ = run(output__dir=str(tmp_path / "full"), **keys)
    smoke, _ = run(Limits(6, 10), output__dir=str(tmp_path / "smoke"), **keys)
    assert smoke.metrics.initial_loss == full.metrics.initial_loss
    assert smoke.metrics.final_loss == full.metrics.final_loss


@pytest.mark.parametrize("limits", [None, Limits(2, 10)], ids=["full", "smoke"])
def test_teacher_identical_to_student(tmp_path, run, teacher, limits):
    with pytest.raises(TrainingFailure, match="teacher identical to student"):
        run(
            limits,
            output__dir=str(tmp_path / "o"),
            teacher__model_id=str(teacher),
            student__model_id=str(teacher),
            student__preset=None,
        )
    assert not (tmp_path / "o").exists()


def test_weights_that_do_not_change(tmp_path, run, teacher):
    with pytest.raises(TrainingFailure, match="weights did not change"):
        run(
            Limits(2, 10),
            output__dir=str(tmp_path / "o"),
            teacher__model_id=str(teacher),
            training__learning_rate=1e-30,
        )


def test_kd_term_of_zero(tmp_path, run, teacher):
    twin = tmp_path / "twin"  # other bits, the same function: a power of two moves to the norm
    shutil.copytree(teacher, twin)
    weights = load_file(twin / "model.safetensors")
    weights["model.layers.0.input_layernorm.weight"] *= 2
    for name in ("q_proj", "k_proj", "v_proj"):
        weights[f"model.layers.0.self_attn.{name}.weight"] /= 2
    save_file(weights, twin / "model.safetensors")
    keys = {"student__model_id": str(twin), "student__preset": None}
    with pytest.raises(TrainingFailure, match="KD term is 0 at step 0"):
        run(
            Limits(2, 10),
            output__dir=str(tmp_path / "o"),
            teacher__model_id=str(teacher),
            **keys,
        )


@pytest.mark.parametrize("limits", [None, Limits(2, 10)], ids=["full", "smoke"])
def test_non_finite_teacher(tmp_path, run, teacher, limits):
    broken = tmp_path / "broken"
    shutil.copytree(teacher, broken)
    weights = load_file(broken / "model.safetensors")
    weights["model.norm.weight"] *= 3e38  # finite, but no logit is
    save_file(weights, broken / "model.safetensors")
    with pytest.raises(TrainingFailure, match="first batch before the first step: non-finite"):
        run(limits, output__dir=str(tmp_path / "o"), teacher__model_id=str(broken))


class ChangeTeacher(Callback):
    """Changes the teacher's weights during the run, as a faulty operation in place would."""

    def __init__(self, pipeline_parts):
        self.parts = pipeline_parts

    def on_step_end(self, report):
        del report
        with torch.no_grad():
            next(iter(self.parts[-1].parameters())).add_(1.0)
        return CallbackAction.CONTINUE


def test_teacher_that_changes(tmp_path, run, teacher, monkeypatch):
    loaded = []
    original = load_resources.load_model

    def load(*arguments):
        loaded.append(original(*arguments))
        return loaded[-1]

    monkeypatch.setattr(load_resources, "load_model", load)
    with pytest.raises(TrainingFailure, match="teacher changed"):
        run(
            callbacks=(ChangeTeacher(loaded),),
            output__dir=str(tmp_path / "o"),
            teacher__model_id=str(teacher),
        )
    assert not (tmp_path / "o" / "model.safetensors").exists()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda weights: {name: -tensor for name, tensor in weights.items()},
        lambda weights: dict(list(weights.items())[1:]),
    ],
    ids=["other weights", "not a model"],
)
def test_a_model_that_is_not_read_back_is_not_left_under_an_accepted_name(
    tmp_path, run, monkeypatch, spoil
):
    folder = tmp_path / "o"
    original = finish.write_model

    def write(place, *arguments):
        original(place, *arguments)
        path = next(place.rglob("model.safetensors"))
        save_file(spoil(load_file(path)), path)

    monkeypatch.setattr(finish, "write_model", write)
    with pytest.raises((TrainingFailure, UserError), match=r"it was removed|absent"):
        run(output__dir=str(folder))
    assert not list(folder.rglob("model.safetensors"))
    assert not (folder / "training.json").exists()
    with pytest.raises(UserError, match="not a model"):
        find_model(folder)


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_a_model_of_a_smaller_type_is_the_trained_one_rounded(tmp_path, run, dtype):
    whole, small = tmp_path / "whole", tmp_path / "small"
    run(output__dir=str(whole))
    result, lines = run(output__dir=str(small), output__dtype=dtype)
    weights = load_file(whole / "model.safetensors")
    for name, tensor in load_file(small / "model.safetensors").items():
        assert torch.equal(tensor, weights[name].to(getattr(torch, dtype)))
    assert json.loads((small / "config.json").read_text())["dtype"] == dtype
    facts = [json.loads((folder / "training.json").read_text()) for folder in (whole, small)]
    assert facts[0]["metrics"] == facts[1]["metrics"]
    assert facts[1]["student"] == model_facts(load_model(find_model(small), torch.device("cpu")))
    assert re.search(rf"read back in {dtype}, with loss \d\.\d{{4}} on it", lines[-1])
    assert yaml.safe_load((small / "configuration.yaml").read_text())["output"]["dtype"] == dtype
    (small / "report.html").unlink()
    run(output__dir=str(small), output__dtype=dtype, existing=Existing.RESUME)
    assert result.output_path == str(small)


def test_a_fresh_student_is_exported_in_float32_and_says_so(tmp_path, run):
    _, lines = run(output__dir=str(tmp_path / "o"))
    assert lines[-1].endswith("read back with the same loss")
    told = yaml.safe_load((tmp_path / "o" / "configuration.yaml").read_text())
    assert told["output"]["dtype"] == "float32"


def test_a_finished_run_of_another_type_is_exported_again(tmp_path, run):
    keys = {"output__dir": str(tmp_path), "output__checkpoint_every": 2}
    run(**keys)
    run(**keys, output__dtype="bfloat16", existing=Existing.RESUME)
    held = load_file(tmp_path / "model.safetensors")
    assert {tensor.dtype for tensor in held.values()} == {torch.bfloat16}


def test_one_weight_that_was_rounded_otherwise_is_noticed(tmp_path, run, monkeypatch):
    original = finish.write_model

    def write(place, *arguments):
        original(place, *arguments)
        path = next(place.rglob("model.safetensors"))
        weights = load_file(path)
        weights["model.norm.weight"][3] *= 1.01
        save_file(weights, path)

    monkeypatch.setattr(finish, "write_model", write)
    with pytest.raises(TrainingFailure, match=r"not those of the trained model.*it was removed"):
        run(output__dir=str(tmp_path), output__dtype="bfloat16")
    assert not list(tmp_path.rglob("model.safetensors"))


def test_a_weight_that_float16_has_not_is_named(tmp_path, run, monkeypatch):
    def spoil(prepared):
        with torch.no_grad():
            prepared.run.student.model.norm.weight[3] = 70_000.0

    monkeypatch.setattr(finish, "check_teacher", spoil)
    fact = r"model\.norm\.weight.* 1 numbers that float16 has not \(up to 70000\); .*output\.dtype"
    with pytest.raises(TrainingFailure, match=fact):
        run(output__dir=str(tmp_path), output__dtype="float16")
    assert not list(tmp_path.rglob("model.safetensors"))


def test_callback_that_stops(tmp_path, run):
    class Stop(Callback):
        def on_step_end(self, report):
            del report
            return CallbackAction.STOP

    result, _ = run(callbacks=(Stop(),), output__dir=str(tmp_path / "o"))
    assert result.metrics.steps_completed == 1
    assert result.output_path == str(tmp_path / "o")


def test_output_folder_is_required_and_kept_from_accidents(tmp_path, run):
    with pytest.raises(UserError, match=r"output\.dir is required"):
        run()
    (tmp_path / "note").write_text("mine")
    with pytest.raises(UserError, match="--overwrite"):
        run(output__dir=str(tmp_path))
    run(output__dir=str(tmp_path), existing=Existing.OVERWRITE, training__epochs=1)
    assert {"note", "model.safetensors"} <= {path.name for path in tmp_path.iterdir()}


def test_overwriting_the_teacher_is_refused(tmp_path, run, teacher):
    copied = tmp_path / "t"
    shutil.copytree(teacher, copied)
    with pytest.raises(UserError, match="is also the teacher"):
        run(output__dir=str(copied), teacher__model_id=str(copied), existing=Existing.OVERWRITE)
    assert (copied / "model.safetensors").exists()


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"dataset__max_length": 100_000}, "takes at most"),
        ({"teacher__model_id": "/no/such"}, "no such folder"),
        ({"dataset__path": "/no/such"}, "/no/such"),
    ],
    ids=["length", "teacher", "text"],
)
def test_what_does_not_fit_is_refused(tmp_path, run, keys, message):
    with pytest.raises(UserError, match=message):
        run(output__dir=str(tmp_path / "o"), **keys)
    assert not Path(tmp_path / "o").exists()
