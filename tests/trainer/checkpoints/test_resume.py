import io
import json
import os
import shutil
import signal
from dataclasses import replace

import pytest
from safetensors.torch import load_file, save_file

from trainer.checkpoints.changes import changes
from trainer.configuration.environment import Limits
from trainer.configuration.loading import load_configuration
from trainer.errors import Interrupted, TrainingFailure, UserError
from trainer.losses import loss_chunking, tuning
from trainer.losses.loss_chunking import LossPlan, RowKernel
from trainer.recording.step_logs import rewind
from trainer.runs import sidecar
from trainer.runs.pipeline import Pipeline
from trainer.storage.output_folder import Existing
from trainer.training.callbacks import Callback, CallbackAction

UNLIKE = {"timings.jsonl", "heartbeat.json", ".lock", "report.html", "configuration.yaml"}
"""Files of a run that tell of the clock or the process."""


class SignalAt(Callback):
    """Sends this process a signal at a step, as a scheduler or ^C would."""

    def __init__(self, step, number=signal.SIGTERM):
        self.step, self.number = step, number

    def on_step_end(self, report):
        if report.step.number == self.step:
            os.kill(os.getpid(), self.number)
        return CallbackAction.CONTINUE


class FailAt(Callback):
    def __init__(self, step):
        self.step = step

    def on_step_end(self, report):
        if report.step.number == self.step:
            raise TrainingFailure("planted")
        return CallbackAction.CONTINUE


class StopAt(Callback):
    def __init__(self, step):
        self.step = step

    def on_step_end(self, report):
        return CallbackAction.STOP if report.step.number == self.step else CallbackAction.CONTINUE


class Patience(Callback):
    """The example of docs/runs.md: stops when the loss was no lower for so many steps."""

    def __init__(self, steps):
        self.steps, self.best, self.waited = steps, None, 0

    def on_step_end(self, report):
        loss = report.terms["total"]
        lower = self.best is None or loss < self.best
        self.best, self.waited = (loss, 0) if lower else (self.best, self.waited + 1)
        return CallbackAction.STOP if self.waited >= self.steps else CallbackAction.CONTINUE

    def state_dict(self):
        return {"best": self.best, "waited": self.waited}

    def load_state_dict(self, state):
        self.best, self.waited = state["best"], state["waited"]


class Epochs(Callback):
    """Notes in its state which hooks came."""

    def __init__(self):
        self.seen = []

    def on_epoch_begin(self, epoch):
        self.seen.append(f"begin {epoch}")
        return CallbackAction.CONTINUE

    def on_step_end(self, report):
        self.seen.append(report.step.number)
        return CallbackAction.SKIP if report.step.number == 2 else CallbackAction.CONTINUE

    def on_epoch_end(self, epoch):
        self.seen.append(f"end {epoch}")
        return CallbackAction.CONTINUE

    def state_dict(self):
        return {"seen": self.seen}

    def load_state_dict(self, state):
        self.seen = state["seen"]


def bytes_of(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in UNLIKE and "latest" not in path.parts
    }


@pytest.fixture
def interrupted(tmp_path, run, teacher):
    """Return a maker of a run that a signal ended after a step."""

    def make(step, **keys):
        keys = {"teacher__model_id": str(teacher), "output__dir": str(tmp_path / "part"), **keys}
        with pytest.raises(Interrupted, match=f"SIGTERM: stopped after step {step}, saved in"):
            run(callbacks=(SignalAt(step),), **keys)
        return keys

    return make


@pytest.mark.parametrize("step", [1, 3, 4, 6], ids=["first", "epoch-end", "within", "last"])
def test_two_parts_are_the_whole_byte_for_byte(tmp_path, run, teacher, interrupted, step):
    whole, _ = run(teacher__model_id=str(teacher), output__dir=str(tmp_path / "whole"))
    keys = interrupted(step)
    assert not (tmp_path / "part" / "model.safetensors").exists()
    resumed, lines = run(existing=Existing.RESUME, **keys)
    assert any(line.startswith(f"resuming after step {step}, from ") for line in lines)
    left, right = bytes_of(tmp_path / "whole"), bytes_of(tmp_path / "part")
    assert {"metrics.jsonl", "model.safetensors", "training.json"} <= left.keys()
    assert {name: right[name] for name in left} == left
    assert resumed.metrics.steps_completed == whole.metrics.steps_completed == 6


