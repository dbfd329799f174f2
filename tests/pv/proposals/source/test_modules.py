import pytest

from pv.proposals.source.modules import Unreadable, is_in, read_source

F, G = "def f(x: int): ...\n", "def g(x: int): ...\ndef f(x: int): ...\n"


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, text in {
        "top.py": F, "src/pack/__init__.py": "", "src/pack/a.py": F, "src/pack/b.py": G,
        "src/pack/_own.py": F, "src/broken.py": "def f(:\n", "src/pack/sub/__init__.py": F,
    }.items():  # fmt: skip
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    ("target", "name", "root", "functions"),
    [
        ("top", "top", "", ["top.f"]), ("top.py", "top", "", ["top.f"]),
        ("pack.a", "pack.a", "src", ["pack.a.f"]), ("src/pack/a.py", "pack.a", "src", ["pack.a.f"]),
        ("pack", "pack", "src", ["pack.a.f", "pack.b.g"]),
        ("pack.sub", "pack.sub", "src", ["pack.sub.f"]),
        ("src/pack/__init__.py", "pack", "src", ["pack.a.f", "pack.b.g"]),
    ],
)  # fmt: skip
def test_modules_are_found_by_name_and_by_file(here, target, name, root, functions):
    found = read_source(target, here)
    assert found.name == name
    assert found.root.resolve() == (here / root).resolve()
    assert [f"{each.module}.{each.name}" for each in found.functions] == functions


def test_one_function_may_be_named(here):
    found = read_source("pack.b:f", here)
    assert (found.name, [each.place for each in found.functions]) == (
        "pack.b.f",
        ["src/pack/b.py:2"],
    )
    with pytest.raises(
        Unreadable, match=r"pack\.b: it has no public function `gg`; did you mean `g`"
    ):
        read_source("src/pack/b.py:gg", here)


def test_of_two_functions_with_one_name_in_a_package_the_second_is_told(here):
    (told,) = read_source("pack", here).left_out
    assert (told.name, told.place) == ("f", "src/pack/b.py:2")
    assert "pack.a has a function of this name" in told.reason


def test_a_parameter_with_the_name_of_a_function_is_told(here):
    (here / "m.py").write_text("def ok(d: int): ...\ndef user(ok: int): ...\n")
    found = read_source("m", here)
    assert [each.name for each in found.functions] == ["ok"]
    assert "`ok` is a function here too" in found.left_out[0].reason


def test_an_installed_module_is_read_without_importing_it(here):
    found = read_source("this", here)  # importing it prints a poem
    assert (found.name, found.root) == ("this", here)


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("nowhere.at_all", "nowhere.at_all: there is no Python source of it in"),
        ("no/such.py", "no/such.py: there is no such file"),
        ("a..b", "a..b: no module has such a name"),
        ("broken", "broken.py:1: not Python"), ("math", "math: there is no Python source of it"),
        ("src", "src: there is no Python source of it"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told(here, target, told):
    with pytest.raises(Unreadable) as fault:
        read_source(target, here)
    assert told in str(fault.value)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"\xff\xfe", "m.py:"), (b"a = '\x00'", "m.py:"), (b"x = " + b"(" * 9999, "m.py"),
        (b"def f(x: int):\n    assert x > " + b"1 + " * 3000 + b"1",
         "m.py: its expressions are nested"),
        (b"# coding: nothing\n", "m.py:1: not Python: unknown encoding"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_python_is_told(here, data, told):
    (here / "m.py").write_bytes(data)
    with pytest.raises(Unreadable) as fault:
        read_source("m.py", here)
    assert str(fault.value).startswith(told)


def test_a_project_has_its_modules_and_no_installed_ones(here):
    assert [is_in(each, here) for each in ("top", "pack", "json", "queue")] == [
        True, True, False, False,
    ]  # fmt: skip
