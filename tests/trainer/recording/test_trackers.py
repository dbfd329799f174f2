"""Fakes of the packages take, under the names of the real ones, what is given to them, no more.

Compared with trackio 0.43, wandb 0.31 and mlflow 3.17.
"""

import io
import json
import os
import signal
import sys
from types import ModuleType, SimpleNamespace

import pytest

from trainer.configuration.environment import Limits
from trainer.errors import Interrupted, TrainingFailure, UserError
from trainer.processes.rank import World
from trainer.recording.tracker_packages import Described
from trainer.recording.trackers import trackers
from trainer.runs.ending import finish
from trainer.runs.opening import opened
from trainer.storage.output_folder import Existing
from trainer.training.callbacks import Callback, CallbackAction

UNLIKE = {"heartbeat.json", ".lock"}
"""Files that a run writes before it does anything."""
NAMES = ("trackio", "wandb", "mlflow")
END = "end"
"""Of a fault: when the run is finished."""


class At(Callback):
    """Calls an act in a step."""

    def __init__(self, step, act):
        self.step, self.act = step, act

    def on_step_end(self, report):
        if report.step.number == self.step:
            self.act()
        return CallbackAction.CONTINUE


def fail(*_, **__):
    raise TrainingFailure("as if")


class Fake(ModuleType):
    """A package that keeps what it is told: its runs, by project and id."""

    def __init__(self, name):
        super().__init__(name)
        self.runs = {}
        self.project = None
        self.fault = None

    def _begin(self, project, key, name, configuration):
        if self.fault is not None and self.fault[0] == 0:
            raise self.fault[1]
        fresh = SimpleNamespace(project=project, name=name, config={}, rows=[], ended=[])
        self.current = self.runs.setdefault(key, fresh)
        self.current.config.update(configuration)
        return self.current

    def _take(self, figures, step):
        if self.fault is not None and self.fault[0] == step:
            raise self.fault[1]
        self.current.rows.append((step, dict(figures)))

    def _end(self, told):
        if self.fault is not None and self.fault[0] == END:
            raise self.fault[1]
        self.current.ended.append(told)


class Trackio(Fake):
    def init(self, project, *, name=None, config=None, resume="never"):
        assert resume in {"must", "allow", "never"}
        assert isinstance(project, str)
        key = name if resume != "never" or name not in self.runs else f"{name} again"
        run = self._begin(project, key, key, config or {})

        def log(metrics, step=None):
            self._take(metrics, step)

        return SimpleNamespace(name=run.name, log=log)

    def finish(self):
        self._end(None)


class Wandb(Fake):
    def init(self, *, project=None, id=None, name=None, config=None, resume=None):  # noqa: A002
        assert resume in {None, "allow", "never", "must", "auto"}
        key = id or f"id-{len(self.runs)}"
        self._begin(project, key, name, config or {})

        def log(data, step=None):
            self._take(data, step)

        def finish(exit_code=None):
            self._end(exit_code)

        return SimpleNamespace(id=key, log=log, finish=finish)


class Mlflow(Fake):
    def set_experiment(self, experiment_name=None):
        self.project = experiment_name

    def start_run(self, run_id=None, *, run_name=None):
        key = run_id or f"id-{len(self.runs)}"
        self._begin(self.project, key, run_name, {})
        return SimpleNamespace(info=SimpleNamespace(run_id=key))

    def log_params(self, params):
        assert not self.current.config, "a parameter of MLflow is not changed"
        self.current.config.update({name: str(value) for name, value in params.items()})

    def log_metrics(self, metrics, step=None):
        self._take(metrics, step)

    def end_run(self, status="FINISHED"):
        assert status in {"FINISHED", "FAILED", "KILLED"}
        self._end(status)


@pytest.fixture
def packages(monkeypatch):
    fakes = {"trackio": Trackio("trackio"), "wandb": Wandb("wandb"), "mlflow": Mlflow("mlflow")}
    for name, fake in fakes.items():
        monkeypatch.setitem(sys.modules, name, fake)
    return fakes


ENDS = {"trackio": (None, None), "wandb": (0, 1), "mlflow": ("FINISHED", "FAILED")}


