"""The examples of each verb's help are command lines that it takes."""

import shlex

import pytest

from pv.cli import EXAMPLES, VERBS, _parsed


def test_each_verb_has_examples():
    assert {*EXAMPLES} == {*VERBS}


@pytest.mark.parametrize("example", [each for some in EXAMPLES.values() for each in some])
def test_an_example_is_a_command_line(example):
    program, *words = shlex.split(example)
    assert program == "pv"
    verb, arguments = _parsed(words)
    assert verb.__name__ == f"pv.commands.{words[0]}"
    assert arguments.time_limit in {None, 600}
