"""What a process reports that begins with the observer, and what becomes of it."""

import os
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from hashlib import sha256
from importlib import import_module
from pathlib import Path

import pytest

from pv.engines.systems.process import observed
from pv.evidence import observer
from pv.evidence.dependencies import Dependencies, changed_meanwhile, dependencies
from pv.evidence.file_states import FileStates
from pv.evidence.seen import Seen, read_report


@dataclass
class Process:
    """Runs code below a folder and returns what was seen of it."""

    root: Path
    apart: Path
    environment: dict[str, str]

    def write(self, name, text):
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text), encoding="utf-8")

    def run(self, code, *words):
        self.write("m.py", code)
        report = self.apart / "reads"
        report.unlink(missing_ok=True)
        self.ran = subprocess.run(
            [sys.executable, *(words or ("-c", "import m"))], check=True, capture_output=True,
            text=True, cwd=self.apart, env=observed(self.environment, report, self.apart),
        )  # fmt: skip
        return read_report(report)

    def needs(self, code, *words):
        return dependencies(self.run(code, *words), self.root, FileStates())

    def change(self, needs):
        return needs.change(self.root, FileStates())


@pytest.fixture
def process(tmp_path):
    for name in ("root", "apart"):
        (tmp_path / name).mkdir()
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "root")}
    return Process(tmp_path / "root", tmp_path / "apart", environment)


READS = {
    "open": "open(PATH).read()",
    "Path": "import pathlib; pathlib.Path(PATH).read_bytes()",
    "os.open": "import os; os.close(os.open(PATH, os.O_RDONLY))",
    "exec": "exec(open(PATH).read())",
    "subprocess": "import os, sys; os.system(f'{sys.executable} -c \"open({PATH!r})\"')",
    "fork": "import os; pid = os.fork(); pid or (open(PATH), os._exit(0)); os.waitpid(pid, 0)",
    "numpy": "import numpy; numpy.fromfile(PATH, dtype='u1')",
    "sqlite": "import sqlite3; sqlite3.connect(PATH)",
    "thread": "import threading as t; x = t.Thread(target=open, args=(PATH,)); x.start(); x.join()",
}


@pytest.mark.parametrize("name", READS)
def test_a_file_that_is_read_counts(process, name):
    process.write("k.txt", "1")
    needs = process.needs(f"PATH = {str(process.root / 'k.txt')!r}\n{READS[name]}\n")
    assert process.change(needs) is None
    process.write("k.txt", "2")
    assert process.change(needs) == "k.txt"


IMPORTS = {
    "plain": "import hlp",
    "by name": "import importlib; importlib.import_module('hlp')",
    "inside": "def f():\n    import hlp\nf()",
    "thread": "import threading as t; x = t.Thread(target=__import__, args=('hlp',)); x.start();"
    "x.join()",
    "run as a file": "import runpy; runpy.run_path(__file__.replace('m.py', 'hlp.py'))",
    "by its path": """
        from importlib.util import *
        s = spec_from_file_location("x", __file__.replace("m.py", "hlp.py"))
        s.loader.exec_module(module_from_spec(s))
    """,
}


@pytest.mark.parametrize("name", IMPORTS)
def test_a_module_that_is_imported_counts(process, name):
    process.write("hlp.py", "x = 1")
    needs = process.needs(textwrap.dedent(IMPORTS[name]))
    assert process.change(needs) is None
    process.write("hlp.py", "x = 2")
    assert process.change(needs) == "hlp.py"


def test_a_relative_import_and_one_of_a_package_when_asked_count(process):
    process.write("sub/__init__.py", "def __getattr__(k):\n    from .impl import g\n    return g")
    process.write("sub/impl.py", "g = 1")
    needs = process.needs("import sub; sub.g")
    assert {"m.py", "sub/__init__.py", "sub/impl.py"} <= {*needs.files}


