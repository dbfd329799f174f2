import sys

import pytest

from pv.binding.environment import import_path
from pv.binding.import_order import first_on_path
from pv.binding.locate import locate
from pv.binding.source_folders import source_folders


@pytest.fixture
def root(tmp_path):
    write(tmp_path, "src/shop_of_src/rules.py", "def share(): ...")
    write(tmp_path, "lib/shop_of_lib.py", "def share(): ...")
    return tmp_path


def write(root, name, text=""):
    file = root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def test_code_below_src_is_found_and_comes_after_the_root(root):
    assert locate("shop_of_src.rules:share", root) == root / "src/shop_of_src/rules.py"
    assert import_path(root)[:2] == (str(root), str(root / "src"))
    with first_on_path(root):
        assert sys.path[:2] == [str(root), str(root / "src")]
    assert str(root / "src") not in sys.path


def test_a_package_that_is_installed_from_elsewhere_is_meant(root, tmp_path_factory, monkeypatch):
    elsewhere = tmp_path_factory.mktemp("site-packages")
    write(elsewhere, "shop_of_src/__init__.py")
    monkeypatch.setattr(sys, "path", [str(elsewhere), *sys.path])
    assert source_folders(root) == ()
    write(root, "src/more_of_src.py")
    assert source_folders(root) == (root / "src",)


def test_a_package_that_is_installed_as_a_link_to_its_sources_is_below_src(root, monkeypatch):
    write(root, "src/shop_of_src/__init__.py")
    monkeypatch.setattr(sys, "path", [str(root / "src"), *sys.path])
    assert source_folders(root) == (root / "src",)


def test_src_is_no_folder_of_sources_where_it_is_a_package(root):
    write(root, "src/__init__.py")
    assert source_folders(root) == ()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", '[tool.pytest.ini_options]\npythonpath = ["lib", "nowhere"]'),
        ("pyproject.toml", '[tool.pytest]\npythonpath = ["lib"]'),
        ("pyproject.toml", '[tool.pytest.ini_options]\npythonpath = "lib nowhere"'),
        ("pytest.ini", "[pytest]\npythonpath = lib\n    nowhere"),
        ("tox.ini", "[pytest]\npythonpath=lib"),
        ("setup.cfg", "[tool:pytest]\npythonpath: lib"),
    ],
)
def test_what_pytest_has_on_its_path_is_found(root, name, text):
    assert source_folders(root) == (root / "src",)
    write(root, name, text)
    assert source_folders(root) == (root / "lib", root / "src")
    assert locate("shop_of_lib:share", root) == root / "lib/shop_of_lib.py"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", "[tool.pytest\npythonpath = ["),
        ("pyproject.toml", "[tool.pytest.ini_options]\npythonpath = [3]"),
        ("pyproject.toml", "tool = 3 # pythonpath"),
        ("pyproject.toml", "[tool]\npytest = {pythonpath = 3}"),
        ("pytest.ini", "pythonpath = lib"),
        ("tox.ini", "[testenv]\npythonpath = lib"),
        ("setup.cfg", "[pytest]\npythonpath = lib"),
    ],
)
def test_what_is_no_configuration_of_pytest_names_nothing(root, name, text):
    write(root, name, text)
    assert source_folders(root) == (root / "src",)


def test_a_project_without_such_folders_has_its_root_alone(tmp_path):
    assert import_path(tmp_path) == (str(tmp_path),)
