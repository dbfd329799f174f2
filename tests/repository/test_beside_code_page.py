"""docs/beside-code.md: its module is written, and its command prints what it shows."""

import re

from tests.conftest import Project
from tests.repository.pages import follow, read_page

PAGE = read_page("beside-code.md")


def test_the_command_prints_what_the_page_shows(tmp_path):
    project = Project(tmp_path)
    name, text = re.search(r"`([\w.]+)`:\n\n````python\n(.*?)````", PAGE.text, re.DOTALL).groups()
    project.write(name, text)
    (session,) = PAGE.sessions
    assert follow(project, session) == 1