SHADOWS = {
    "a package beside a module": ("import hlp", "hlp/__init__.py"),
    "a module before the standard one": ("import colorsys", "colorsys.py"),
    "a module that was missing": ("try: import fast\nexcept ImportError: pass", "fast.py"),
    "one that was asked for": ("from importlib.util import *; find_spec('fast')", "fast.py"),
    "a package's missing part": ("import pk\ntry: import pk.c\nexcept ImportError: 0", "pk/c.py"),
    "a package for a namespace": ("import space.part", "space/__init__.py"),
}


@pytest.mark.parametrize("name", SHADOWS)
def test_a_module_that_appears_and_is_preferred_counts(process, name):
    code, appears = SHADOWS[name]
    for each in ("hlp.py", "pk/__init__.py", "space/part.py"):
        process.write(each, "")
    needs = process.needs(code)
    process.write("unrelated.py", "")
    process.write("notes/__init__.py", "")
    assert process.change(needs) is None
    process.write(appears, "")
    assert process.change(needs).startswith("module ")


def test_what_is_known_otherwise_does_not_count_file_by_file(process):
    seen = process.run("import json, colorsys, numpy, pv.evidence.verdict; open(json.__file__)")
    own = str(process.root.parent)
    assert [file for file in seen.files if not file.startswith(own)] == []
    assert [name for name in seen.modules if name.startswith("numpy.")] == []
    assert any(each.endswith("/numpy") for each in seen.installed)


def test_a_file_that_was_looked_for_in_vain_counts(process):
    needs = process.needs("try: open(__file__ + '.ini')\nexcept FileNotFoundError: pass\n")
    assert needs.files["m.py.ini"] is None
    process.write("m.py.ini", "")
    assert process.change(needs) == "m.py.ini"


@pytest.mark.parametrize("listing", ["os.listdir(D)", "glob.glob(D + '/*')", "[*os.walk(D)]"])
def test_the_names_in_a_folder_count_where_they_were_listed(process, listing):
    process.write("plugins/a.py", "")
    needs = process.needs(f"import os, glob; D = {str(process.root / 'plugins')!r}\n{listing}\n")
    process.write("other.py", "")
    process.write("plugins/__pycache__/a.pyc", "")
    assert process.change(needs) is None
    process.write("plugins/b.py", "")
    assert process.change(needs) == "plugins"


def test_what_a_process_makes_itself_does_not_count(process, tmp_path):
    needs = process.needs(f"""
        import os, tempfile, pathlib, sys
        here = pathlib.Path({str(tmp_path)!r})
        (here / "made.txt").write_text("1"); (here / "made.txt").read_text()
        (here / "aside").write_text("1")
        os.replace(here / "aside", here / "put"); open(here / "put")
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "gen.py").write_text("")
            os.system(f"echo 1 > {{folder}}/foreign"); open(f"{{folder}}/foreign")
            sys.path.insert(0, folder); import gen
        with open(here / "log.txt", "a") as log: log.write("1")
        os.makedirs(here / "root", exist_ok=True)
    """)
    assert {*needs.files} == {"m.py"}
    assert process.change(needs) is None


def test_a_state_that_a_process_changes_is_never_fresh(process):
    process.write("count.txt", "1")
    seen = process.run("""
        from pathlib import Path
        file = Path(__file__).with_name("count.txt")
        file.write_text(str(int(file.read_text()) + 1))
    """)
    assert changed_meanwhile(seen, FileStates()) is None
    assert process.change(dependencies(seen, process.root, FileStates())) == "count.txt"


def test_code_that_changes_itself_is_told(process):
    process.write("hlp.py", "")
    seen = process.run("import hlp; open(hlp.__file__, 'w').write('x = 1')")
    assert changed_meanwhile(seen, FileStates()) == str(process.root / "hlp.py")


@pytest.mark.parametrize("name", ["m.py", "hlp.py", "k.txt"])
def test_a_file_that_changes_while_it_is_read_is_told(process, name):
    process.write("hlp.py", "")
    process.write("k.txt", "")
    seen = process.run("import hlp; open(__file__.replace('m.py', 'k.txt'))")
    assert changed_meanwhile(seen, FileStates()) is None
    process.write(name, "# 2")
    assert changed_meanwhile(seen, FileStates()) == str(process.root / name)


