"""What the documentation names exists: files, packages, and the targets of links."""

import re

import pytest

from tests.conftest import HOME

ROOT_PAGES = sorted(HOME.glob("*.md"))
RECORDS = {"CHANGELOG.md", "corpus.md"}  # of a past state: a release, a measurement
PAGES = [page for page in [*ROOT_PAGES, *(HOME / "docs").glob("*.md")] if page.name not in RECORDS]
SOURCES = re.compile(r"`((?:pv|trainer|tests|contracts|benchmarks|schemas|docs)/[\w./-]+)`")
WRITTEN_BY_USERS = re.compile(r"contracts/|tests/contracts")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(HOME)))
def test_named_files_exist(page):
    named = SOURCES.findall(page.read_text(encoding="utf-8"))
    own = [name for name in named if not WRITTEN_BY_USERS.match(name)]
    own += [name for name in named if re.match(r"contracts/(trainer|kd|apr)-", name)]
    assert [name for name in own if not (HOME / name).exists()] == []


@pytest.mark.parametrize("page", ROOT_PAGES, ids=lambda page: page.name)
def test_links_of_pages_outside_the_site_lead_to_files(page):
    links = re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (HOME / link).exists()] == []


@pytest.mark.parametrize("package", ["pv", "trainer"])
def test_the_architecture_names_every_package(package):
    text = (HOME / "ARCHITECTURE.md").read_text(encoding="utf-8")
    inside = {each.parent.name for each in (HOME / package).glob("*/__init__.py")}
    assert {name for name in inside if f"`{name}`" not in text} == set()


def test_the_readme_is_short():
    assert len((HOME / "README.md").read_text(encoding="utf-8").split()) <= 600
