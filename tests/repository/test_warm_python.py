"""Tests run pv in forks: what they import as they are collected changes no environment."""

from tests import warm_python


def test_what_tests_import_leaves_the_environment_as_it_was():
    assert warm_python.changed_variables() == set()


def test_another_environment_is_told(monkeypatch):
    monkeypatch.setenv("COLUMNS", "33")
    assert warm_python.changed_variables() == {"COLUMNS"}
