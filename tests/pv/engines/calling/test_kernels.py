"""PyTorch held to the kernels of a transformer: it keeps every law, and planted bugs break them."""

import json
import shutil

import pytest

from tests import warm_python
from tests.conftest import HOME

CONTRACT = "contracts/transformer-kernels-v1.yaml"


def verdicts(folder, *words):
    ran = warm_python.run("pv", [*words, "--format", "json"], folder)
    return {each["name"]: each["verdict"] for each in json.loads(ran.stdout)["results"]}


@pytest.mark.slow
def test_pytorch_keeps_every_law_in_both_precisions():
    found = verdicts(HOME, "falsify", CONTRACT, "--fresh")
    assert len(found) == 50
    obligations = ("TFK-BND-004", "TFK-SYM-005")
    proved = verdicts(HOME, "prove", CONTRACT, *obligations, "--fresh")
    assert {*proved} == {f"{name}{of}" for name in obligations for of in ("", "@float32")}
    found |= proved
    assert sum(name.endswith("@float32") for name in found) >= 20
    assert set(found.values()) == {"SURVIVED"}


@pytest.mark.parametrize(
    ("old", "new", "equation"),
    [
        ("functional.layer_norm(x, x.shape, eps=eps)", "x / (x.std() + eps)", "layer_norm"),
        ("functional.rms_norm(x, x.shape, eps=eps)", "x / (x.abs().mean() + eps)", "rms_norm"),
        ("foreach=False", "foreach=False, amsgrad=False, maximize=True", "adamw"),
        ("functional.gelu(torch", "functional.relu(torch", "gelu"),
    ],
)
def test_a_planted_bug_is_refuted(tmp_path, old, new, equation):
    shutil.copytree(
        HOME / "contracts", tmp_path / "contracts", ignore=shutil.ignore_patterns("__pycache__")
    )
    (tmp_path / "pyproject.toml").touch()
    adapters = tmp_path / "contracts/bindings/kernels.py"
    text = adapters.read_text(encoding="utf-8")
    assert text.count(old) == 1
    adapters.write_text(text.replace(old, new), encoding="utf-8")
    found = verdicts(tmp_path, "falsify", CONTRACT, equation)
    assert found[f"transformer-kernels-v1/{equation}/equals-formula"] == "REFUTED"
    if equation == "layer_norm":
        obligations = ("TFK-BND-004", "TFK-SYM-005", "TFK-BND-004@float32", "TFK-SYM-005@float32")
        proved = verdicts(tmp_path, "prove", "TFK-BND-004", "TFK-SYM-005")
        assert [proved[name] for name in obligations] == ["REFUTED"] * len(obligations)
