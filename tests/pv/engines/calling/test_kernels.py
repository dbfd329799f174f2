"""PyTorch held to the kernels of a transformer: it keeps every law, and planted bugs break them."""

import json
import shutil

import pytest

from tests import warm_python
from tests.conftest import HOME

CONTRACT = "contracts/transformer-kernels-v1.yaml"


def verdicts(folder, *words):
    # One job: each has a process of its own, and importing torch takes longer than a claim.
    more = ("--format", "json", "--jobs", "1")
    ran = warm_python.run("pv", [*words, *more], folder, imported=["torch"])
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


BUGS = {
    "layer_norm": ("functional.layer_norm(x, x.shape, eps=eps)", "x / (x.std() + eps)"),
    "rms_norm": ("functional.rms_norm(x, x.shape, eps=eps)", "x / (x.abs().mean() + eps)"),
    "adamw": ("foreach=False", "foreach=False, amsgrad=False, maximize=True"),
    "gelu": ("functional.gelu(torch", "functional.relu(torch"),
}
"""Equation -> what is planted into its code alone."""


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """Return a project with every bug: importing torch takes longer than finding one of them."""
    folder = tmp_path_factory.mktemp("planted")
    shutil.copytree(
        HOME / "contracts", folder / "contracts", ignore=shutil.ignore_patterns("__pycache__")
    )
    (folder / "pyproject.toml").touch()
    adapters = folder / "contracts/bindings/kernels.py"
    text = adapters.read_text(encoding="utf-8")
    for old, new in BUGS.values():
        assert text.count(old) == 1
        text = text.replace(old, new)
    adapters.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def falsified(planted):
    return verdicts(planted, "falsify", CONTRACT, *BUGS)


@pytest.mark.parametrize("equation", BUGS)
def test_a_planted_bug_is_refuted(falsified, equation):
    assert falsified[f"transformer-kernels-v1/{equation}/equals-formula"] == "REFUTED"


def test_a_planted_bug_is_refuted_in_both_precisions(planted):
    obligations = ("TFK-BND-004", "TFK-SYM-005", "TFK-BND-004@float32", "TFK-SYM-005@float32")
    proved = verdicts(planted, "prove", "TFK-BND-004", "TFK-SYM-005")
    assert [proved[name] for name in obligations] == ["REFUTED"] * len(obligations)
