from importlib import metadata
from types import SimpleNamespace

import pytest

from pv.binding import own_environment
from pv.binding.own_environment import has_pv_alone

REQUIRED = {
    "pv-contracts": ["numpy>=1.26", 'PyYAML; python_version > "3"', 'torch>=2; extra == "trainer"'],
    "numpy": None,
    "pyyaml": ["typing_extensions (>=4)"],
    "typing-extensions": ["not-for-this-system; os_name == 'nt'"],
}


@pytest.fixture
def environment(monkeypatch):
    def requires(name):
        if name not in REQUIRED:
            raise metadata.PackageNotFoundError(name)
        return REQUIRED[name]

    def of(*names):
        found = [SimpleNamespace(name=name) for name in names]
        monkeypatch.setattr(metadata, "distributions", lambda: found)
        monkeypatch.setattr(metadata, "requires", requires)
        has_pv_alone.cache_clear()
        return has_pv_alone()

    yield of
    has_pv_alone.cache_clear()


OWN = ("pip", "pv_contracts", "NumPy", "PyYAML", "typing_extensions")


def test_pv_and_what_it_requires_is_pv_alone(environment):
    assert environment(*OWN)
    assert environment("pv-contracts")


@pytest.mark.parametrize("more", ["torch", "shop"])
def test_with_any_other_package_it_is_not(environment, more):
    assert not environment(*OWN, more)


def test_where_pv_is_not_installed_it_is_not(environment, monkeypatch):
    monkeypatch.delitem(REQUIRED, "pv-contracts")
    assert not environment("numpy", "pip")


def test_the_environment_of_these_tests_has_more():
    has_pv_alone.cache_clear()
    assert not has_pv_alone()
    assert own_environment.remedy("install it") == "install it"
