"""docs/verdicts.md: its commands print what it shows, and its texts are those of `pv explain`."""

import re

import pytest

from pv.evidence.verdict import Verdict
from tests.conftest import Project
from tests.repository.pages import follow, read_page, write_files

PAGE = read_page("verdicts.md")
CORRECTIONS = {
    "min(x, top)": "max(0, min(x, top))",
    "n >> 1": "n // 2",
    "    xs.sort()\n    return xs[-1]": "    return sorted(xs)[-1]",
}


def test_the_commands_print_what_the_page_shows(tmp_path):
    project = Project(tmp_path)
    write_files(PAGE, project)
    *before, after = PAGE.sessions
    codes = [follow(project, session) for session in before]
    assert codes == [1, 1, 1, 1, 4, 4]
    assert [session.splitlines()[1].split()[0] for session in before] == [
        verdict.name for verdict in Verdict if verdict.fails or not verdict.measured
    ]
    for old, new in CORRECTIONS.items():
        project.change("ticks.py", old, new)
    assert follow(project, after) == 0


@pytest.mark.parametrize("verdict", Verdict, ids=lambda verdict: verdict.name)
def test_a_section_has_the_text_of_pv_explain(verdict):
    sections = dict(re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", PAGE.text, re.DOTALL | re.MULTILINE))
    section = " ".join(sections[verdict.name].split())
    assert section.startswith(verdict.shown)
    assert f"What to do: {verdict.remedy}" in section
