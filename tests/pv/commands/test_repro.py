"""`--repro DIR`: a file for each refutation, and none is lost."""

import re

import pytest

from tests import warm_python

CONTRACT = """\
metadata: {version: 1.0.0, description: d, references: [r], kind: pattern}
equations:
  double: {formula: double(n) = 2 * n, domain: {n: 0..9}}
proof_obligations:
"""
ENTRY = "  - {{contract: {}, equation: double, callable: 'm:double', status: implemented}}\n"


@pytest.fixture
def wrong(project):
    (project.folder / "contracts/bindings/counting.yaml").unlink()
    (project.folder / "contracts/counter-v1.yaml").unlink()
    project.write("m.py", "def double(n): return 2 * n + (n > 4)\n")
    return project


def contract(project, file, *ids):
    claims = "".join(
        f"  - {{id: {name}, type: invariant, equation: double, property: p,"
        f" formal: double(n) = 2 * n}}\n"
        for name in ids
    )
    project.write(f"contracts/{file}", CONTRACT + claims)


def bind(project, *stems, root="../.."):
    head = f"version: 1.0.0\ntarget: t\nroot: {root}\nbindings:\n"
    project.write("contracts/bindings/t.yaml", head + "".join(map(ENTRY.format, stems)))


def written(project, *words):
    """Return the files that a run says it wrote; each has to be there, and to fail."""
    told = project.pv("prove", *words, "--repro", "found").stdout
    named = re.findall(r"^repro: (found/\S+)  reproduces", told, re.MULTILINE)
    for file in named:
        ran = warm_python.run("pytest", ["-q", "-p", "no:cacheprovider", file], project.folder)
        assert "AssertionError: REFUTED" in ran.stdout, ran.stdout
    return named


@pytest.mark.parametrize(
    "files",
    [("c-v1.yaml", "d-v1.yaml"), ("c-v1.yaml", "c_v1.yaml"), ("c-v1.yaml", "a/c-v1.yaml")],
)
def test_one_id_in_two_contracts_is_two_files(wrong, files):
    for file in files:
        contract(wrong, file, "O-1")
    bind(wrong, "c-v1", "d-v1", "c_v1")
    found = written(wrong, "O-1")
    assert len({*found}) == 2
    heads = {(wrong.folder / file).read_text(encoding="utf-8").partition("\n")[0] for file in found}
    assert heads == {
        f'"""A counterexample to O-1 of contracts/{file}, found by pv."""' for file in files
    }


@pytest.mark.slow
def test_ids_that_are_one_word_are_files_of_their_own_in_every_run(wrong):
    contract(wrong, "c-v1.yaml", "O-1", "O_1", "o-1")
    bind(wrong, "c-v1")
    first = {file for name in ("o-1", "O_1", "O-1") for file in written(wrong, name)}
    assert len(first) == 3
    assert {*written(wrong, "O-1", "O_1", "o-1")} == first


def test_a_file_that_pv_did_not_write_is_kept(wrong):
    contract(wrong, "c-v1.yaml", "O-1")
    bind(wrong, "c-v1")
    wrong.write("found/test_c_v1_o_1.py", "mine = 1\n")
    assert written(wrong, "O-1") == ["found/test_c_v1_o_1_2.py"]
    mine = wrong.folder / "found/test_c_v1_o_1.py"
    assert mine.read_text(encoding="utf-8") == "mine = 1\n"


def test_the_code_below_the_root_is_tested(wrong):
    contract(wrong, "c-v1.yaml", "O-1")
    wrong.write("src/m.py", (wrong.folder / "m.py").read_text(encoding="utf-8"))
    wrong.write("m.py", "def double(n): return 2 * n\n")
    bind(wrong, "c-v1", root="../../src")
    (file,) = written(wrong, "O-1")
    assert 'root="src"' in (wrong.folder / file).read_text(encoding="utf-8")
