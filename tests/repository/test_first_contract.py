"""docs/first-contract.md, done as it says: its files are written and its commands run."""

import pytest

from tests.conftest import Project
from tests.repository.pages import follow, read_page, write_files

PAGE = read_page("first-contract.md")
MENDED = ("max(0, items - width)", "max(0, items - width + 1)")


@pytest.fixture
def newcomer(tmp_path):
    made = Project(tmp_path)
    write_files(PAGE, made)
    return made


def test_a_first_contract_says_what_the_page_says(newcomer):
    assert [name for name, _ in PAGE.files] == [
        "averages.py", "contracts/averages-v1.yaml", "contracts/bindings/averages.yaml",
    ]  # fmt: skip
    found, mended = PAGE.sessions
    assert follow(newcomer, found) == 1
    newcomer.change("averages.py", *MENDED)
    assert follow(newcomer, mended) == 0


def test_without_a_binding_the_equations_that_lack_one_are_named(newcomer):
    (newcomer.folder / "contracts/bindings/averages.yaml").unlink()
    ran = newcomer.pv("prove")
    assert ran.returncode == 4
    for equation in ("windows", "moving_average"):
        assert f"no binding file names a callable for {equation}\n" in ran.stdout, ran.stdout


def test_a_module_that_is_nowhere_is_told_where_it_was_looked_for(newcomer):
    newcomer.change("contracts/bindings/averages.yaml", "averages:windows", "avreages:windows")
    for words in (["lint"], ["list"], ["prove", "--format", "json"]):
        said = newcomer.pv(*words).stdout
        assert f"there is no `avreages` in {newcomer.folder}, and none is installed" in said


def test_a_faulty_binding_file_is_told_alone(newcomer):
    newcomer.change("contracts/bindings/averages.yaml", "averages:windows", "averages.windows")
    said = newcomer.pv("lint").stdout
    assert "averages.yaml:6:15: error SCHEMA-000 `callable` is `averages.windows`" in said
    assert "write it like `trainer.schedule:count_steps`" in said
    assert "BIND-006" not in said
