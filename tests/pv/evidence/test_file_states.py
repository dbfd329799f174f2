import os

import pytest

from pv.evidence import file_states
from pv.evidence.digests import of_bytes
from pv.evidence.file_states import FileStates
from pv.evidence.observer import state_of


def test_a_file_is_read_again_when_it_has_changed_and_only_then(tmp_path, monkeypatch):
    states, file = FileStates(), tmp_path / "code.py"
    file.write_text("x = 1\n", encoding="utf-8")
    read = []
    monkeypatch.setattr(file_states, "state_of", lambda path: read.append(path) or state_of(path))
    first = states.of_file(str(file))
    assert (states.of_file(str(file)), len(read)) == (first, 1)
    file.write_text("y = 2\n", encoding="utf-8")  # of the same size
    assert states.of_file(str(file)) != first
    assert len(read) == 2
    assert first == of_bytes(b"x = 1\n")
    assert (states.of_file(str(tmp_path / "missing")), states.of_file("\0")) == (None, None)


def test_a_link_leads_somewhere_and_a_folder_has_names(tmp_path):
    states, link = FileStates(), tmp_path / "link"
    assert (states.of_link(str(link)), states.of_folder(str(tmp_path / "none"))) == (None, None)
    before = states.of_folder(str(tmp_path))
    link.symlink_to("there")
    assert states.of_link(str(link)) == "there"
    assert states.of_folder(str(tmp_path)) not in {before, None}


def test_a_module_and_an_installed_package_are_looked_at_once(tmp_path):
    states, module = FileStates(), tmp_path / "site-packages" / "one.py"
    path = (str(module.parent),)
    assert states.of_module("one", path) is None
    assert states.of_installed(str(module)) is None
    module.parent.mkdir()
    module.write_text("", encoding="utf-8")
    assert (states.of_module("one", path), states.of_installed(str(module))) == (None, None)
    later = FileStates()
    assert later.of_module("one", path) == str(module)
    assert later.of_module("two", path) is None
    first = later.of_installed(str(module))
    os.utime(module, (1, 1))
    assert later.of_installed(str(module)) == first != FileStates().of_installed(str(module))


@pytest.mark.parametrize("change", ["size", "time", "inode"])
def test_each_trace_of_a_change_counts(tmp_path, change):
    file, states = tmp_path / "f", FileStates()
    file.write_text("1", encoding="utf-8")
    before = states.of_file(str(file))
    if change == "inode":
        other = tmp_path / "g"
        other.write_text("2", encoding="utf-8")
        os.utime(other, ns=(file.stat().st_atime_ns, file.stat().st_mtime_ns))
        other.replace(file)
    else:
        file.write_text("2" if change == "time" else "11", encoding="utf-8")
    assert states.of_file(str(file)) != before
