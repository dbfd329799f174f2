"""Generated modules: recorded, run, and seen to fail for a planted bug."""

import re
import shutil
from pathlib import Path

import pytest

from tests import warm_python
from tests.conftest import HOME

RECORDED = Path(__file__).parent / "recorded"
MODULE, RULE = "test_schedule_v1.py", "planned/rule.py"


class Folder:
    def __init__(self, path):
        self.path = path

    def run(self, module, *words):
        return warm_python.run(module, words, self.path)

    def generate(self, *words):
        return self.run("pv", "generate", "schedule-v1.yaml", "--output", ".", *words)

    def pytest(self, *words):
        return self.run("pytest", "-q", "-p", "no:cacheprovider", "--rootdir", ".", *words)

    def change(self, name, old, new):
        text = (self.path / name).read_text(encoding="utf-8")
        assert old in text
        (self.path / name).write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(RECORDED, tmp_path / "here", ignore=shutil.ignore_patterns("__pycache__", ".*"))
    return Folder(tmp_path / "here")


def test_the_recorded_module_is_what_is_generated(folder):
    recorded = (folder.path / MODULE).read_text(encoding="utf-8")
    (folder.path / MODULE).unlink()
    ran = folder.generate()
    assert ran.returncode == 0
    assert "12 tests, 1 claim left out" in ran.stdout
    assert "not SCH-INV-002: PROSE" in ran.stdout
    assert (folder.path / MODULE).read_text(encoding="utf-8") == recorded
    assert not re.search(r"TODO|\bpass\b|NotImplemented", recorded)


def test_the_module_passes_under_plain_pytest(folder):
    ran = folder.pytest(MODULE)
    assert "15 passed" in ran.stdout
    assert ran.returncode == 0


@pytest.mark.parametrize(
    "planted",
    [
        {("if limit < 1", "if limit < 0"): {"ft_sch_003"}},
        {  # of three functions, so that each test fails for the bug in its own
            ("done >= limit", "done > limit"): {
                "counted_equals_formula", "ft_sch_001", "sch_inv_001", "sym_sch_001_symbolically",
            },
            ("min(step / steps, 1)", "step / steps"): {"warmup_codomain", "warmup_equals_formula"},
            ("powers / powers.sum()", "powers / (powers.sum() + 0.01)"): {
                "softmax_invariant_1", "softmax_equals_formula",
            },
        },
    ],
)  # fmt: skip
def test_a_planted_bug_fails_the_tests_of_the_claims_about_it(folder, planted):
    for old, new in planted:
        folder.change(RULE, old, new)
    ran = folder.pytest(MODULE)
    assert ran.returncode == 1
    failed = set(re.findall(r"^FAILED \S+::test_(\w+)", ran.stdout, re.MULTILINE))
    assert failed == set().union(*planted.values())


def test_check_tells_current_from_stale_edited_and_missing(folder):
    assert folder.generate("--check").returncode == 0
    folder.change(MODULE, "in [0, 1]", "in [0, 2]")
    ran = folder.generate("--check")
    assert (ran.returncode, "edited by hand" in ran.stdout) == (1, True)
    folder.generate()
    folder.change("schedule-v1.yaml", "planned: 1..9", "planned: 1..8")
    ran = folder.generate("--check")
    assert (ran.returncode, "stale" in ran.stdout) == (1, True)
    (folder.path / MODULE).unlink()
    ran = folder.generate("--check")
    assert (ran.returncode, "missing" in ran.stdout) == (1, True)
    assert not (folder.path / MODULE).exists()


def test_nothing_to_generate_is_nothing_measured(folder):
    text = (folder.path / "schedule-v1.yaml").read_text(encoding="utf-8")
    (folder.path / "prose-v1.yaml").write_text(text.replace("schedule-v1", "x"), encoding="utf-8")
    (folder.path / "bindings" / "planned.yaml").unlink()
    ran = folder.run("pv", "generate", "prose-v1.yaml", "SCH-INV-002", "--output", "new")
    assert ran.returncode == 4
    assert not (folder.path / "new").exists()
    assert folder.run("pv", "generate", "schedule-v1.yaml", "SCH-INV-009").returncode == 2


def test_crosshairs_command_line_reads_the_symbolic_functions(folder):
    folder.change(RULE, "done >= limit", "done > limit + 3")
    ran = folder.run("crosshair", "check", "test_schedule_v1.verify_sym_sch_001")
    assert "false when calling verify_sym_sch_001" in ran.stdout


def test_modules_of_our_own_contracts_are_collected(tmp_path):
    home = Folder(HOME)
    written = home.run("pv", "generate", "--output", str(tmp_path))
    assert written.returncode == 0, written.stdout
    modules = len(list(tmp_path.glob("test_*.py")))
    assert modules == len(list((HOME / "contracts").glob("*.yaml")))
    assert home.run("pytest", "--collect-only", "-q", str(tmp_path)).returncode == 0


def test_a_refutation_is_written_as_a_test_that_fails_until_it_is_mended(folder):
    folder.change(RULE, "done >= limit", "done > limit")
    words = ("schedule-v1.yaml", "--repro", "found")
    proved = folder.run("pv", "prove", "SCH-INV-001", *words)
    assert (
        "found/test_schedule_v1_sch_inv_001.py  reproduces the refutation of SCH-INV-001"
        in proved.stdout
    )
    assert proved.returncode == 1
    falsified = folder.run("pv", "falsify", "FT-SCH-001", *words, "--format", "json")
    assert "reproduces the refutation of FT-SCH-001" in falsified.stderr
    assert 'at={"limit": 1}' in (folder.path / "found/test_schedule_v1_ft_sch_001.py").read_text(
        encoding="utf-8"
    )
    assert folder.pytest("found").returncode == 1
    folder.change(RULE, "done > limit", "done >= limit")
    assert folder.pytest("found").returncode == 0