@pytest.mark.parametrize("name", NAMES)
def test_a_run_logs_every_figure_and_its_resolved_configuration(tmp_path, run, packages, name):
    folder = tmp_path / "mine"
    run(output__dir=str(folder), output__trackers=[name], output__project="try")
    ((_, logged),) = packages[name].runs.items()
    assert (logged.project, logged.name) == ("try", "mine")
    rows = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    assert [step for step, _ in logged.rows] == [row.pop("step") for row in rows] == [*range(1, 7)]
    for (_, figures), row in zip(logged.rows, rows, strict=True):
        assert row.items() <= figures.items()
        assert figures.keys() - row.keys() == {"seconds", "tokens_per_second"}
    given = logged.config
    if name != "mlflow":
        given = {f"training.{key}": value for key, value in given["training"].items()}
    assert str(given["training.learning_rate"]) == "0.001"
    assert given["training.loss"] == "chunked"  # what the run uses, not `auto`
    assert logged.ended == [ENDS[name][0]]


def test_all_of_them_at_once_and_without_a_project(tmp_path, run, packages):
    run(output__dir=str(tmp_path), output__trackers=list(NAMES))
    for name, fake in packages.items():
        ((_, logged),) = fake.runs.items()
        assert len(logged.rows) == 6
        assert logged.project == ("distill" if name == "trackio" else None)


@pytest.mark.parametrize("name", NAMES)
def test_a_resumed_run_goes_on_in_the_same_one_and_another_begins_anew(
    tmp_path, run, packages, name
):
    folder = tmp_path / "o"
    keys = {"output__dir": str(folder), "output__checkpoint_every": 2, "output__trackers": [name]}
    with pytest.raises(TrainingFailure):
        run(callbacks=(At(5, fail),), **keys)
    run(existing=Existing.RESUME, **keys)
    ((_, logged),) = packages[name].runs.items()
    assert [step for step, _ in logged.rows] == [1, 2, 3, 4, 5, 5, 6]
    assert logged.rows[4][1]["total"] == logged.rows[5][1]["total"]
    assert logged.ended == [ENDS[name][1], ENDS[name][0]]
    run(existing=Existing.OVERWRITE, **keys)
    assert len(packages[name].runs) == 2
    kept = json.loads((folder / "trackers.json").read_text())
    assert kept == {name: "o again" if name == "trackio" else "id-1"}


@pytest.mark.parametrize("name", NAMES)
def test_a_package_that_is_missing_is_named_before_anything_is_loaded(
    tmp_path, run, monkeypatch, name
):
    monkeypatch.setitem(sys.modules, name, None)
    keys = {"output__trackers": [name], "teacher__model_id": str(tmp_path / "none")}
    with pytest.raises(UserError, match=rf"output\.trackers: .*`{name}`.*pip install {name}"):
        run(output__dir=str(tmp_path / "o"), **keys)
    assert not (tmp_path / "o").exists()


@pytest.mark.parametrize("name", NAMES)
def test_one_that_does_not_start_is_an_error_with_a_remedy(tmp_path, run, packages, name):
    packages[name].fault = (0, ValueError("No API key\nconfigured"))
    with pytest.raises(UserError, match=rf"{name} begins no run \(ValueError: No API key conf"):
        run(output__dir=str(tmp_path / "o"), output__trackers=[name])
    packages[name].fault = None
    run(output__dir=str(tmp_path / "o"), output__trackers=[name])  # nothing is in the way


@pytest.mark.parametrize("existing", [Existing.OVERWRITE, Existing.RESUME])
def test_one_that_does_not_start_leaves_the_folder_as_it_was(tmp_path, run, packages, existing):
    keys = {"output__dir": str(tmp_path), "output__checkpoint_every": 4}
    run(**keys)

    def files():
        kept = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
        return {path: text for path, text in kept.items() if path.name not in UNLIKE}

    before = files()
    packages["wandb"].fault = (0, ValueError("no"))
    with pytest.raises(UserError, match="wandb begins no run"):
        run(existing=existing, output__trackers=["wandb"], training__epochs=3, **keys)
    assert files() == before
    packages["wandb"].fault = None
    run(existing=existing, output__trackers=["wandb"], training__epochs=3, **keys)


