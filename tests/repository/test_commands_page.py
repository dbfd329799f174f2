"""docs/commands.md: every command is listed, and its example prints what it shows."""

import re

from pv.cli import VERBS
from tests.conftest import Project
from tests.repository.pages import follow, read_page, write_files

PAGE = read_page("commands.md")


def test_every_command_is_listed():
    assert set(re.findall(r"^\| `pv (\w+)", PAGE.text, re.MULTILINE)) == set(VERBS)


def test_the_example_prints_what_the_page_shows(tmp_path):
    project = Project(tmp_path)
    write_files(PAGE, project)
    (session,) = PAGE.sessions
    assert follow(project, session) == 1
