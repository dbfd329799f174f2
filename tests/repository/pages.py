"""Read a page of the documentation: the files that it shows, and the commands with their output."""

import re
from dataclasses import dataclass

from tests.conftest import HOME


@dataclass(frozen=True)
class Page:
    text: str

    @property
    def files(self):
        """Names and texts of the files that the page shows."""
        return re.findall(r"`([\w./-]+)`:\n\n```\w+\n(.*?)```", self.text, re.DOTALL)

    @property
    def sessions(self):
        """Blocks of commands with their output."""
        return re.findall(r"```\n(\$ .*?)```", self.text, re.DOTALL)


def read_page(name):
    return Page((HOME / "docs" / name).read_text(encoding="utf-8"))


def write_files(page, project):
    for name, text in page.files:
        project.write(name, text)


def follow(project, session):
    """Run the commands of a session; what they print stands in it. Returns the last exit code.

    A line that ends with `…` gives the beginning of a line of output, and `…` alone any lines.
    """
    for words, lines in _commands(session):
        ran = project.pv(*words)
        printed = ran.stdout.splitlines()
        missing = [line for line in lines if not any(each.startswith(line) for each in printed)]
        assert not missing, (words, ran.stdout, ran.stderr)
    return ran.returncode


def _commands(session):
    for part in session.split("$ ")[1:]:
        command, *lines = part.splitlines()
        yield command.split()[1:], [line.rstrip("…").rstrip() for line in lines if line != "…"]
