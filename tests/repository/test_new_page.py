"""docs/new.md, done as it says: its module is written, and its commands print what it shows."""

import re

import pytest

from tests.conftest import Project
from tests.repository.pages import follow, read_page

PAGE = read_page("new.md")


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    made = Project(tmp_path_factory.mktemp("new"))
    made.write(
        "slugs.py", re.search(r"`slugs.py`:\n\n```python\n(.*?)```", PAGE.text, re.DOTALL)[1]
    )
    return made


@pytest.mark.slow
def test_a_module_gets_the_contract_that_the_page_shows(project):
    (session,) = PAGE.sessions
    assert follow(project, session) == 0
