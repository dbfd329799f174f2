"""Evidence holds where a project was moved, and where a cache of it was restored."""

import os
import shutil
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow

MAIN = """\
import os, pathlib
from counting.rule import counted
from parts.inner import WORD
pathlib.Path("data.txt").exists() and open(os.path.join(os.environ["HERE"], "data.txt")).read()
print(WORD, counted(int(os.environ["LIMIT"]), 100))
"""


@pytest.fixture
def moved(project):
    """A project that was decided in full, and a function that runs it at another place."""
    project.write("counting/__main__.py", MAIN)
    project.write("data.txt", "1")
    project.write("library/parts/inner.py", "WORD = 'counted'\n")
    project.change(
        "contracts/bindings/counting.yaml", "timeout: 20", "timeout: 20, inherit: [HERE]"
    )

    def run(folder, *words):
        return subprocess.run(
            [sys.executable, "-m", "pv", *words],
            cwd=folder, capture_output=True, text=True, check=False,
            env={
                **os.environ,
                "PATH": f"{folder}/bin{os.pathsep}{os.environ['PATH']}",
                "PYTHONPATH": f"{folder}/library",
                "HERE": str(folder),
            },
        )  # fmt: skip

    first = project.folder / "first"
    first.mkdir()
    for each in [*project.folder.iterdir()]:
        if each != first:
            shutil.move(each, first)
    for verb in ("falsify", "prove"):
        assert run(first, verb).returncode == 0, run(first, verb).stdout
    second = project.folder / "second" / "place"
    shutil.copytree(first, second)
    shutil.rmtree(first)
    return second, run


@pytest.mark.parametrize("verb", ["falsify", "prove"])
def test_evidence_holds_where_the_project_was_moved(moved, verb):
    folder, run = moved
    assert "2 of 2 claims ran (2 from evidence" in run(folder, verb).stdout


@pytest.mark.parametrize(
    "file", ["counting/rule.py", "counting/__init__.py", "library/parts/inner.py"]
)
def test_a_change_at_the_new_place_is_noticed(moved, file):
    folder, run = moved
    with (folder / file).open("a", encoding="utf-8") as stream:
        stream.write("# changed\n")
    ran = run(folder, "falsify", "FT-CNT-001")
    assert "from evidence" not in ran.stdout
    assert "1 of 1 claim ran" in ran.stdout


def test_a_module_that_comes_first_at_the_new_place_is_noticed(moved):
    folder, run = moved
    (folder / "parts").mkdir()
    (folder / "parts/__init__.py").write_text("", encoding="utf-8")
    (folder / "parts/inner.py").write_text("WORD = 'nothing'\n", encoding="utf-8")
    assert "REFUTED" in run(folder, "falsify", "FT-CNT-001").stdout
