"""What is read: regular files of the project, and no other, however they are named."""

import os
import subprocess
import sys

import pytest

SECRET = "secret-of-this-machine"
LIMITED = """\
import resource, sys
from pv.cli import main
resource.setrlimit(resource.RLIMIT_AS, (1 << 31, 1 << 31))
sys.exit(main())
"""


@pytest.fixture
def outside(project, tmp_path_factory):
    """Return a file that is no part of the project, which is a repository."""
    subprocess.run(["git", "init", "-q", project.folder], check=True)
    file = tmp_path_factory.mktemp("outside") / "secret.yaml"
    file.write_text(f"{SECRET}: [1\n", encoding="utf-8")
    return file


def limited(project, *words):
    """Run pv with little memory and time, as a file without an end would take all."""
    return subprocess.run(
        [sys.executable, "-c", LIMITED, *words],
        cwd=project.folder, capture_output=True, text=True, check=False, timeout=60,
        env={**os.environ, "SECRET_OF_THE_CALLER": SECRET},
    )  # fmt: skip


COMMANDS = [("validate",), ("lint",), ("list",), ("status",), ("equations",), ("prove",)]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_link_that_leaves_the_project_is_named_and_not_followed(project, outside, words):
    (project.folder / "contracts/evil.yaml").symlink_to(outside)
    for target in ([], ["contracts/evil.yaml"], ["contracts"]):
        ran = limited(project, *words, *target)
        told = ran.stdout + ran.stderr
        assert SECRET not in told
        assert "contracts/evil.yaml" in told
        assert "Traceback" not in told
    assert str(outside) in limited(project, "validate").stdout


@pytest.mark.parametrize("target", ["/proc/self/environ", "/dev/zero", "/dev/stdin"])
def test_a_link_to_what_the_kernel_makes_up_is_not_followed(project, target):
    (project.folder / "contracts/evil.yaml").symlink_to(target)
    ran = limited(project, "validate")
    assert ran.returncode == 2
    assert SECRET not in ran.stdout
    assert "contracts/evil.yaml:1:1: error READ-0" in ran.stdout


def test_a_folder_that_leaves_the_project_is_not_followed(project, outside):
    (project.folder / "contracts/more").symlink_to(outside.parent)
    ran = limited(project, "validate", "contracts/more/secret.yaml")
    assert (ran.returncode, SECRET in ran.stdout) == (2, False)


def test_a_link_inside_the_project_is_followed(project):
    (project.folder / "shared").mkdir()
    (project.folder / "contracts/counter-v1.yaml").rename(project.folder / "shared/c.yaml")
    (project.folder / "contracts/counter-v1.yaml").symlink_to("../shared/c.yaml")
    assert limited(project, "validate").returncode == 0
    assert limited(project, "validate", "contracts/counter-v1.yaml").returncode == 0


def test_a_file_elsewhere_that_was_named_is_read(project, outside):
    outside.write_text(
        "metadata: {version: 1.0.0, description: d, references: [r], kind: pattern}\n"
    )
    assert "1 contract: 0 errors" in limited(project, "validate", str(outside)).stdout


@pytest.mark.parametrize(
    "name",
    ["contracts/pipe.yaml", "contracts/bindings/pipe.yaml", ".pvignore", "contracts/.pvignore",
     "pyproject.toml", "known.json", ".pv/cache.db", ".pv/evidence.db", "out/test_counter_v1.py",
     "found/test_counter_v1_sym_cnt_001.py"],
)  # fmt: skip
def test_a_pipe_is_not_waited_for(project, name):
    file = project.folder / name
    file.unlink(missing_ok=True)
    file.parent.mkdir(exist_ok=True)
    os.mkfifo(file)
    project.change("counting/rule.py", "done >= limit", "done > limit")
    words = {
        "known.json": ("validate", "--baseline", "known.json"),
        ".pv/evidence.db": ("prove", "SYM-CNT-001"),
        "out/test_counter_v1.py": ("generate", "SYM-CNT-001", "--output", "out"),
        "found/test_counter_v1_sym_cnt_001.py": ("prove", "SYM-CNT-001", "--repro", "found"),
    }
    ran = limited(project, *words.get(name, ("validate",)))
    assert ran.returncode in {0, 1, 2}, ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(
    "leaving",
    ["os.mkfifo(file)", "os.symlink('/dev/zero', file)", "os.symlink('/proc/self/environ', file)"],
)
def test_a_result_that_is_no_file_is_not_read(project, leaving):
    project.write("counting/__main__.py", f"import os, sys\nfile = sys.argv[1]\n{leaving}\n")
    run = 'run: [python, -m, counting, "{result_file}"]'
    project.change("contracts/bindings/counting.yaml", "run: [python, -m, counting]", run)
    project.change("contracts/counter-v1.yaml", "- exit_code = 0", "- result = null")
    ran = limited(project, "falsify", "FT-CNT-001")
    assert ran.returncode == 1
    assert SECRET not in ran.stdout
    assert "is no file" in ran.stdout or "no JSON" in ran.stdout
