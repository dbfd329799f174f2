"""The Makefile installs what a target needs, says so, and again when the versions change.

Python is replaced by a script that writes down its arguments, so that nothing is installed.
"""

import os
import pty
import shutil
import subprocess
import time

import pytest

from tests.conftest import HOME

PYTHON = """\
#!/bin/sh
if [ "$2" = venv ]; then
  mkdir -p .venv/bin
  for name in python pv mkdocs ruff mypy lint-imports; do cp "$0" ".venv/bin/$name"; done
fi
[ "$2" != pip ] || echo "$*" >> installed.txt
case "$*" in *"$REFUSES"*) [ -z "$REFUSES" ] || exit 1 ;; esac
"""


class Clone:
    def __init__(self, folder):
        self.folder = folder
        for name in ("Makefile", "pyproject.toml", "constraints.txt"):
            shutil.copy(HOME / name, folder)
        (folder / "python").write_text(PYTHON)
        (folder / "python").chmod(0o755)

    def make(self, *words, refuses="", stdout=subprocess.PIPE):
        return subprocess.run(
            ["make", f"PYTHON={self.folder}/python", *words],
            cwd=self.folder, stdout=stdout, stderr=subprocess.STDOUT, text=True, check=False,
            env={**os.environ, "REFUSES": refuses, "MAKEFLAGS": ""},
        )  # fmt: skip

    def installed(self):
        """Return the lines of pip since the last call, each without its options."""
        file = self.folder / "installed.txt"
        lines = file.read_text().splitlines() if file.exists() else []
        file.unlink(missing_ok=True)
        return [line.split()[-1] for line in lines]

    def change(self, name):
        earlier = time.time() - 60
        for stamp in (self.folder / ".venv").glob(".*"):
            os.utime(stamp, (earlier, earlier))
        (self.folder / name).touch()


@pytest.fixture
def clone(tmp_path):
    return Clone(tmp_path)


DEMO = ["torch", ".[trainer,symbolic]"]


def test_the_demo_installs_the_trainer_and_the_provers_only(clone):
    assert clone.make("demo").returncode == 0
    assert clone.installed() == DEMO


def test_other_targets_add_the_rest_once(clone):
    clone.make("demo")
    clone.installed()
    clone.make("lint")
    (rest,) = clone.installed()
    assert {"test", "peers", "lint", "docs"} <= set(rest[2:-1].split(","))
    for target in ("demo", "lint", "docs", "test"):
        clone.make(target)
    assert clone.installed() == []


@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt"])
def test_other_versions_are_installed_anew_for_each_target(clone, name):
    clone.make("lint")
    *first, rest = clone.installed()
    assert first == DEMO
    clone.change(name)
    clone.make("demo")
    assert clone.installed() == DEMO
    clone.make("lint")
    assert clone.installed() == [rest]


def test_what_is_installed_is_said_with_its_size(clone):
    assert "about 1.1 GB" in clone.make("demo").stdout
    assert "about 0.7 GB" in clone.make("lint").stdout


def test_pip_shows_its_own_progress_on_a_terminal_only(clone):
    clone.make("demo")
    written = clone.folder / "installed.txt"
    assert written.read_text().count("--quiet") == len(clone.installed())
    clone.change("constraints.txt")
    ours, terminal = pty.openpty()
    clone.make("demo", stdout=terminal)
    os.close(terminal)
    os.close(ours)
    assert "--quiet" not in written.read_text()
    assert clone.installed() == DEMO


def test_an_installation_that_failed_is_tried_again(clone):
    assert clone.make("demo", refuses="trainer,symbolic").returncode != 0
    clone.installed()
    assert clone.make("demo").returncode == 0
    assert clone.installed() == DEMO


def test_torch_comes_from_elsewhere_where_its_index_has_none(clone):
    ran = clone.make("demo", "TORCH_INDEX=https://nowhere.invalid", refuses="nowhere.invalid")
    assert ran.returncode == 0
    assert "https://nowhere.invalid has no torch" in ran.stdout
    assert clone.installed() == DEMO
