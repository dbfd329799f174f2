"""What tells one installed package from another, and from itself after an edit."""

import os

import pytest

from pv.evidence import installed
from pv.evidence.installed import identity, release, version_of


@pytest.fixture
def packages(tmp_path):
    """Make a folder of installed packages: a package, a module, and one without a record."""
    installed._records.cache_clear()
    home = tmp_path / "site-packages"
    for name in ("lib/__init__.py", "lib/deep/fast.so", "lib/notes.txt", "one.py", "loose/a.py"):
        file = home / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("1", encoding="utf-8")
        os.utime(file, (5, 5))
    record(home, "some_lib-1.2", "lib/__init__.py,sha256=a,1\nlib/deep/fast.so,sha256=b,1\n")
    record(home, "single-3.0", "other.py,,\none.py,sha256=c,1\n")
    record(home, "library-9", "library/lib/x.py,,\n")
    yield home
    installed._records.cache_clear()


def record(home, name, text):
    folder = home / f"{name}.dist-info"
    folder.mkdir(exist_ok=True)
    (folder / "RECORD").write_text(text, encoding="utf-8")
    installed._records.cache_clear()


@pytest.mark.parametrize(
    ("module", "file", "version"),
    [
        ("lib", "lib/__init__.py", "some_lib 1.2"),
        ("lib.deep", "lib/deep/fast.so", "some_lib 1.2"),
        ("one", "one.py", "single 3.0"), ("loose.a", "loose/a.py", None),
    ],
)  # fmt: skip
def test_a_module_came_with_the_distribution_that_records_it(packages, module, file, version):
    assert version_of(module, str(packages / file)) == version


def test_of_a_link_to_its_sources_the_package_is_asked(tmp_path):
    assert version_of("pytest.x", str(tmp_path / "x.py")) == f"pytest {pytest.__version__}"
    assert version_of("unheard.of", str(tmp_path / "x.py")) is None
    assert (release("pytest"), release("unheard-of")) == (pytest.__version__, None)


def test_what_is_not_installed_has_no_identity(packages, tmp_path):
    (tmp_path / "x.py").write_text("", encoding="utf-8")
    assert identity(str(tmp_path / "x.py")) is None
    assert identity(str(packages / "missing.py")) is None
    assert identity(str(packages / "one.py")) is not None


def test_code_that_is_edited_or_built_anew_has_another_identity(packages):
    lib = str(packages / "lib")
    before = identity(lib)
    for quiet in ("lib/notes.txt", "lib/cached.pyc", "one.py", "loose/b.py"):
        (packages / quiet).write_text("22", encoding="utf-8")
        assert identity(lib) == before
    known = {before}
    for loud, text in [("lib/__init__.py", "22"), ("lib/deep/fast.so", "1"), ("lib/new.pyd", "")]:
        (packages / loud).write_text(text, encoding="utf-8")
        known.add(identity(lib))
    record(packages, "some_lib-1.2", "lib/__init__.py,sha256=z,1\n")
    known.add(identity(lib))
    record(packages, "also", "first.py,,\nlib/more.py,,\n")
    known.add(identity(lib))
    record(packages, "unrelated", "first.py,,\nlibrary/more.py,,\nsub/lib/x.py,,\n")
    assert identity(lib) in known
    assert len(known) == 6


def test_of_a_package_with_its_old_sizes_and_times_its_record_alone_tells(packages):
    lib = str(packages / "lib")
    before = identity(lib)
    fast = packages / "lib/deep/fast.so"
    fast.write_text("2", encoding="utf-8")
    assert identity(lib) != before
    os.utime(fast, (5, 5))
    assert identity(lib) == before  # which docs/trust.md names
    record(packages, "some_lib-1.2", "lib/__init__.py,sha256=a,1\nlib/deep/fast.so,sha256=c,1\n")
    assert identity(lib) != before


def test_a_single_module_is_known_by_its_own_file(packages):
    one = str(packages / "one.py")
    before = identity(one)
    (packages / "lib" / "__init__.py").write_text("22", encoding="utf-8")
    assert identity(one) == before
    os.utime(one, (6, 6))
    assert identity(one) != before


def test_a_folder_that_is_linked_into_a_package_is_not_followed(packages, tmp_path):
    (tmp_path / "apart").mkdir()
    (packages / "lib" / "linked").symlink_to(tmp_path / "apart")
    before = identity(str(packages / "lib"))
    (tmp_path / "apart" / "x.py").write_text("", encoding="utf-8")
    assert identity(str(packages / "lib")) == before
