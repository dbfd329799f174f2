"""Nothing is lost where two claims, or two contracts, would have one name."""

import ast
import re

import pytest

HEAD = """\
metadata: {version: 1.0.0, description: d, references: [r], kind: pattern}
equations:
  double: {formula: double(n) = 2 * n, domain: {n: 0..9}}
proof_obligations:
"""
BINDING = """\
version: 1.0.0
target: t
bindings:
"""


def contract(claims):
    return HEAD + "".join(
        f"  - {{id: '{name}', type: invariant, equation: double, property: p, formal: '{claim}'}}\n"
        for name, claim in claims
    )


def bind(project, *stems):
    project.write("odd.py", "def double(n): return 2 * n\n")
    entries = "".join(
        f"  - {{contract: {stem}, equation: double, callable: 'odd:double', status: implemented}}\n"
        for stem in stems
    )
    project.write("contracts/bindings/counting.yaml", BINDING + entries)


def functions_of(text):
    nodes = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    return [node.name for node in nodes if node.name.startswith("test_")]


TRUE, FALSE = "double(n) = 2 * n", "double(n) < 5"


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(("O-1", "O_1", "o-1"), id="dash, underscore, case"),
        pytest.param(("O-1", "o-1", "o-1-2"), id="a number that another has"),
        pytest.param(("ﬁt", "fit", "FIT"), id="one identifier to Python"),
        pytest.param(("x²", "x2", "x𐄇"), id="no identifier"),
    ],
)
def test_each_claim_has_a_test_of_its_own(project, run_pytest, names):
    project.write("contracts/c-v1.yaml", contract([(n, FALSE) for n in names]))
    bind(project, "c-v1")
    ran = project.pv("generate", "contracts/c-v1.yaml", "--output", ".")
    assert ran.returncode == 0, ran.stderr
    found = functions_of((project.folder / "test_c_v1.py").read_text(encoding="utf-8"))
    assert len(set(found)) == len(found) >= len(names)
    assert f"{len(names)} failed" in run_pytest(project.folder, "test_c_v1.py", "-k", "not double")
    assert project.pv("generate", "contracts/c-v1.yaml", "--output", ".", "--check").returncode == 0


def test_no_callable_takes_a_name_that_the_module_needs(project, run_pytest):
    text = contract([("O-1", "run(n) = 2 * n")]).replace("double", "run")
    symbolic = "symbolic_checks:\n  - {id: S-1, obligation: O-1, bound: 9, strategy: exhaustive}\n"
    project.write("contracts/c-v1.yaml", text + symbolic)
    project.write("odd.py", "def run(n): return 2 * n\n")
    entry = "  - {contract: c-v1, equation: run, callable: 'odd:run', status: implemented}\n"
    project.write("contracts/bindings/counting.yaml", BINDING + entry)
    project.pv("generate", "contracts/c-v1.yaml", "--output", ".")
    text = (project.folder / "test_c_v1.py").read_text(encoding="utf-8")
    assert "import run as run_2" in text
    assert " failed" not in run_pytest(project.folder, "test_c_v1.py")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("c-v1.yaml", "c_v1.yaml", id="dash and underscore"),
        pytest.param("c-v1.yaml", "a/c-v1.yaml", id="two folders"),
    ],
)
def test_two_contracts_for_one_file_are_refused(project, one, other):
    for file in (one, other):
        project.write(f"contracts/{file}", contract([("O-1", TRUE)]))
    bind(project, "c-v1", "c_v1")
    both = [f"contracts/{file}" for file in (one, other)]
    for words in ([], ["--check"]):
        ran = project.pv("generate", *both, "--output", "new", *words)
        assert ran.returncode == 2
        assert all(file in ran.stderr for file in (*both, "new/test_c_v1.py"))
        assert not (project.folder / "new").exists()
    assert project.pv("generate", both[0], "--output", "new").returncode == 0
    kept = (project.folder / "new/test_c_v1.py").read_text(encoding="utf-8")
    binding = ("--binding", "contracts/bindings/counting.yaml")
    ran = project.pv("generate", both[1], *binding, "--output", "new")
    assert (ran.returncode, f"is of {both[0]}" in ran.stderr) == (2, True), ran.stderr
    assert (project.folder / "new/test_c_v1.py").read_text(encoding="utf-8") == kept


def test_a_module_of_a_contract_that_is_gone_is_replaced(project):
    project.write("contracts/c-v1.yaml", contract([("O-1", TRUE)]))
    bind(project, "c-v1", "c_v1")
    project.pv("generate", "contracts/c-v1.yaml", "--output", "new")
    (project.folder / "contracts/c-v1.yaml").rename(project.folder / "contracts/c_v1.yaml")
    assert project.pv("generate", "contracts/c_v1.yaml", "--output", "new").returncode == 0
    assert "c_v1" in (project.folder / "new/test_c_v1.py").read_text(encoding="utf-8")


def test_a_file_that_pv_did_not_write_is_kept(project):
    project.write("contracts/c-v1.yaml", contract([("O-1", TRUE)]))
    bind(project, "c-v1")
    project.write("new/test_c_v1.py", "mine = 1\n")
    ran = project.pv("generate", "contracts/c-v1.yaml", "--output", "new")
    assert (ran.returncode, "not written by `pv generate`" in ran.stderr) == (2, True), ran.stderr
    assert (project.folder / "new/test_c_v1.py").read_text(encoding="utf-8") == "mine = 1\n"


def test_the_experiment_of_each_binding_file_has_a_bench(project, run_pytest):
    other = """\
        version: 1.0.0
        target: other
        systems:
          counter: {run: [python, -c, "print('counted 7')"], accepts: [LIMIT], timeout: 20}
        bindings: []
        """
    project.write("contracts/bindings/other.yaml", other)
    _, results = project.results("falsify", "FT-CNT-001")
    refuted = [name for name, each in results.items() if each["verdict"] == "REFUTED"]
    assert refuted == ["FT-CNT-001@other"]
    ran = project.pv("generate", "FT-CNT-001", "--output", ".")
    assert "2 tests" in ran.stdout
    assert "left out" not in ran.stdout
    told = run_pytest(project.folder, "test_counter_v1.py")
    assert re.findall(r"^FAILED \S+::(\w+)", told, re.MULTILINE) == ["test_ft_cnt_001_other"]
    assert "1 failed, 1 passed" in told


def test_two_files_that_declare_the_same_system_are_told_apart(project):
    file = project.folder / "contracts/bindings/counting.yaml"
    text = file.read_text(encoding="utf-8").replace("target: counting", "target: again")
    project.write("contracts/bindings/again.yaml", text)
    project.pv("generate", "FT-CNT-001", "--output", ".")
    written = (project.folder / "test_counter_v1.py").read_text(encoding="utf-8")
    assert written.count('Bench("contracts/bindings/again.yaml")') == 1
    assert written.count('Bench("contracts/bindings/counting.yaml")') == 1
