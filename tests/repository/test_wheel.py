"""The built wheel, in an empty environment, holds all that `pv validate` needs."""

import subprocess
import sys

import pytest

from tests.conftest import HOME


def run(*words, cwd):
    return subprocess.run(words, cwd=cwd, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_the_wheel_validates_in_an_empty_environment(tmp_path):
    built = run(sys.executable, "-m", "build", "--wheel", "--outdir", tmp_path, HOME, cwd=tmp_path)
    assert built.returncode == 0, built.stdout + built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    assert run(sys.executable, "-m", "venv", "empty", cwd=tmp_path).returncode == 0
    python = tmp_path / "empty/bin/python"
    installed = run(
        python, "-m", "pip", "install", "--quiet", "-c", HOME / "constraints.txt", wheel,
        cwd=tmp_path,
    )  # fmt: skip
    assert installed.returncode == 0, installed.stderr

    validated = run(tmp_path / "empty/bin/pv", "validate", HOME / "contracts", cwd=tmp_path)
    assert validated.returncode == 0, validated.stdout + validated.stderr
    assert ": 0 errors, 0 warnings" in validated.stdout

    listed = run(python, "-m", "pip", "list", cwd=tmp_path).stdout
    assert not {"torch", "crosshair-tool", "pydantic"} & set(listed.split())
    missing = run(tmp_path / "empty/bin/distill", "--help", cwd=tmp_path)
    assert "trainer" in missing.stdout + missing.stderr
    assert "Traceback" not in missing.stderr
