from pathlib import Path

import numpy as np
import pytest

from pv.binding.model import System
from pv.binding.sources import (
    identity_outside,
    module_file,
    of_system,
    outside_versions,
    reached_from,
)

FILES = {
    "app/__init__.py": "",
    "app/__main__.py": "from . import rule\n",
    "app/rule.py": "from .deep.inner import f\nimport numpy, json\n",
    "app/deep/__init__.py": "from .. import shared\n",
    "app/deep/inner.py": "def f():\n    import late\n",
    "app/shared.py": "",
    "app/unused.py": "",
    "late.py": "",
    "script.py": "import late\n",
    "broken.py": "def f(:\n",
}


@pytest.fixture
def root(tmp_path):
    for name, text in FILES.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path


def names(files, root):
    return {file.relative_to(root).as_posix() for file in files}


def test_a_module_is_a_file_or_a_folder(root):
    assert module_file("app.rule", root) == root / "app/rule.py"
    assert module_file("app.deep", root) == root / "app/deep/__init__.py"
    assert module_file("numpy", root) is None


def test_a_module_reaches_its_packages_and_all_that_it_imports_anywhere(root):
    assert names(reached_from("app.rule", root), root) == {
        "app/__init__.py", "app/rule.py", "app/deep/__init__.py", "app/deep/inner.py",
        "app/shared.py", "late.py",
    }  # fmt: skip


def test_a_module_that_does_not_parse_reaches_itself(root):
    assert names(reached_from("broken", root), root) == {"broken.py"}


@pytest.mark.parametrize(
    ("system", "reached"),
    [
        (System("s", ("python", "script.py")), {"script.py", "late.py"}),
        (System("s", ("./run",), sources=("app/*.py",)),
         {"app/__init__.py", "app/__main__.py", "app/rule.py", "app/shared.py", "app/unused.py"}),
    ],
)  # fmt: skip
def test_a_system_reaches_its_script_or_its_declared_sources(root, system, reached):
    assert names(of_system(system, root), root) == reached


def test_a_module_that_is_run_begins_at_its_main(root):
    found = names(of_system(System("s", ("python", "-m", "app")), root), root)
    assert {"app/__main__.py", "app/rule.py"} <= found
    assert "app/unused.py" not in found


def test_of_another_command_nothing_can_be_told(root):
    assert of_system(System("s", ("./run",)), root) is None
    assert of_system(System("s", ("python", "missing.py")), root) is None


def test_packages_outside_are_identified_by_their_version(root):
    found = outside_versions(reached_from("app.rule", root), root)
    assert {*found} == {"numpy"}
    assert found["numpy"] == np.__version__
    assert identity_outside("no_such_package_here") is None
    assert outside_versions([Path(root / "app/shared.py")], root) == {}
