"""A record is fresh while all that it depends on is as it was, and says what is not."""

from dataclasses import replace

import pytest

from pv.evidence.dependencies import Dependencies, changed_meanwhile, dependencies
from pv.evidence.file_states import FileStates
from pv.evidence.seen import Seen


@pytest.fixture
def project(tmp_path):
    """Make files, a folder, a link, a module and an installed package."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "one.txt").write_text("1", encoding="utf-8")
    (tmp_path / "code.py").write_text("x = 1\n", encoding="utf-8")
    (tmp_path / "link").symlink_to("code.py")
    package = tmp_path / "site-packages" / "lib"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("", encoding="utf-8")
    return tmp_path


@pytest.fixture
def seen(project):
    """Return what a process saw that used all of them."""
    states = FileStates()
    path = (str(project / "nowhere"), str(project), "")
    return Seen(
        files={
            str(project / "code.py"): states.of_file(str(project / "code.py")),
            str(project / "missing.txt"): None,
        },
        folders={str(project / "data"): states.of_folder(str(project / "data"))},
        links={str(project / "link"): states.of_link(str(project / "link"))},
        modules={"code": (path, str(project / "code.py")), "lost": (path, None)},
        installed=frozenset({str(project / "site-packages" / "lib")}),
    )


def change(seen, root):
    return dependencies(seen, root, FileStates()).change(root, FileStates())


def write(file, text):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


CHANGES = {
    "code.py": lambda root: write(root / "code.py", "x = 22\n"),
    "missing.txt": lambda root: write(root / "missing.txt", ""),
    "data": lambda root: write(root / "data" / "two.txt", ""),
    "link": lambda root: ((root / "link").unlink(), (root / "link").symlink_to("data")),
    "module lost": lambda root: write(root / "lost.py", ""),
    "module code": lambda root: write(root / "nowhere" / "code.py", ""),
    "site-packages/lib": lambda root: write(root / "site-packages/lib/more.py", ""),
}


def test_while_nothing_changes_nothing_is_named(project, seen):
    needs = dependencies(seen, project, FileStates())
    assert needs.change(project, FileStates()) is None
    write(project / "unrelated.py", "")
    write(project / "data" / "one.txt", "2")
    assert needs.change(project, FileStates()) is None


@pytest.mark.parametrize("name", CHANGES)
def test_what_has_changed_is_named(project, seen, name):
    needs = dependencies(seen, project, FileStates())
    CHANGES[name](project)
    assert needs.change(project, FileStates()) in {name, str(project / name)}


def test_a_project_may_be_moved(project, seen, tmp_path_factory):
    needs = dependencies(replace(seen, installed=frozenset()), project, FileStates())
    moved = tmp_path_factory.mktemp("other") / "place"
    project.rename(moved)
    assert needs.change(moved, FileStates()) is None
    assert {*needs.files} == {"code.py", "missing.txt"}
    assert (needs.modules["code"], needs.modules["lost"]) == ((0, "code.py"), (0, None))
    assert needs.paths[0][0] == "nowhere"


def test_it_is_the_same_after_it_was_written_and_read(project, seen):
    needs = dependencies(seen, project, FileStates())
    assert Dependencies.from_json(needs.to_json()) == needs
    assert Dependencies.from_json(needs.to_json()).digest == needs.digest
    assert replace(needs, files={}).digest != needs.digest


@pytest.mark.parametrize("line", ["{}", "[]", "1", "{", '{"modules": {}, "paths": [], "z": 1}'])
def test_another_line_is_refused(line):
    with pytest.raises((ValueError, KeyError, TypeError)):
        Dependencies.from_json(line)


def test_a_module_is_looked_for_where_the_process_looked(project, seen):
    needs = dependencies(seen, project, FileStates())
    assert needs.import_path("code", project)[:2] == [str(project / "nowhere"), str(project)]
    assert needs.import_path("unheard", project) == []


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({}, "code.py"), ({"own": ("code.py",)}, "code.py"),
        ({"own": ("data/one.txt",)}, "code.py"),
        ({"contradictions": ("z", "a")}, "a"),
    ],
)  # fmt: skip
def test_a_file_that_somebody_else_changed_meanwhile_is_named(project, seen, more, named):
    own = frozenset(str(project / each) for each in more.get("own", ()))
    contradictions = frozenset(more.get("contradictions", ()))
    seen = replace(seen, own=own, contradictions=contradictions)
    assert (changed_meanwhile(seen, FileStates()) is None) is not contradictions
    write(project / "code.py", "x = 22\n")
    assert str(changed_meanwhile(seen, FileStates())).endswith(named)


def test_of_data_only_what_others_changed_is_named(project, seen):
    file = str(project / "data" / "one.txt")
    files = {file: FileStates().of_file(file), str(project / "missing.txt"): None}
    seen = replace(seen, files=files)
    write(project / "missing.txt", "")
    assert changed_meanwhile(seen, FileStates()) is None
    write(project / "data" / "one.txt", "22")
    assert changed_meanwhile(seen, FileStates()) == file
    assert changed_meanwhile(replace(seen, own=frozenset({file})), FileStates()) is None


def test_a_folder_into_which_somebody_else_wrote_is_named(project, seen):
    folder = str(project / "data")
    assert changed_meanwhile(seen, FileStates()) is None
    write(project / "data" / "two.txt", "")
    assert changed_meanwhile(seen, FileStates()) == folder
    own = replace(seen, own=frozenset({str(project / "data" / "two.txt")}))
    assert changed_meanwhile(own, FileStates()) is None
    gone = replace(seen, folders={str(project / "none"): None})
    write(project / "none" / "x", "")
    assert changed_meanwhile(gone, FileStates()) is None


def test_the_digest_is_that_of_what_is_said_in_whatever_order():
    one, other = ("a", "1"), ("b\udc80", "2")  # a name that is no UTF-8
    first, second = (Dependencies(files=dict(each)) for each in ((one, other), (other, one)))
    assert first.digest == second.digest != Dependencies(files={"a": "1"}).digest
    assert Dependencies.from_json(first.to_json()) == second
