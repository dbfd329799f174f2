"""Bugs planted in the objective, each caught by the claim of the contract that is about it."""

import json
import shutil

import pytest

from tests import warm_python
from tests.conftest import HOME


@pytest.fixture
def objective(tmp_path):
    for folder in ("trainer", "contracts"):
        shutil.copytree(
            HOME / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(HOME / "pyproject.toml", tmp_path)

    def prove(old, new, *ids):
        files = [tmp_path / "trainer/losses" / name for name in ("kd.py", "vocabulary.py")]
        (file,) = (each for each in files if old in each.read_text())
        text = file.read_text()
        assert text.count(old) == 1
        file.write_text(text.replace(old, new))
        words = ("contracts/kd-loss-v1.yaml", *ids, "--format", "json")
        # One job: each has a process of its own, and importing torch takes longer than a claim.
        ran = warm_python.run("pv", ["prove", *words, "--jobs", "1"], tmp_path, imported=["torch"])
        return {each["name"]: each["verdict"] for each in json.loads(ran.stdout)["results"]}

    return prove


@pytest.mark.parametrize(
    ("old", "new", "caught"),
    [
        ("temperature**2 * divergence", "temperature * divergence", "KDL-EQV-005"),
        ("_kl(teacher, student), valid)", "_kl(student, teacher), valid)", "KDL-EQV-007"),
        ("return reverse_kl(*sides)", "return forward_kl(*sides)", "KDL-EQV-016"),
        ("beta * _kl(teacher, mixture) +", "_kl(teacher, mixture) +", "KDL-DUA-014"),
        ("_kl(student, mixture)", "_kl(student.detach(), mixture)", "KDL-EQV-017"),
        ("[..., :size]", "[..., -size:]", "KDL-PRE-008"),
        ("if student > teacher and", "if student > teacher + 1 and", "KDL-PRE-008"),
        ("value=absent_logit(teacher.dtype)", "value=0.0", "KDL-EQV-018"),
        ("F.pad(teacher, (0, missing)", "F.pad(teacher, (missing, 0)", "KDL-EQV-018"),
        ("return alpha * kd + (1 - alpha) * ce", "return alpha * ce + (1 - alpha) * kd",
         "KDL-LIN-006"),
        ("log_target=True).sum(-1)", "log_target=True).sum(-1) - 1e-4", "KDL-BND-001"),
    ],
)  # fmt: skip
def test_a_bug_in_the_objective_is_refuted_in_every_precision(objective, old, new, caught):
    found = objective(old, new, caught)
    assert found == {
        caught: "REFUTED", f"{caught}@float32": "REFUTED", f"{caught}@bfloat16": "REFUTED"
    }  # fmt: skip


def test_sums_in_half_precision_are_refuted_there_alone(objective):
    found = objective(
        "return logits if logits.dtype == torch.float64 else logits.float()",
        "return logits",
        "KDL-EQV-004", "KDL-BND-001",
    )  # fmt: skip
    assert found["KDL-BND-001"] == found["KDL-BND-001@float32"] == "SURVIVED"
    assert found["KDL-BND-001@bfloat16"] == "REFUTED"
