"""Generated tests test the code below the root of the binding file, as `pv prove` does."""

import re

import pytest

CONTRACT = """\
metadata: {version: 1.0.0, description: d, references: [r], kind: pattern}
equations:
  double: {formula: double(n) = 2 * n, domain: {n: 0..9}}
  mean: {formula: mean(x) = x / 2, domain: {x: "[0, 1]"}}
proof_obligations:
  - {id: O-1, type: invariant, equation: double, property: p, formal: double(n) = 2 * n}
  - {id: O-2, type: invariant, equation: mean, property: p, formal: mean(x) = x / 2}
symbolic_checks:
  - {id: S-1, obligation: O-1, bound: 9, strategy: exhaustive}
"""
RIGHT = """\
    from helper import two
    def double(n): return two() * n
    def mean(x): return x / two()
    """


def bind(project, target, root):
    entries = "".join(
        f"  - {{contract: c-v1, equation: {name}, callable: 'm:{name}', status: implemented}}\n"
        for name in ("double", "mean")
    )
    text = f"version: 1.0.0\ntarget: {target}\nroot: {root}\nbindings:\n{entries}"
    project.write(f"contracts/bindings/{target}.yaml", text)


@pytest.fixture
def rooted(project):
    (project.folder / "contracts/bindings/counting.yaml").unlink()
    project.write("contracts/c-v1.yaml", CONTRACT)
    project.write("src/m.py", RIGHT)
    project.write("src/helper.py", "def two(): return 2\n")
    bind(project, "a", "../../src")
    return project


def generated(project):
    ran = project.pv("generate", "contracts/c-v1.yaml")
    assert ran.returncode == 0, ran.stderr
    return (project.folder / "tests/contracts/test_c_v1.py").read_text(encoding="utf-8")


def test_the_code_below_the_root_is_found(rooted, run_pytest):
    assert 'root="src"' in generated(rooted)
    told = run_pytest(rooted.folder, "tests/contracts")
    assert "5 passed" in told, told


@pytest.mark.parametrize("place", ["m.py", "tests/contracts/m.py"])
def test_another_module_of_that_name_is_not_tested(rooted, run_pytest, place):
    generated(rooted)
    rooted.write(place, "def double(n): return 7\ndef mean(x): return 7\n")
    rooted.write("tests/contracts/conftest.py", "import m\n")
    told = run_pytest(rooted.folder, "tests/contracts")
    assert "5 passed" in told, told


def test_two_roots_are_told_apart_with_what_their_modules_import(rooted, run_pytest):
    rooted.write("lib/m.py", RIGHT)
    rooted.write("lib/helper.py", "def two(): return 3\n")
    bind(rooted, "b", "../../lib")
    _, results = rooted.results("prove", "contracts/c-v1.yaml")
    refuted = {name for name, each in results.items() if each["verdict"] == "REFUTED"}
    assert refuted == {"O-1@b", "O-2@b", "S-1@b"}
    generated(rooted)
    told = run_pytest(rooted.folder, "tests/contracts")
    failed = re.findall(r"^FAILED \S+::test_(\w+)", told, re.MULTILINE)
    assert failed
    assert all(re.search(r"_b(_|$)", name) for name in failed), told
    assert {"o_1_b", "o_2_b", "s_1_b_symbolically"} <= {*failed}, told


def test_without_the_folder_a_test_fails_and_says_so(rooted, run_pytest):
    generated(rooted)
    (rooted.folder / "src").rename(rooted.folder / "moved")
    told = run_pytest(rooted.folder, "tests/contracts", "-k", "not symbolically")
    assert "there is no folder src in" in told, told
