"""Command lines become records at once; nothing below a verb sees argparse."""

import argparse
import os
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from pv.commands.shared import checking, weighing
from pv.commands.shared.targets import Selection, add_targets, selection
from pv.engines.outcome import DEFAULT_BUDGET, DEFAULT_SEED


def parsed(declare, *words):
    parser = argparse.ArgumentParser(exit_on_error=False)
    declare(parser)
    return parser.parse_intermixed_args(words)


def test_targets_and_bindings_may_be_mixed():
    arguments = parsed(
        add_targets, "a-v1.yaml", "--binding", "b.yaml", "O-1", "--binding", "c.yaml"
    )
    assert selection(arguments) == Selection(("a-v1.yaml", "O-1"), (Path("b.yaml"), Path("c.yaml")))


def test_without_options_a_run_has_the_defaults():
    found = checking.run_options(parsed(checking.add_arguments))
    assert found.selection == Selection((), ())
    assert (found.format, found.fresh, found.strict) == ("text", False, False)
    assert (found.budget, found.seed) == (DEFAULT_BUDGET, DEFAULT_SEED)
    assert found.jobs == (os.cpu_count() or 1)


def test_where_nobody_knows_the_processors_there_is_one(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert checking.run_options(parsed(checking.add_arguments)).jobs == 1


def test_options_of_a_run_reach_the_engines():
    words = ("--jobs", "3", "--budget", "1.5", "--seed", "7", "--fresh", "--strict")
    found = checking.run_options(parsed(checking.add_arguments, *words))
    assert (found.fresh, found.strict) == (True, True)
    engines = checking.engine_options(found, cases=4, prove=True)
    assert (engines.jobs, engines.budget, engines.seed, engines.cases, engines.prove) == (
        3, 1.5, 7, 4, True,
    )  # fmt: skip
    assert not engines.in_full


@pytest.mark.parametrize("words", [("--jobs", "0"), ("--budget", "-1"), ("--budget", "inf")])
def test_a_number_without_a_meaning_is_refused(words):
    with pytest.raises(argparse.ArgumentError, match="is not a positive number"):
        parsed(checking.add_arguments, *words)


def test_options_of_a_baseline():
    words = ("--baseline", "known.json", "--update-baseline")
    found = weighing.baseline_options(parsed(weighing.add_baseline, *words))
    assert found == weighing.BaselineOptions(Path("known.json"), update=True)
    with pytest.raises(FrozenInstanceError):
        found.update = False
