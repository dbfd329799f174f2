"""The version is the same wherever it is written."""

import tomllib

import pv
from tests.conftest import HOME


def test_the_package_and_its_metadata_have_one_version():
    project = tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == pv.__version__