def stop_by_signal(run, monkeypatch, **keys):
    del monkeypatch
    with pytest.raises(Interrupted):
        run(callbacks=(At(3, lambda: os.kill(os.getpid(), signal.SIGTERM)),), **keys)


def refuse_the_export(run, monkeypatch, **keys):
    monkeypatch.setattr(finish, "require_equal_export", fail)
    with pytest.raises(TrainingFailure):
        run(**keys)


def fail_the_measurement(run, monkeypatch, **keys):
    monkeypatch.setattr("trainer.runs.pipeline.Pipeline._measure_end", fail)
    with pytest.raises(TrainingFailure):
        run(limits=Limits(max_steps=2), **keys)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "break_off", [stop_by_signal, refuse_the_export, fail_the_measurement], ids=lambda f: f.__name__
)
def test_one_is_told_that_a_run_failed_wherever_it_did(
    tmp_path, run, packages, monkeypatch, break_off, name
):
    break_off(run, monkeypatch, output__dir=str(tmp_path / "o"), output__trackers=[name])
    ((_, logged),) = packages[name].runs.items()
    assert logged.ended == [ENDS[name][1]]


def test_another_process_than_the_main_one_begins_none(tmp_path, monkeypatch):
    monkeypatch.setattr("trainer.runs.opening.current_world", lambda: World(1, 2, 1))
    (tmp_path / "model.safetensors").write_text("of the main one")
    prepared = None  # nothing of it is asked for
    with opened(tmp_path, prepared, io.StringIO(), resumes=False) as callbacks:
        assert not callbacks
    assert [path.name for path in tmp_path.iterdir()] == ["model.safetensors"]


def test_one_is_told_of_the_end_after_the_model_is_in_place(tmp_path, run, packages, monkeypatch):
    there = []

    def ended(told):
        there.append((told, (tmp_path / "report.html").is_file()))

    monkeypatch.setattr(packages["wandb"], "_end", ended)
    run(output__dir=str(tmp_path), output__trackers=["wandb"])
    assert there == [(0, True)]


@pytest.mark.parametrize(
    "fault",
    [ImportError("libarrow.so\nis gone"), AttributeError("np.float_"), SystemExit(3)],
    ids=lambda fault: type(fault).__name__,
)
def test_a_package_that_cannot_be_imported_is_named_with_the_reason(
    tmp_path, run, monkeypatch, fault
):
    unimported(monkeypatch, tmp_path)
    monkeypatch.setattr("builtins.planted", fault, raising=False)
    (tmp_path / "wandb.py").write_text("raise planted\n")
    reason = f"{type(fault).__name__}: {' '.join(str(fault).split())}"
    with pytest.raises(UserError) as told:
        run(output__dir=str(tmp_path / "o"), output__trackers=["wandb"])
    assert f"output.trackers: the package `wandb` cannot be imported ({reason})" in str(told.value)
    assert not (tmp_path / "o").exists()


def test_a_folder_of_its_name_is_not_the_package(tmp_path, run, monkeypatch):
    unimported(monkeypatch, tmp_path)
    (tmp_path / "wandb").mkdir()
    with pytest.raises(UserError, match=r"the package `wandb` is missing.*pip install wandb"):
        run(output__dir=str(tmp_path / "o"), output__trackers=["wandb"])
    assert not (tmp_path / "o").exists()


def unimported(monkeypatch, folder):
    """Let wandb be looked for in a folder."""
    monkeypatch.setitem(sys.modules, "wandb", None)  # so that what is imported is taken out again
    monkeypatch.delitem(sys.modules, "wandb")
    monkeypatch.syspath_prepend(folder)


@pytest.mark.parametrize("name", NAMES)
def test_one_that_ends_the_process_at_its_start_is_an_error(tmp_path, run, packages, name):
    packages[name].fault = (0, SystemExit(1))
    with pytest.raises(UserError, match=rf"{name} begins no run \(SystemExit: 1\)"):
        run(output__dir=str(tmp_path / "o"), output__trackers=[name])


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("moment", [3, END])
def test_one_that_ends_the_process_later_is_told_and_left(tmp_path, run, packages, name, moment):
    packages[name].fault = (moment, SystemExit(1))
    result, lines = run(output__dir=str(tmp_path / "o"), output__trackers=[name])
    assert result.metrics.steps_completed == 6
    (told,) = [line for line in lines if name in line]
    assert told.startswith(f"note: {name} takes no more figures (SystemExit: 1); ")


