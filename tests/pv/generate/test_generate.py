"""Generated modules: recorded, run, and seen to fail for a planted bug."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pv.claims import read_field
from pv.claims.domains.read_space import space_of
from pv.generate.strategies import composite
from tests.conftest import HOME

RECORDED = Path(__file__).parent / "recorded"
MODULE, RULE = "test_schedule_v1.py", "planned/rule.py"


class Folder:
    def __init__(self, path):
        self.path = path

    def run(self, *words):
        return subprocess.run(
            [sys.executable, "-m", *words], cwd=self.path, capture_output=True, text=True,
            check=False,
        )  # fmt: skip

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
    assert "15 tests, 1 claim left out" in ran.stdout
    assert "not SCH-INV-002: PROSE" in ran.stdout
    assert (folder.path / MODULE).read_text(encoding="utf-8") == recorded
    assert not re.search(r"TODO|\bpass\b|NotImplemented", recorded)


def test_the_module_passes_under_plain_pytest(folder):
    ran = folder.pytest(MODULE)
    assert "15 passed" in ran.stdout
    assert ran.returncode == 0


@pytest.mark.parametrize(
    ("old", "new", "failing"),
    [
        ("done >= limit", "done > limit", {"counted_equals_formula", "ft_sch_001", "sch_inv_001",
                                           "sym_sch_001_symbolically"}),
        ("if limit < 1", "if limit < 0", {"ft_sch_003"}),
        ("min(step / steps, 1)", "step / steps", {"warmup_codomain", "warmup_equals_formula"}),
        ("powers / powers.sum()", "powers / (powers.sum() + 0.01)",
         {"softmax_invariant_1", "softmax_invariant_1_float32", "softmax_equals_formula",
          "softmax_equals_formula_float32"}),
    ],
)  # fmt: skip
def test_a_planted_bug_fails_the_tests_of_the_claims_about_it(folder, old, new, failing):
    folder.change(RULE, old, new)
    ran = folder.pytest(MODULE)
    assert ran.returncode == 1
    assert set(re.findall(r"^FAILED \S+::test_(\w+)", ran.stdout, re.MULTILINE)) == failing


def test_check_tells_current_from_stale_edited_and_missing(folder):
    assert folder.generate("--check").returncode == 0
    folder.change(MODULE, "<= 1\n", "<= 2\n")
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


@pytest.mark.parametrize(
    ("domain", "drawn"),
    [("x ∈ ℝ^n", "n = draw(st.integers(1, 8))"),
     ("x ∈ ℝ^n, n ≥ 1, w ∈ 1..n", "n = draw(st.integers(1, 9))"),
     ("x ∈ ℝ^n, n > 2, w ∈ 1..n", "n = draw(st.integers(3, 11))"),
     ("x ∈ ℝ^n, n ∈ 2..64", "n = draw(st.integers(2, 64))")],
)  # fmt: skip
def test_a_size_without_an_end_does_not_fill_the_memory(domain, drawn):
    assert drawn in composite(space_of(read_field("domain", domain)))


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
    proved = folder.run("pv", "prove", *words)
    assert "found/test_sch_inv_001.py  reproduces the refutation of SCH-INV-001" in proved.stdout
    assert proved.returncode == 1
    falsified = folder.run("pv", "falsify", "FT-SCH-001", *words, "--format", "json")
    assert "reproduces the refutation of FT-SCH-001" in falsified.stderr
    assert "limit = 1\n" in (folder.path / "found/test_ft_sch_001.py").read_text(encoding="utf-8")
    assert folder.pytest("found").returncode == 1
    folder.change(RULE, "done > limit", "done >= limit")
    assert folder.pytest("found").returncode == 0


def test_without_a_refutation_nothing_is_written(folder):
    folder.run("pv", "prove", "schedule-v1.yaml", "SCH-INV-001", "--repro", "found")
    assert not (folder.path / "found").exists()
