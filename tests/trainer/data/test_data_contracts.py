"""Bugs planted in data, vocabularies, cache and export, each caught by the claim about it."""

import json
import shutil

import pytest

from tests import warm_python
from tests.conftest import HOME

pytestmark = pytest.mark.slow  # a process of pv for each bug


@pytest.fixture
def prove(tmp_path):
    for folder in ("trainer", "contracts"):
        shutil.copytree(
            HOME / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(HOME / "pyproject.toml", tmp_path)

    def with_bug(file, old, new, claim):
        path = tmp_path / "trainer" / file
        text = path.read_text()
        assert text.count(old) == 1
        path.write_text(text.replace(old, new))
        verb = "falsify" if claim.startswith("FT") else "prove"
        words = (verb, claim, "--format", "json")
        ran = warm_python.run("pv", words, tmp_path, imported=["torch"])
        return {each["name"]: each["verdict"] for each in json.loads(ran.stdout)["results"]}

    return with_bug


@pytest.mark.parametrize(
    ("file", "old", "new", "claim"),
    [
        ("data/window_order.py", "order_of_pass(seed, step // steps, windows)",
         "order_of_pass(seed, step, windows)", "TDA-INV-001"),
        ("data/window_order.py", ".permutation(windows)",
         ".integers(windows, size=windows)", "TDA-INV-002"),
        ("data/window_order.py", "max(0, tokens - 1)", "tokens", "TDA-BND-003"),
        ("data/corpora/documents.py", "% _HELD_OUT == 0", "% _HELD_OUT == 1", "TDA-INV-004"),
        ("data/compare_vocabularies.py", "number >= len(teacher) or ", "number < len(teacher) and ",
         "TVO-EQV-001"),
        ("losses/from_top_k.py", "logits.scatter(-1, ids, -torch.inf)", "logits", "FT-TCA-005"),
        ("losses/from_top_k.py",
         "return temperature * torch.logsumexp(others / temperature, dim=-1)",
         "return torch.logsumexp(others, dim=-1)", "TCA-BND-003"),
        ("losses/from_top_k.py", "wide.topk(k, dim=-1)", "wide.topk(k, dim=-1, largest=False)",
         "TCA-BND-004"),
        ("storage/safetensors_files.py", "if torch.isfinite(parameter).all():", "if True:",
         "TEX-PRE-003"),
        ("models/load.py", "    require_fit(files.folder, tensors, model)\n", "", "TEX-PRE-003"),
        ("models/configuration.py", '"hidden_act": "silu"', '"hidden_act": "gelu"', "TEX-EQV-002"),
    ],
)  # fmt: skip
def test_a_bug_is_refuted(prove, file, old, new, claim):
    assert prove(file, old, new, claim)[claim] == "REFUTED"