def test_float16_goes_on_with_its_scale(tmp_path, run, teacher, interrupted):
    keys = {"training__mixed_precision": "fp16", "output__csv": True}
    run(teacher__model_id=str(teacher), output__dir=str(tmp_path / "whole"), **keys)
    run(existing=Existing.RESUME, **interrupted(3, **keys))
    name = "model.safetensors"
    assert (tmp_path / "whole" / name).read_bytes() == (tmp_path / "part" / name).read_bytes()
    assert len((tmp_path / "part" / "metrics.csv").read_text().splitlines()) == 7


def test_other_chunks_of_the_loss_are_told(run, interrupted, monkeypatch):
    keys = interrupted(3)
    monkeypatch.setattr(loss_chunking, "free_bytes", lambda _: 4 * 16 * 2 * 4 * 256)
    _, lines = run(existing=Existing.RESUME, **keys)
    assert any("tokens at a time, and now takes 16, by the memory" in line for line in lines)


def test_another_kernel_of_the_loss_is_told(run, interrupted, monkeypatch):
    keys = interrupted(3)
    chosen = RowKernel("triton", "as on a GPU")
    monkeypatch.setattr(tuning, "choose_kernel", lambda *_: chosen)
    monkeypatch.setattr(LossPlan, "fused", False)  # here it cannot run
    _, lines = run(existing=Existing.RESUME, **keys)
    assert any("computed by torch, and now is by triton: the result may" in line for line in lines)


def test_what_came_after_the_checkpoint_is_done_again(tmp_path, run, teacher):
    keys = {"teacher__model_id": str(teacher), "output__checkpoint_every": 2}
    run(output__dir=str(tmp_path / "whole"), **keys)
    with pytest.raises(TrainingFailure, match=r"planted\nthe last good checkpoint is .*step-0+2"):
        run(callbacks=(FailAt(3),), output__dir=str(tmp_path / "part"), **keys)
    with (tmp_path / "part" / "metrics.jsonl").open("a") as stream:
        stream.write('{"step": 4, "to')  # the crash cut this short
    run(output__dir=str(tmp_path / "part"), existing=Existing.RESUME, **keys)
    assert bytes_of(tmp_path / "whole") == bytes_of(tmp_path / "part")


def test_a_damaged_checkpoint_is_passed_over(tmp_path, run, teacher):
    keys = {"teacher__model_id": str(teacher), "output__checkpoint_every": 1}
    run(output__dir=str(tmp_path / "whole"), **keys)
    part = tmp_path / "part"
    with pytest.raises(TrainingFailure):
        run(callbacks=(FailAt(4),), output__dir=str(part), **keys)
    (part / "checkpoints" / "step-00000003" / "optimizer.safetensors").write_bytes(b"")
    _, lines = run(output__dir=str(part), existing=Existing.RESUME, **keys)
    assert any("step-00000003 is damaged: optimizer.safetensors" in line for line in lines)
    assert any(line.startswith("resuming after step 2") for line in lines)
    assert bytes_of(tmp_path / "whole") == bytes_of(part)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"training__learning_rate": 2e-3}, r"training\.learning_rate was 0\.001, is 0\.002"),
        ({"distillation__alpha": 0.5}, r"distillation\.alpha was 0\.7, is 0\.5"),
        ({"dataset__limit_bytes": 40_000}, "the digest of the data was"),
        ({"dataset__limit_bytes": 40_000}, r"dataset\.limit_bytes was None, is 40000"),
        ({"teacher__model_id": None}, "teacher"),
        ({"training__epochs": 1}, r"training\.epochs was 2, is 1"),
        ({"training__steps_per_epoch": 4}, r"training\.steps_per_epoch was 3, is 4"),
        ({"dataset__max_length": 16}, r"dataset\.max_length was 32, is 16"),
        ({"training__mixed_precision": "bf16"}, r"mixed_precision was none, is bf16"),
        ({"training__learning_rate": 2e-3}, r"training\.epochs may grow, and the same data and"),
    ],
    ids=["rate", "alpha", "data", "data-key", "teacher", "epochs", "steps", "length", "precision",
         "remedy"],
)  # fmt: skip
def test_another_run_is_refused(run, interrupted, change, message):
    keys = interrupted(2)
    with pytest.raises(UserError, match=message):
        run(existing=Existing.RESUME, **{**keys, **change})


