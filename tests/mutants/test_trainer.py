"""Mutants of the trainer: each is planted in a copy, and the check named beside it must kill it.

A falsification test that kills no mutant would be worth nothing.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests import warm_python
from tests.conftest import HOME

BREAK_TOO_LATE = ("schedule.py", "steps_done >= max_steps", "steps_done > max_steps")
BREAK_BEFORE_GRADIENT = (
    "schedule.py",
    """            yield Step(done + 1, epoch, index, index + 1 == steps_per_epoch)
            done += 1
            if limit_reached(done, max_steps):
                return
""",
    """            done += 1
            if limit_reached(done, max_steps):
                return
            yield Step(done, epoch, index, index + 1 == steps_per_epoch)
""",
)
SUMMARY_ALWAYS = (
    "runs/pipeline.py",
    """            self._say(*export(state.output, state.prepared, metrics))
""",
    """            self._report(state, metrics, saving)
            self._say(*export(state.output, state.prepared, metrics))
""",
)
SUMMARY_ONLY_AFTER_A_BREAK = (
    "runs/pipeline.py",
    """            self._report(state, metrics, saving)
""",
    """            if run.max_steps < run.planned:
                self._report(state, metrics, saving)
""",
)
EXPORT_ALWAYS = (
    "runs/pipeline.py",
    """            judge_smoke(state.prepared)
""",
    """            judge_smoke(state.prepared)
            self._say(*export(state.output, state.prepared, metrics))
""",
)
PROJECTION_WITHOUT_TARGET = (
    "schedule.py",
    "one_off_seconds + target_steps * step_seconds",
    "one_off_seconds + 50_000 * step_seconds",
)
SILENT_FALLBACK = (
    "schedule.py",
    """    fact = "0 steps requested" if""",
    """    return None
    fact = "0 steps requested" if""",
)

SLOWER = {
    "break before the gradient": (BREAK_BEFORE_GRADIENT, "FT-SMOKE-001"),
    "summary unconditional": (SUMMARY_ALWAYS, "FT-SMOKE-002"),
    "no summary beyond the plan": (SUMMARY_ONLY_AFTER_A_BREAK, "FT-SMOKE-006"),
    "export not skipped": (EXPORT_ALWAYS, "FT-SMOKE-004"),
    "projection ignores target": (PROJECTION_WITHOUT_TARGET, "FT-SMOKE-003"),
    "silent fallback": (SILENT_FALLBACK, "FT-SMOKE-005"),
}
"""Mutants that the slow suite plants, with the test that is to kill each."""

MUTANTS = yaml.safe_load(Path(__file__).with_name("trainer.yaml").read_text(encoding="utf-8"))


TEACHING = """systems:
  teach:
    run: [python, -m, trainer, teach, --config, "{configuration_file}"]
"""


def copy_of_the_project(folder):
    for name in ("trainer", "contracts"):
        shutil.copytree(HOME / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(HOME / "pyproject.toml", folder)


@pytest.fixture(scope="session")
def teacher(tmp_path_factory):
    """The folder of the teacher of all mutants: to train one takes longer than most checks."""
    folder = tmp_path_factory.mktemp("teacher")
    binding = (HOME / "contracts/bindings/trainer.yaml").read_text(encoding="utf-8")
    teach = yaml.safe_load(binding)["systems"]["teach"]
    (folder / "teach.yaml").write_text(json.dumps(teach["configuration"]), encoding="utf-8")
    environment = {**os.environ, **teach["environment"], "PYTHONPATH": str(HOME)}
    words = [sys.executable, "-m", "trainer", "teach", "--config", "teach.yaml"]
    subprocess.run(words, cwd=folder, env=environment, check=True, capture_output=True)
    return folder / "output"


@pytest.fixture
def taught(tmp_path, teacher):
    """Return a copy of the project whose systems are given that teacher."""
    copy_of_the_project(tmp_path)
    binding = tmp_path / "contracts/bindings/trainer.yaml"
    text = binding.read_text(encoding="utf-8")
    assert text.count(TEACHING) == 1
    copying = f"import shutil; shutil.copytree({str(teacher)!r}, 'output')"
    given = TEACHING.partition("[")[0] + json.dumps(["python", "-c", copying]) + "\n"
    binding.write_text(text.replace(TEACHING, given), encoding="utf-8")
    return tmp_path


def plant(folder, name, right, wrong):
    file = folder / "trainer" / name
    text = file.read_text(encoding="utf-8")
    assert text.count(right) == 1, f"{name} no longer has the text that the mutant replaces"
    file.write_text(text.replace(right, wrong), encoding="utf-8")


def run_pv(folder, *words, imported=()):
    ran = warm_python.run("pv", [*words, "--format", "json"], folder, imported=imported)
    assert ran.stderr == ""
    return ran.returncode, json.loads(ran.stdout)


@pytest.mark.parametrize(
    ("mutant", "test"),
    [
        pytest.param(BREAK_TOO_LATE, "FT-SMOKE-001", id="> for >= in the early break"),
        *(
            pytest.param(mutant, test, id=name, marks=pytest.mark.slow)
            for name, (mutant, test) in SLOWER.items()
        ),
    ],
)
def test_a_falsification_test_kills_its_mutant(taught, mutant, test):
    plant(taught, *mutant)
    code, told = run_pv(taught, "falsify", test, "--cases", "2")
    (result,) = told["results"]
    assert (result["verdict"], code) == ("REFUTED", 1), result
    assert result["diagnosis"]
    assert result["observation"]


def test_the_trainer_as_it_is_survives(tmp_path):
    copy_of_the_project(tmp_path)
    code, told = run_pv(tmp_path, "falsify", "FT-SMOKE-001", "--cases", "2")
    assert (told["verdict"], told["results"][0]["cases"], code) == ("SURVIVED", 2, 0)


@pytest.mark.parametrize(
    ("mutant", "check"),
    [
        pytest.param(BREAK_TOO_LATE, "SYM-SMOKE-001", id="> for >= in the early break"),
        pytest.param(BREAK_BEFORE_GRADIENT, "SYM-SMOKE-001", id="break before the gradient"),
        pytest.param(SILENT_FALLBACK, "SYM-SMOKE-002", id="silent fallback"),
    ],
)
def test_enumeration_kills_its_mutant(tmp_path, mutant, check):
    copy_of_the_project(tmp_path)
    plant(tmp_path, *mutant)
    code, told = run_pv(tmp_path, "prove", check)
    (result,) = told["results"]
    assert (result["verdict"], code) == ("REFUTED", 1), result
    assert result["counterexample"]


@pytest.mark.slow
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant["mutant"])
def test_each_mutant_of_the_table_is_killed(taught, mutant):
    plant(taught, mutant["file"], mutant["right"], mutant["wrong"])
    code, told = run_pv(taught, *mutant["killed_by"].split(), imported=["torch"])
    (result,) = told["results"]
    assert (result["verdict"], code) == ("REFUTED", 1), result


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant["mutant"])
def test_each_mutant_of_the_table_fits_the_trainer_as_it_is(mutant):
    text = (HOME / "trainer" / mutant["file"]).read_text(encoding="utf-8")
    assert text.count(mutant["right"]) == 1