def test_without_a_refutation_nothing_is_written(folder):
    folder.run("pv", "prove", "schedule-v1.yaml", "SCH-INV-001", "--repro", "found")
    assert not (folder.path / "found").exists()


ODD_EQUATIONS = """\
metadata: {version: 1.0.0, description: d, references: [r], kind: pattern}
equations:
  mode: {formula: mode(n) is a word, domain: {n: 0..9}}
  ratio: {formula: "ratio(x, y) = x / y", domain: "x ∈ [-4, 4], y ∈ [-4, 4]"}
  sorted_up: {formula: sorted_up(xs) is sorted, domain: "xs ∈ [0, 9]^n, n ∈ 1..5"}
  inverse: {formula: "inverse(x) = 1 / x", domain: "x ∈ (0, 1]"}
  root: {formula: "root(x) = sqrt(x)", domain: "x ∈ [-4, 4]"}
  nothing: {formula: nothing(n) is a number, domain: {n: 0..9}}
  huge: {formula: "huge(n) = n", domain: {n: 9007199254740993..9007199254740999}}
  scaled: {formula: "scaled(x) = 3 * x", domain: "x ∈ [0, 1]"}
proof_obligations:
"""
ODD_CLAIMS = [
    ("TEXT", "mode", 'mode(2 * n) = "even"'),
    ("TEXT-NOT", "mode", 'mode(n) != "odd"'),
    ("NEVER", "mode", 'n > 99 implies mode(n) = "x"'),
    ("CANNOT", "mode", 'mode(n) = "even" or mode(n) != "even"'),
    ("QUOTIENT", "ratio", "ratio(x, y) = x / y"),
    ("QUOTIENT-NOT", "ratio", "ratio(x, y) > x / y"),
    ("CHANGES", "sorted_up", "min(sorted_up(xs)) >= 0"),
    ("OPEN", "inverse", "inverse(x) >= 1"),
    ("ROOT", "root", "root(x) = sqrt(x)"),
    ("NONE", "nothing", "nothing(n) >= 0"),
    ("HUGE", "huge", "huge(n) % 2 = n % 2"),
    ("KEYWORD", "scaled", "scaled(x) = 3 * x"),
    ("KEYWORD-NOT", "scaled", "scaled(x) <= 1"),
]
ODD_CONTRACT = ODD_EQUATIONS + "".join(
    f"  - {{id: {name}, type: invariant, equation: {equation}, property: p, formal: '{claim}'}}\n"
    for name, equation, claim in ODD_CLAIMS
)
ODD_KEYWORDS = {"scaled": "keywords: {by: 3}, "}
ODD_BINDING = "version: 1.0.0\ntarget: t\nbindings:\n" + "".join(
    f"  - {{contract: odd-v1, equation: {name}, callable: 'odd:{name}', "
    f"{ODD_KEYWORDS.get(name, '')}status: implemented}}\n"
    for name in dict.fromkeys(equation for _, equation, _ in ODD_CLAIMS)
)
ODD_CODE = """\
import math

def mode(n): return "odd" if n % 2 else "even"
def ratio(x, y): return x / y if y else 0.0
def sorted_up(xs): xs.sort(); return xs
def inverse(x): return 1 / x
def root(x): return math.sqrt(abs(x))
def nothing(n): return None
def huge(n): return n
def scaled(x, by=1): return by * x
"""


def test_a_generated_test_passes_where_pv_says_so_and_only_there(project):
    project.write("contracts/odd-v1.yaml", ODD_CONTRACT)
    project.write("contracts/bindings/odd.yaml", ODD_BINDING)
    project.write("odd.py", ODD_CODE)
    _, results = project.results("prove", "contracts/odd-v1.yaml", "--budget", "6")
    here = Folder(project.folder)
    here.run("pv", "generate", "contracts/odd-v1.yaml", "--output", ".")
    ran = here.pytest("test_odd_v1.py", "-rA")
    passed, failed = (
        set(re.findall(rf"^{word} \S+::test_(\w+)", ran.stdout, re.MULTILINE))
        for word in ("PASSED", "FAILED")
    )
    told = {name.lower().replace("-", "_"): each["verdict"] for name, each in results.items()}
    right = {name for name, verdict in told.items() if verdict in {"SURVIVED", "PROVED"}}
    assert (passed & told.keys(), failed & told.keys()) == (right, told.keys() - right), told
    assert failed >= {"text_not", "never", "cannot", "quotient_not", "changes", "keyword_not"}
    assert passed >= {"text", "open", "huge", "keyword"}


def test_an_empty_domain_shows_nothing(project):
    project.change("contracts/counter-v1.yaml", "planned: 1..9", "planned: 9..1")
    here = Folder(project.folder)
    ran = here.run("pv", "generate", "SYM-CNT-001", "--output", ".")
    if ran.returncode == 0:
        assert here.pytest("test_counter_v1.py").returncode == 1


def test_an_experiment_that_expects_nothing_fails(project):
    project.change("contracts/counter-v1.yaml", "- exit_code = 0", "- limit >= 1")
    here = Folder(project.folder)
    here.run("pv", "generate", "FT-CNT-001", "--output", ".")
    ran = here.pytest("test_counter_v1.py")
    assert ran.returncode == 1
    assert "VACUOUS: it cannot fail: no change of what was observed" in ran.stdout
