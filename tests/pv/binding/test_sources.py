import pytest

from pv.binding.environment import import_path
from pv.binding.model import System
from pv.binding.sources import declared, module_file, of_system

FILES = {
    "app/__init__.py": "",
    "app/rule.py": "",
    "app/deep/__init__.py": "",
    "app/deep.py": "",
    "apart/inner.py": "",
    "script.sh": "",
    "settings.toml": "",
}


@pytest.fixture
def root(tmp_path):
    for name, text in FILES.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path


def names(files, root):
    return {file.relative_to(root).as_posix() for file in files if file.is_relative_to(root)}


def test_a_module_is_found_as_python_finds_it(root):
    path = [str(root)]
    assert module_file("app.rule", path) == root / "app/rule.py"
    assert module_file("app.deep", path) == root / "app/deep/__init__.py"
    assert module_file("apart.inner", path) == root / "apart/inner.py"
    assert module_file("apart", path) is None
    assert module_file("app.rule.more", path) is None
    assert module_file("numpy", path) is None


def test_the_callers_import_path_comes_after_the_root(root, monkeypatch):
    other = root / "app"
    monkeypatch.setenv("PYTHONPATH", f"{other}:{root}")
    assert import_path(root) == (str(root), str(other))
    assert module_file("rule", import_path(root)) == other / "rule.py"
    monkeypatch.chdir(root)
    monkeypatch.setenv("PYTHONPATH", "apart")
    assert import_path(root) == (str(root), str(root / "apart"))
    monkeypatch.setenv("PYTHONPATH", "")
    assert import_path(root) == (str(root),)


def test_declared_sources_are_files_that_globs_match(root):
    assert names(declared(["app/**/*.py", "*.toml", "nothing/*"], root), root) == {
        "app/__init__.py", "app/rule.py", "app/deep/__init__.py", "app/deep.py", "settings.toml",
    }  # fmt: skip
    assert names(declared([str(root / "*.sh")], root), root) == {"script.sh"}


@pytest.mark.parametrize(
    ("system", "named"),
    [
        (System("s", ("python", "-m", "app")), set()),
        (System("s", ("python", "-m", "app", "--settings=settings.toml")), {"settings.toml"}),
        (System("s", ("sh", "script.sh"), sources=("*.toml",)), {"script.sh", "settings.toml"}),
        (System("s", ("./script.sh",), sources=("none/*",)), {"script.sh"}),
    ],
)
def test_a_command_names_its_files_and_its_sources(root, system, named):
    assert names(of_system(system, root), root) == named


def test_a_program_that_is_found_on_the_path_counts(root, monkeypatch):
    (root / "script.sh").chmod(0o755)
    monkeypatch.setenv("PATH", str(root))
    assert root / "script.sh" in of_system(System("s", ("script.sh",), sources=("x",)), root)


def test_of_what_is_neither_python_nor_declared_nothing_can_be_told(root):
    assert of_system(System("s", ("sh", "script.sh")), root) is None
    assert of_system(System("s", ("python", "-u", "-sI", "-m", "app")), root) is None
    assert of_system(System("s", ("python", "-u", "-m", "-I")), root) is not None
