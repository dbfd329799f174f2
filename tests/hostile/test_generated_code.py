"""What a contract makes pv write as Python: its texts stay texts, and no file of others goes."""

import ast
import os
import re
import resource
import subprocess
import sys

import pytest

from pv.generate.expected_tree import require_expected
from pv.python_source import NoPython

CLOSING = [
    'a"""; open("P", "w"); """b',
    'The status is "ok"',
    "ends with \\",
    'ends with """',
    "\\",
]
HEAD = """\
metadata: {version: 1.0.0, description: d, references: [r], kind: pattern}
equations:
  f: {formula: f(n) = n, domain: {n: 0..9}}
"""


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


@pytest.mark.slow
@pytest.mark.parametrize("text", CLOSING)
def test_no_text_of_a_contract_runs(hostile, run_pytest, text):
    said = quoted(text)
    hostile.write(
        "contracts/counter-v1.yaml",
        f"""\
{HEAD}
proof_obligations:
  - {{id: {said}, type: invariant, equation: f, property: {said}, formal: f(n) >= 1}}
falsification_tests:
  - id: {quoted("T" + text)}
    rule: {said}
    if_fails: {said}
    experiment:
      system: s
      environment: {{{said}: {said}}}
      configuration: {{{said}: {said}}}
      expect: [exit_code = 1]
symbolic_checks:
  - {{id: {quoted("S" + text)}, obligation: {said}, property: {said}, bound: 9}}
""",
    )
    for verb in ("prove", "falsify"):
        ran = hostile.pv(verb, "--fresh", "--repro", "found", "--budget", "2")
        assert ran.returncode == 1, ran.stderr
        assert "cannot be written" not in ran.stdout
        assert "does not reproduce" not in ran.stdout
    ran = hostile.pv("generate", "--output", "out")
    assert ran.returncode == 0, ran.stderr
    assert "not " not in ran.stdout
    for folder in ("out", "found"):
        run_pytest(hostile.folder, folder)
    assert not (hostile.folder / "P").exists()


@pytest.mark.parametrize("place", ["given", "define", "runs"])
@pytest.mark.parametrize("name", ['q) or open("P","w"', "a b", "c\\nd", "1x", "a-b", "", "x²"])
def test_a_name_that_is_none_is_an_error_of_the_contract(hostile, place, name):
    parts = {"given": "{k: 1..2}", "define": "{d: exit_code}", "runs": "{r: {system: s}}"}
    value = {"given": "1..2", "define": "exit_code", "runs": "{system: s}"}[place]
    parts[place] = f'{{"{name.replace(chr(34), chr(92) + chr(34))}": {value}}}'
    told = "\n".join(f"      {key}: {text}" for key, text in parts.items())
    hostile.write(
        "contracts/counter-v1.yaml",
        f"{HEAD}\nfalsification_tests:\n  - id: T\n    rule: r\n    experiment:\n{told}\n"
        "      expect: ['1 = 1']\n",
    )
    ran = hostile.pv("validate")
    assert ran.returncode == 1
    assert "error SCHEMA-000" in ran.stdout
    assert "is no name" in ran.stdout
    assert hostile.pv("generate").returncode == 2


@pytest.mark.parametrize("name", ["max_steps", "α", "x_1", "ŷ", "Größe"])
def test_a_name_of_the_language_is_one(hostile, name):
    hostile.write(
        "contracts/counter-v1.yaml",
        f"{HEAD}\nfalsification_tests:\n  - id: T\n    rule: r\n    if_fails: f\n    experiment:\n"
        f"      system: s\n      given: {{{name}: 1..2}}\n      expect: ['{name} >= 1']\n",
    )
    assert "SCHEMA-000" not in hostile.pv("validate").stdout


@pytest.mark.parametrize("label", ["post", "pre", "inv", "raises"])
def test_no_claim_becomes_a_condition_that_crosshair_evaluates(hostile, label):
    hostile.write(
        "contracts/counter-v1.yaml",
        f"{HEAD}\nproof_obligations:\n"
        f"  - {{id: O-1, type: invariant, property: p, formal: '{label}: f(n) >= 0'}}\n"
        "symbolic_checks:\n  - {id: S-1, obligation: O-1, bound: 9}\n",
    )
    ran = hostile.pv("generate", "--output", "out")
    if ran.returncode == 0:
        text = (hostile.folder / "out/test_counter_v1.py").read_text(encoding="utf-8")
        found = re.findall(r"^ *(?:\"\"\")?(?:pre|post|inv|raises) *:.*$", text, re.MULTILINE)
        assert {line.strip() for line in found} <= {"pre: 0 <= n <= 9", "post: __return__"}


