"""Fakes of the packages take, under the names of the real ones, what is given to them, no more.

Compared with trackio 0.43, wandb 0.31 and mlflow 3.17.
"""

import io
import json
import sys
from types import ModuleType, SimpleNamespace

import pytest

from trainer.errors import TrainingFailure, UserError
from trainer.recording.trackers import Described, trackers
from trainer.storage.output_folder import Existing
from trainer.training.callbacks import Callback, CallbackAction

NAMES = ("trackio", "wandb", "mlflow")


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


class Trackio(Fake):
    def init(self, project, *, name=None, config=None, resume="never"):
        assert resume in {"must", "allow", "never"}
        assert isinstance(project, str)
        key = name if resume != "never" or name not in self.runs else f"{name} again"
        run = self._begin(project, key, name, config or {})

        def log(metrics, step=None):
            self._take(metrics, step)

        return SimpleNamespace(name=run.name, log=log)

    def finish(self):
        self.current.ended.append(None)


class Wandb(Fake):
    def init(self, *, project=None, id=None, name=None, config=None, resume=None):  # noqa: A002
        assert resume in {None, "allow", "never", "must", "auto"}
        key = id or f"id-{len(self.runs)}"
        run = self._begin(project, key, name, config or {})

        def log(data, step=None):
            self._take(data, step)

        def finish(exit_code=None):
            run.ended.append(exit_code)

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
        self.current.ended.append(status)


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

    class Fail(Callback):
        def on_step_end(self, report):
            if report.step.number == 5:
                raise TrainingFailure("as if")
            return CallbackAction.CONTINUE

    with pytest.raises(TrainingFailure):
        run(callbacks=(Fail(),), **keys)
    run(existing=Existing.RESUME, **keys)
    ((_, logged),) = packages[name].runs.items()
    assert [step for step, _ in logged.rows] == [1, 2, 3, 4, 5, 5, 6]
    assert logged.rows[4][1]["total"] == logged.rows[5][1]["total"]
    assert logged.ended == [ENDS[name][1], ENDS[name][0]]
    run(existing=Existing.OVERWRITE, **keys)
    assert len(packages[name].runs) == 2


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


def test_nothing_is_kept_without_trackers(tmp_path):
    described = Described("o", None, {})
    with trackers((), described, tmp_path / "trackers.json", io.StringIO(), resumes=False) as none:
        assert none == []
    assert not list(tmp_path.iterdir())