def test_an_id_that_is_no_text_is_kept_as_one(tmp_path, run, packages, monkeypatch):
    def start_run(run_id=None, *, run_name=None):
        packages["mlflow"]._begin(None, run_id, run_name, {})
        return SimpleNamespace(info=SimpleNamespace(run_id=7 if run_id is None else run_id))

    monkeypatch.setattr(packages["mlflow"], "start_run", start_run)
    run(output__dir=str(tmp_path), output__trackers=["mlflow"])
    assert json.loads((tmp_path / "trackers.json").read_text()) == {"mlflow": "7"}


@pytest.mark.parametrize("kept", ["{", "[]", '{"wandb": 5}', '{"wandb": null}'])
def test_a_damaged_file_of_keys_is_named_with_its_remedy(tmp_path, run, packages, kept):
    keys = {"output__dir": str(tmp_path), "output__checkpoint_every": 2}
    keys["output__trackers"] = ["wandb"]
    with pytest.raises(TrainingFailure):
        run(callbacks=(At(5, fail),), **keys)
    (tmp_path / "trackers.json").write_text(kept)
    with pytest.raises(UserError) as told:
        run(existing=Existing.RESUME, **keys)
    assert str(told.value).startswith(f"{tmp_path / 'trackers.json'}: ")
    assert "delete it, and the run is a new one for its trackers" in str(told.value)
    (tmp_path / "trackers.json").unlink()
    run(existing=Existing.RESUME, **keys)
    assert len(packages["wandb"].runs) == 2


def test_those_of_an_earlier_part_of_the_run_are_kept(tmp_path, run, packages):
    keys = {"output__dir": str(tmp_path), "output__checkpoint_every": 2}
    with pytest.raises(TrainingFailure):
        run(callbacks=(At(3, fail),), output__trackers=["wandb"], **keys)
    with pytest.raises(TrainingFailure):
        run(
            callbacks=(At(5, fail),),
            existing=Existing.RESUME,
            output__trackers=["mlflow"],
            **keys,
        )
    run(existing=Existing.RESUME, output__trackers=["wandb", "mlflow"], **keys)
    assert [len(packages[name].runs) for name in ("wandb", "mlflow")] == [1, 1]


def test_those_begun_before_one_that_does_not_start_are_ended(tmp_path, run, packages):
    packages["mlflow"].fault = (0, ValueError("no"))
    with pytest.raises(UserError, match="mlflow begins no run"):
        run(output__dir=str(tmp_path / "o"), output__trackers=list(NAMES))
    ends = [run.ended for name in NAMES[:2] for run in packages[name].runs.values()]
    assert ends == [[None], [1]]


@pytest.mark.parametrize("name", NAMES)
def test_one_that_fails_later_is_told_and_left_and_the_run_goes_on(tmp_path, run, packages, name):
    packages[name].fault = (3, ConnectionError("gone"))
    result, lines = run(output__dir=str(tmp_path / "o"), output__trackers=[name])
    assert result.metrics.steps_completed == 6
    ((_, logged),) = packages[name].runs.items()
    assert [step for step, _ in logged.rows] == [1, 2]
    (told,) = [line for line in lines if name in line]
    assert told == (
        f"note: {name} takes no more figures (ConnectionError: gone); from step 3 on they are in "
        "metrics.jsonl alone"
    )


def test_names_of_trackers_are_checked(settings):
    with pytest.raises(UserError, match=r"output\.trackers"):
        settings(output__trackers=["neptune"])


def test_a_tracker_named_twice_is_refused(settings):
    with pytest.raises(UserError, match=r"output\.trackers names wandb twice; name it once"):
        settings(output__trackers=["wandb", "mlflow", "wandb"])


def test_nothing_is_kept_without_trackers(tmp_path, run):
    with trackers((), Described("o", None, {}), {}, io.StringIO()) as none:
        assert none == []
    run(output__dir=str(tmp_path))
    assert not (tmp_path / "trackers.json").exists()