GOOD = '''"""About."""

import pytest
from pv.testing import survives

OVER = {"n": values(low="-1", listed=[1, -2.5, float("inf")])}


@pytest.mark.experiment
def test_one(bench):
    """A title."""
    bench.survives([run("s")], at={"a": [True, None]})


def verify(n: int) -> bool:
    """Claim: c

    post: __return__
    """
    return f(n) <= max(n, 1) and not n == 3
'''


def test_what_is_meant_is_accepted():
    require_expected(GOOD, {"survives", "values", "run", "f"})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("A title.", 'a"""; open("P", "w"); """b'),
        ("A title.", 'a""" + open("P", "w").name + """b'),
        ("About.", 'a"""; 1; """b'),
        ("-2.5", "[open('P', 'w') for _ in (1,)]"),
        ('"s"', 'f"{open(1)}"'),
        ("import pytest\n", "import pytest, os\n"),
        ("import survives", "import survives\nimport os"),
        ("f(n) <=", "f.__globals__ <="),
        ("f(n) <=", "(lambda: 1)() <="),
        ("max(n, 1)", "eval(n)"),
        ("n: int", "n: int = open('P')"),
        ("n: int", "n: eval('1')"),
        ("@pytest.mark.experiment", "@open"),
        ("@pytest.mark.experiment", "@pytest.exit"),
        ("def test_one", "class test_one"),
        ("run(", "(x := run)("),
    ],
)
def test_what_is_not_meant_is_refused(old, new):
    assert old in GOOD
    with pytest.raises(NoPython):
        require_expected(GOOD.replace(old, new, 1), {"survives", "values", "run", "f"})


def test_a_long_id_has_a_file_and_none_is_lost(hostile):
    ids = ["x" * 400 + "1", "x" * 400 + "2", "ж" * 300]
    claims = "".join(
        f"  - {{id: {name}, type: invariant, equation: f, property: p, formal: f(n) >= 1}}\n"
        for name in ids
    )
    stem = f"contracts/{'long-' * 49}v1.yaml"
    (hostile.folder / "contracts/counter-v1.yaml").unlink()
    hostile.write(stem, f"{HEAD}proof_obligations:\n{claims}")
    hostile.change("contracts/bindings/counting.yaml", "counter-v1", "long-" * 49 + "v1")
    ran = hostile.pv("prove", "--repro", "found", "--fresh")
    assert ran.stdout.count("reproduces the refutation") == 3, ran.stdout + ran.stderr
    assert len([*(hostile.folder / "found").glob("test_*.py")]) == 3
    ran = hostile.pv("generate", "--output", "out")
    assert ran.returncode == 0, ran.stderr
    (file,) = (hostile.folder / "out").iterdir()
    assert file.read_text(encoding="utf-8").count("\ndef test_") >= 3


@pytest.fixture
def standing(project):
    project.write("elsewhere.py", "mine = 1\n")
    return project


LINKS = {"link": "elsewhere.py", "dangling link": "nowhere.py"}


@pytest.mark.parametrize("target", LINKS.values(), ids=LINKS)
def test_nothing_is_written_through_a_link(standing, target):
    (standing.folder / "out").mkdir()
    (standing.folder / "out/test_counter_v1.py").symlink_to(standing.folder / target)
    ran = standing.pv("generate", "SYM-CNT-001", "--output", "out")
    assert (ran.returncode, "not written by `pv generate`" in ran.stderr) == (2, True), ran.stderr
    assert (standing.folder / "elsewhere.py").read_text(encoding="utf-8") == "mine = 1\n"
    assert not (standing.folder / "nowhere.py").exists()
    assert (standing.folder / "out/test_counter_v1.py").is_symlink()


def test_an_output_that_is_no_folder_is_told(standing):
    ran = standing.pv("generate", "SYM-CNT-001", "--output", "elsewhere.py")
    assert (ran.returncode, "elsewhere.py" in ran.stderr) == (2, True), ran.stderr


@pytest.mark.parametrize("words", [("generate", "--output", "out")], ids=" ".join)
def test_a_module_is_there_whole_or_not_at_all(project, words):
    assert project.pv(*words).returncode == 0
    file = project.folder / "out/test_counter_v1.py"
    whole = file.read_text(encoding="utf-8")
    project.change("contracts/counter-v1.yaml", "rule: it counts", "rule: it always counts")
    size = len(whole.encode()) // 2
    ran = subprocess.run(
        [sys.executable, "-m", "pv", *words], cwd=project.folder, capture_output=True, text=True,
        check=False, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    assert (ran.returncode, str(file.relative_to(project.folder)) in ran.stderr) == (2, True), (
        ran.stderr
    )
    assert file.read_text(encoding="utf-8") == whole
    assert [each.name for each in file.parent.iterdir()] == [file.name]
    ast.parse(whole)