def test_a_student_of_another_shape_is_refused(run, tmp_path, interrupted):
    run(output__dir=str(tmp_path / "same"), training__epochs=1)
    shutil.copytree(tmp_path / "same", tmp_path / "other")
    path = tmp_path / "other" / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "rms_norm_eps": 0.5}))
    keys = {"student__preset": None, "student__model_id": str(tmp_path / "same")}
    keys = interrupted(2, **keys)
    shutil.move(tmp_path / "same", tmp_path / "moved")
    with pytest.raises(UserError, match=r"config\.json\.rms_norm_eps was 1e-06, is 0\.5"):
        run(existing=Existing.RESUME, **{**keys, "student__model_id": str(tmp_path / "other")})
    run(existing=Existing.RESUME, **{**keys, "student__model_id": str(tmp_path / "moved")})


@pytest.mark.parametrize("kind", ["copied", "kept", "resolved"])
def test_the_same_data_and_models_may_lie_elsewhere(
    tmp_path, run, teacher, texts, interrupted, kind
):
    run(teacher__model_id=str(teacher), output__dir=str(tmp_path / "whole"))
    keys = interrupted(2)
    if kind == "copied":
        for name, origin in (("texts", texts), ("teacher", teacher)):
            shutil.copytree(origin, tmp_path / name)
        keys |= {"dataset__path": str(tmp_path / "texts")}
        keys |= {"teacher__model_id": str(tmp_path / "teacher")}
    if kind == "kept":
        keys |= {"dataset__keep_tokens": str(tmp_path / "tokens")}
    if kind == "resolved":
        made = load_configuration(
            str(tmp_path / "part" / "configuration.yaml"), [("output.dir", str(tmp_path / "part"))]
        )
        Pipeline(made, existing=Existing.RESUME, out=io.StringIO()).execute()
    else:
        run(existing=Existing.RESUME, **keys)
    name = "model.safetensors"
    assert (tmp_path / "whole" / name).read_bytes() == (tmp_path / "part" / name).read_bytes()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"training__gradient_accumulation": 2}, "training.gradient_accumulation was 1, is 2"),
        ({"training__gradient_checkpointing": True}, "gradient_checkpointing was False, is True"),
        ({"training__loss": "dense"}, "training.loss was auto, is dense"),
        ({"training__memory_check": True}, None),
    ],
    ids=lambda value: value if value is None or isinstance(value, str) else next(iter(value)),
)
def test_how_it_is_computed_may_change_and_is_told(
    tmp_path, run, teacher, interrupted, change, told
):
    whole, _ = run(teacher__model_id=str(teacher), output__dir=str(tmp_path / "whole"))
    resumed, lines = run(existing=Existing.RESUME, **{**interrupted(3), **change})
    assert resumed.metrics.final_loss == pytest.approx(whole.metrics.final_loss, rel=1e-5)
    notes = [line for line in lines if line.startswith("note: training.")]
    if told is None:
        assert notes == []
    else:
        assert [told in note and "differ in its last bits" in note for note in notes] == [True]


@pytest.mark.parametrize("ended", ["finished", "interrupted"])
def test_more_epochs_go_on_where_the_run_ended(tmp_path, run, ended):
    keys = {"training__schedule": "constant", "output__checkpoint_every": 3}
    whole, part = ({**keys, "output__dir": str(tmp_path / name)} for name in ("whole", "part"))
    run(training__epochs=3, **whole)
    if ended == "finished":
        run(training__epochs=1, **part)
    else:
        with pytest.raises(Interrupted):
            run(callbacks=(SignalAt(2),), training__epochs=1, **part)
    resumed, lines = run(existing=Existing.RESUME, training__epochs=3, **part)
    assert any("training.epochs was 1, is 3: from here on, the learning" in line for line in lines)
    assert resumed.metrics.steps_completed == 9
    for name in ("model.safetensors", "metrics.jsonl", "training.json"):
        assert (tmp_path / "whole" / name).read_bytes() == (tmp_path / "part" / name).read_bytes()
    with pytest.raises(UserError, match=r"has finished: .*raise training\.epochs to go on"):
        run(existing=Existing.RESUME, training__epochs=3, **part)


