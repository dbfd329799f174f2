"""When a report has colours: on a terminal, and as --color, NO_COLOR and FORCE_COLOR say."""

import os
import pty
import subprocess
import sys
from argparse import Namespace
from io import StringIO

import pytest

from pv.commands.shared.options.color import shown_in_color

ESCAPE = "\x1b["
VARIABLES = ("NO_COLOR", "FORCE_COLOR", "TERM")


@pytest.fixture
def printed(project):
    """Run pv and return what it prints, on a terminal or not."""

    def run(*words, terminal=False, **variables):
        environment = {name: each for name, each in os.environ.items() if name not in VARIABLES}
        ours, theirs = pty.openpty() if terminal else os.pipe()
        done = subprocess.run(
            [sys.executable, "-m", "pv", *words],
            cwd=project.folder, stdout=theirs, stderr=subprocess.PIPE, check=False,
            env={**environment, **variables},
        )  # fmt: skip
        assert done.stderr == b""
        text = os.read(ours, 1 << 16).decode()
        os.close(ours)
        os.close(theirs)
        return text.replace("\r\n", "\n")

    return run


class Terminal(StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("color", "stream", "variables", "expected"),
    [
        ("auto", StringIO, {}, False),
        ("auto", Terminal, {}, True),
        ("auto", Terminal, {"TERM": "dumb"}, False),
        ("auto", Terminal, {"NO_COLOR": "1"}, False),
        ("auto", Terminal, {"NO_COLOR": ""}, True),
        ("auto", StringIO, {"FORCE_COLOR": "1"}, True),
        ("auto", StringIO, {"FORCE_COLOR": ""}, False),
        ("auto", StringIO, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ("always", StringIO, {"NO_COLOR": "1"}, True),
        ("never", Terminal, {"FORCE_COLOR": "1"}, False),
    ],
)
def test_colours_are_shown_where_they_are_wanted(color, stream, variables, expected, monkeypatch):
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    for form, colored in (("text", expected), ("json", False), ("sarif", False)):
        given = stream()
        shown_in_color(given, Namespace(color=color, format=form)).write("REFUTED   O-1\n")
        assert (ESCAPE in given.getvalue()) is colored
    assert shown_in_color(given, Namespace(format="text")) is given  # a verb without the option


def test_a_terminal_has_colours_and_a_pipe_has_none(printed, project):
    project.change("contracts/counter-v1.yaml", "symbolic_checks:", "symbolic_check:")
    assert "\x1b[1;31merror\x1b[0m SCHEMA-019" in printed("validate", terminal=True)
    assert ESCAPE not in printed("validate")


@pytest.mark.parametrize("verb", ["falsify", "prove", "gate", "list"])
def test_without_colours_a_report_is_the_same(printed, verb):
    for each in ("gate", "prove", "falsify"):
        printed(each)
    plain = printed(verb)
    shown = printed(verb, "--color", "always")
    assert shown != plain
    for escape in ("\x1b[32m", "\x1b[90m", "\x1b[0m"):
        shown = shown.replace(escape, "")
    assert shown == plain


@pytest.mark.parametrize("form", ["json", "sarif", "github"])
def test_findings_for_programs_have_no_colours(printed, project, form):
    project.change("contracts/counter-v1.yaml", "symbolic_checks:", "symbolic_check:")
    assert "\x1b[1;31merror" in printed("validate", "--color", "always")
    text = printed("validate", "--color", "always", "--format", form)
    assert "SCHEMA-019" in text
    assert ESCAPE not in text
