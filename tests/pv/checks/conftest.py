import pytest

from pv.binding.loader import load_binding
from pv.contract.loader import load

HEAD = "metadata: {version: 1.0.0, description: d, references: [r]}\n"


@pytest.fixture
def contract(tmp_path):
    """Load a contract from the YAML below its metadata."""

    def make(text, stem="kernel-v1", metadata=HEAD):
        file = tmp_path / f"{stem}.yaml"
        file.write_text(metadata + text, encoding="utf-8")
        found = load(file)
        assert found.contract is not None, found.findings
        return found.contract

    return make


@pytest.fixture
def binding(tmp_path):
    """Load a binding file whose entries implement equations of `kernel-v1`."""

    def make(callables, code="", more=""):
        (tmp_path / "code.py").write_text(code, encoding="utf-8")
        entries = "".join(
            f"  - {{contract: kernel-v1, equation: {equation}, callable: '{name}',"
            f" status: implemented{more}}}\n"
            for equation, name in callables.items()
        )
        file = tmp_path / "binding.yaml"
        text = f"version: 1.0.0\ntarget: code\nroot: .\nbindings:\n{entries}"
        file.write_text(text, encoding="utf-8")
        return load_binding(file)

    return make