def test_what_was_killed_before_its_report_is_finished(tmp_path, run):
    folder = tmp_path / "o"
    keys = {"output__dir": str(folder)}
    whole, _ = run(**keys)
    (folder / "report.html").unlink()
    before = bytes_of(folder)
    resumed, lines = run(existing=Existing.RESUME, **keys)
    assert lines == [
        f"the model in {folder} was read back as it was written; its report is written"
    ]
    assert (folder / "report.html").is_file()
    assert bytes_of(folder) == before
    assert resumed.output_path == whole.output_path
    assert resumed.metrics == replace(whole.metrics, throughput=0.0)
    (folder / "report.html").unlink()
    with pytest.raises(UserError, match=r"training\.learning_rate was 0\.001, is 0\.1"):
        run(existing=Existing.RESUME, training__learning_rate=0.1, **keys)
    weights = load_file(folder / "model.safetensors")
    next(iter(weights.values())).view(-1)[0] += 1
    save_file(weights, folder / "model.safetensors")
    with pytest.raises(UserError, match=r"the model is not the one that its training\.json"):
        run(existing=Existing.RESUME, **keys)


def test_it_starts_or_goes_on_as_is_needed(tmp_path, run, teacher):
    folder = tmp_path / "part"
    keys = {"teacher__model_id": str(teacher), "output__dir": str(folder)}
    run(teacher__model_id=str(teacher), output__dir=str(tmp_path / "whole"))
    with pytest.raises(TrainingFailure, match="no checkpoint was written"):
        run(existing=Existing.AUTO, callbacks=(FailAt(2),), **keys)
    with pytest.raises(Interrupted):
        run(existing=Existing.AUTO, callbacks=(SignalAt(4),), **keys)
    _, lines = run(existing=Existing.AUTO, **keys)
    assert any(line.startswith("resuming after step 4") for line in lines)
    left, right = bytes_of(tmp_path / "whole"), bytes_of(folder)
    assert {name: right[name] for name in left} == left
    _, lines = run(existing=Existing.AUTO, **keys)
    assert lines == [f"the run in {folder} has finished: its model is there"]
    assert bytes_of(folder) == right


def test_a_checkpoint_of_another_version_is_refused(run, interrupted, monkeypatch):
    monkeypatch.setattr(sidecar, "FORMAT", "trainer.training/1")
    keys = interrupted(2)
    monkeypatch.undo()
    with pytest.raises(UserError, match=r"another version of the trainer \(trainer.training/1;"):
        run(existing=Existing.RESUME, **keys)


def test_how_it_is_watched_may_change(run, interrupted):
    keys = interrupted(2)
    run(existing=Existing.RESUME, **keys, output__log_every=2, watchdog__load=99.0)


def test_a_smoke_run_is_not_resumed(tmp_path, run, teacher):
    keys = {"teacher__model_id": str(teacher), "output__dir": str(tmp_path / "o")}
    run(Limits(2, 10), **keys)
    with pytest.raises(UserError, match="a smoke run left it"):
        run(existing=Existing.RESUME, **keys)
    with pytest.raises(UserError, match="a smoke run starts at the first step"):
        run(Limits(2, 10), existing=Existing.RESUME, **keys)


def test_rewinding(tmp_path):
    path = tmp_path / "m.jsonl"
    path.write_text("".join(json.dumps({"step": n}) + "\n" for n in range(1, 6)) + '{"st')
    rewind(path, 3)
    assert path.read_text().count("\n") == 3
    rewind(tmp_path / "none", 3)