def test_processes_that_saw_different_files_contradict_each_other():
    one, two = Seen(files={"a": "1", "b": None}), Seen(files={"a": "2", "b": "1"})
    assert changed_meanwhile(one | two, FileStates()) == "a"
    assert (one | Seen(files={"a": "2"}, own=frozenset("a"))).contradictions == frozenset()


def test_an_installed_package_counts_as_a_whole(process):
    for name, text in {
        "pk/__init__.py": "from pk import inner", "pk/inner.py": "x = 1", "pk/unused.py": "",
        "pk-1.0.dist-info/RECORD": "pk/__init__.py,sha256=1,20\npk/inner.py,sha256=1,5\n",
        "other-1.0.dist-info/RECORD": "other/__init__.py,sha256=1,20\n",
        "other-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: other\nVersion: 1.0\n",
    }.items():  # fmt: skip
        process.write(f"site-packages/{name}", text)
    process.environment["PYTHONPATH"] += f"{os.pathsep}{process.root / 'site-packages'}"
    process.write("site-packages/one.py", "")
    needs = process.needs("import pk, one, importlib.metadata as m; m.version('other')")
    needs = process.needs("import pk, one, importlib.metadata as m; m.version('other')")  # bytecode
    assert {*needs.files} == {"m.py"}
    assert {"site-packages/pk", "site-packages/one.py"} <= {*needs.installed}
    assert "site-packages/other-1.0.dist-info" not in needs.installed
    process.write("site-packages/other-1.0.dist-info/RECORD", "")
    assert process.change(needs) is None


def test_a_package_that_is_rebuilt_under_one_version_is_another(process):
    from pv.evidence import installed  # noqa: PLC0415

    home = process.root / "site-packages"
    process.write("site-packages/pk/__init__.py", "x = 1")
    process.write("site-packages/pk-1.0.dist-info/RECORD", "pk/__init__.py,sha256=1,5\n")
    before = installed.identity(str(home / "pk"))
    assert installed.version_of("pk.inner", str(home / "pk/inner.py")) == "pk 1.0"
    installed._records.cache_clear()
    assert installed.identity(str(home / "pk")) == before
    process.write("site-packages/pk-1.0.dist-info/RECORD", "pk/__init__.py,sha256=2,5\n")
    installed._records.cache_clear()
    rebuilt = installed.identity(str(home / "pk"))
    assert rebuilt != before
    process.write("site-packages/pk/__init__.py", "x = 12")  # edited by hand
    assert installed.identity(str(home / "pk")) != rebuilt
    installed._records.cache_clear()


def test_bytecode_of_an_older_text_does_not_run(process):
    process.write("hlp.py", "print(1)")
    process.run("import hlp")
    plain = {**process.environment, "PYTHONDONTWRITEBYTECODE": ""}
    subprocess.run([sys.executable, "-c", "import hlp"], env=plain, cwd=process.apart, check=True)
    before = (process.root / "hlp.py").stat()
    process.write("hlp.py", "print(2)")
    os.utime(process.root / "hlp.py", ns=(before.st_atime_ns, before.st_mtime_ns))
    process.run("import hlp")
    assert process.ran.stdout == "2\n"


def test_the_users_own_sitecustomize_runs_and_counts(process):
    process.write("sitecustomize.py", "print('mine')")
    needs = process.needs("import sys; print(any('startup' in each for each in sys.path))")
    assert process.ran.stdout == "mine\nFalse\n"
    assert "sitecustomize.py" in needs.files