@pytest.mark.parametrize(
    "damaged", [b"{", b'{"step": "2"}', b'{"loss": 2}', b"[2]", b"\xff", b"\x00\x00", b"2a,3", b""]
)
@pytest.mark.parametrize("name", ["m.jsonl", "m.csv"])
def test_a_damaged_line_of_a_log_is_told_and_nothing_is_changed(tmp_path, damaged, name):
    path = tmp_path / name
    whole = b'{"step": 1}\n' if name == "m.jsonl" else b"step,loss\n"
    path.write_bytes(whole + damaged + b"\n" + b'{"step": 3}\n')
    with pytest.raises(UserError, match=rf"{name}:2: no line of a log .*; remove the line"):
        rewind(path, 3)
    assert path.read_bytes().count(b"\n") == 3


def test_changes_name_the_key():
    (found,) = changes({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 3}})
    assert found.text == "a.c was 2, is 3"


LOSSES = {"training__epochs": 8, "training__learning_rate": 1e-5}
"""Of a run in which the loss goes up and down, so that patience ends."""


@pytest.mark.parametrize("before_the_end", [0, 1, 2])
def test_patience_lasts_as_long_in_two_parts(tmp_path, run, before_the_end):
    keys = {"output__dir": str(tmp_path / "whole"), **LOSSES}
    whole, _ = run(callbacks=(Patience(2),), **keys)
    ended = whole.metrics.steps_completed
    assert 3 <= ended < 24
    keys["output__dir"] = str(tmp_path / "part")
    signalled = ended - before_the_end
    with pytest.raises(Interrupted, match=f"stopped after step {signalled}, saved"):
        run(callbacks=(Patience(2), SignalAt(signalled)), **keys)
    resumed, _ = run(callbacks=(Patience(2),), existing=Existing.RESUME, **keys)
    assert resumed.metrics.steps_completed == ended
    left, right = bytes_of(tmp_path / "whole"), bytes_of(tmp_path / "part")
    assert {name: right[name] for name in left} == left


def test_who_is_gone_stops_nothing(tmp_path, run):
    keys = {"output__dir": str(tmp_path / "o")}
    with pytest.raises(Interrupted):
        run(callbacks=(StopAt(2), SignalAt(2)), **keys)
    stopped, _ = run(callbacks=(StopAt(2),), existing=Existing.RESUME, **keys)
    assert stopped.metrics.steps_completed == 2
    (tmp_path / "o" / "model.safetensors").unlink()
    resumed, _ = run(existing=Existing.RESUME, **keys)
    assert resumed.metrics.steps_completed == 6


@pytest.mark.parametrize("step", [1, 2, 4, 6])
def test_a_callback_sees_what_it_would_see_in_one_part(tmp_path, run, step):
    keys = {"output__dir": str(tmp_path / "whole")}
    whole, first, second = Epochs(), Epochs(), Epochs()
    run(callbacks=(whole,), **keys)
    keys["output__dir"] = str(tmp_path / "part")
    with pytest.raises(Interrupted):
        run(callbacks=(first, SignalAt(step)), **keys)
    run(callbacks=(second,), existing=Existing.RESUME, **keys)
    assert second.seen == whole.seen == ["begin 0", 1, 2, "end 0", "begin 1", 4, 5, 6, "end 1"]


def test_a_state_without_its_callback_is_refused(tmp_path, run):
    keys = {"output__dir": str(tmp_path / "part")}
    with pytest.raises(Interrupted):
        run(callbacks=(Patience(2), SignalAt(2)), **keys)
    with pytest.raises(UserError, match=r"a state of .*Patience, but this run has no such"):
        run(existing=Existing.RESUME, **keys)


def test_a_callback_without_its_state_begins_anew_and_says_so(interrupted, run):
    _, lines = run(callbacks=(Patience(9),), existing=Existing.RESUME, **interrupted(2))
    assert any(line.endswith("Patience, which begins anew") for line in lines)


@pytest.mark.parametrize("state", [{"x": float("nan")}, {"x": {1}}, {1: 2}, {"x": (1, 2)}])
def test_a_state_that_would_come_back_as_another_is_refused(tmp_path, run, state):
    callback = Patience(9)
    callback.state_dict = lambda: state
    keys = {"output__dir": str(tmp_path / "run"), "output__checkpoint_every": 1}
    with pytest.raises(TrainingFailure, match="Patience: its state_dict cannot be kept"):
        run(callbacks=(callback,), **keys)