def test_a_process_whom_nobody_asks_for_a_report_is_left_alone():
    startup = str(Path(observer.__file__).with_name("startup"))
    asked = {name: value for name, value in os.environ.items() if not name.startswith("PV_")}
    ran = subprocess.run(
        [sys.executable, "-c", "import sitecustomize; print(sitecustomize.__file__)"],
        env={**asked, "PYTHONPATH": startup}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith(startup)


def test_a_process_that_closes_all_it_inherits_is_still_heard(process):
    needs = process.needs(
        """
        import os
        os.closerange(3, 64)
        kept = [open(__file__ + str(n), "w") for n in range(9)]
        import colorsys, hlp
        print(max(map(os.path.getsize, (each.name for each in kept))))
    """.replace("colorsys, hlp", "colorsys")
    )
    assert process.ran.stdout == "0\n"
    assert "colorsys" in needs.modules


def test_dependencies_survive_the_round_trip():
    needs = Dependencies(
        {"a": "1", "b": None}, {".": "2"}, {"l": "a"}, {"m": (0, "m.py")}, (("/x",),), {"n": "3"}
    )
    assert Dependencies.from_json(needs.to_json()) == needs
    assert Dependencies.from_json(needs.to_json()).digest == needs.digest


READS_UNHEARD = {
    "isolated": "subprocess.run([sys.executable, '-I', '-c', '0'])",
    "no environment": "subprocess.run([sys.executable, '-c', '0'], env={})",
    "a shell": "os.system('true')",
    "a program": "subprocess.run(['true'])",
    "a twin": "for e in ({}, None): subprocess.run([sys.executable, '-c', '0'], env=e)",
    "a fork": "pid = os.fork(); pid or os.execvp('true', ['true']); os.waitpid(pid, 0)",
}


@pytest.mark.parametrize("name", READS_UNHEARD)
def test_a_program_that_reports_nothing_is_told(process, name):
    seen = process.run(f"import os, subprocess, sys\n{READS_UNHEARD[name]}\n")
    assert len(seen.silent) == 1
    assert (Seen() | seen).silent == seen.silent
    assert seen.with_sources(()).silent == seen.silent
    assert seen.with_sources(("*.txt",)).silent == frozenset()


READS_HEARD = {
    "Python": "subprocess.run([sys.executable, '-c', '0'])",
    "a script": "subprocess.run([ROOT + '/script', 'word'])",
    "a script that is looked for": "os.spawnlp(os.P_WAIT, 'script', 'script', 'word')",
    "fork": "pid = os.fork(); pid or os._exit(0); os.waitpid(pid, 0)",
    "exec": "os.execv(sys.executable, [sys.executable, '-c', '0'])",
    "spawn": "p = sys.executable; os.waitpid(os.posix_spawn(p, [p, '-c', '0'], os.environ), 0)",
    "the machine": "import platform; platform.processor()",
}


@pytest.mark.parametrize("name", READS_HEARD)
def test_a_program_that_reports_is_not_silent(process, name):
    process.write("script", f"#!{sys.executable}\n")
    (process.root / "script").chmod(0o755)
    process.environment["PATH"] = os.pathsep.join(["/none", str(process.root), os.environ["PATH"]])
    seen = process.run(
        f"import os, subprocess, sys; ROOT = {str(process.root)!r}\n{READS_HEARD[name]}\n"
    )
    assert seen.silent == frozenset()


LINKS = {
    "os.readlink": "os.readlink(LINK)",
    "os.path.realpath": "open(os.path.realpath(LINK) + '/k.txt')",
    "Path.resolve": "(Path(LINK) / 'k.txt').resolve().read_text()",
    "Path.readlink": "Path(LINK).readlink()",
    "below a folder": "os.readlink('now', dir_fd=os.open(os.path.dirname(LINK), os.O_RDONLY))",
    "open": "open(LINK + '/k.txt')",
}


@pytest.mark.parametrize("name", LINKS)
def test_a_link_that_is_followed_counts(process, name):
    process.write("a/k.txt", "1")
    process.write("b/k.txt", "2")
    link = process.root / "now"
    link.symlink_to("a")
    needs = process.needs(
        f"import os; from pathlib import Path; LINK = {str(link)!r}\n{LINKS[name]}\n"
    )
    assert process.change(needs) is None
    link.unlink()
    link.symlink_to("b")
    assert process.change(needs).startswith("now")


def test_the_functions_that_are_listened_to_stay_what_they_were(process):
    process.run("""
        import os, pickle, posix, shutil
        assert {os.open, os.readlink} <= os.supports_dir_fd
        assert pickle.loads(pickle.dumps(os.open)) is os.open is posix.open
        assert shutil.rmtree.avoids_symlink_attacks
        for call in (lambda: os.open("/none", 0), lambda: os.readlink(b"/none")):
            try: call()
            except FileNotFoundError: pass
            else: raise AssertionError
        try: os.readlink()
        except TypeError: pass
    """)


def test_what_is_removed_below_an_opened_folder_is_found(process):
    process.write("old/in/k.txt", "")
    seen = process.run(
        "import shutil, os; shutil.rmtree(os.path.join(os.path.dirname(__file__), 'old'))"
    )
    assert str(process.root / "old/in/k.txt") in seen.own


def test_a_large_file_is_known_by_its_size_and_times(tmp_path, monkeypatch):
    monkeypatch.setattr(observer, "_LARGE", 10)
    file = tmp_path / "f"
    file.write_bytes(b"0123456789")
    small = observer.state_of(str(file))
    assert small == sha256(b"0123456789").hexdigest()
    file.write_bytes(b"0123456789+")
    large = observer.state_of(str(file))
    assert large.startswith("11 bytes of ")
    os.utime(file, (1, 1))
    assert observer.state_of(str(file)) not in {large, None}


def test_what_is_no_file_or_may_not_be_read_has_a_state_of_its_own(tmp_path, monkeypatch):
    def refuse(_):
        raise PermissionError

    assert observer.state_of(str(tmp_path)) == "no file"
    assert (observer.state_of(str(tmp_path / "none")), observer.state_of("\0")) == (None, None)
    monkeypatch.setattr(observer, "_digest", refuse)
    (tmp_path / "f").write_bytes(b"")
    assert observer.state_of(str(tmp_path / "f")) == "not readable"


def test_the_names_in_a_folder_and_what_they_are_count(tmp_path):
    states = {observer.names_in(str(tmp_path))}
    (tmp_path / "a").write_bytes(b"")
    states.add(observer.names_in(str(tmp_path)))
    (tmp_path / "a").write_bytes(b"1")
    assert observer.names_in(str(tmp_path)) in states
    (tmp_path / "a").unlink()
    (tmp_path / "a").mkdir()
    states.add(observer.names_in(str(tmp_path)))
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / ".pv").mkdir()
    assert observer.names_in(str(tmp_path)) in states
    assert len(states) == 3
    assert observer.names_in(str(tmp_path / "none")) is None


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("/a/site-packages/lib/x.py", ("/a/site-packages", "lib")),
        ("/a/dist-packages/one.py", ("/a/dist-packages", "one.py")),
        ("/a/site-packages/b/site-packages/c/d.py", ("/a/site-packages/b/site-packages", "c")),
        ("/a/site-packages", None), ("/a/lib/x.py", None),
    ],
)  # fmt: skip
def test_a_path_is_in_a_folder_of_packages_or_in_none(path, part):
    assert observer.installed_part(path) == part


def test_a_compiled_module_that_changes_is_read(process):
    brought = map(import_module, ("_bisect", "_heapq", "_json", "_random", "_struct", "_csv"))
    compiled = next(each for each in brought if getattr(each, "__file__", None))
    original = Path(compiled.__file__)
    copied = process.root / "pk" / original.name
    process.write("pk/__init__.py", "")
    copied.write_bytes(original.read_bytes())
    needs = process.needs(f"from pk import {compiled.__name__}")
    assert process.change(needs) is None
    copied.write_bytes(original.read_bytes() + b"\0")
    assert copied.name in (process.change(needs) or "")
