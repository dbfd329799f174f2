"""The script for whoever has a GPU for a quarter of an hour, run at the sizes of a test."""

import importlib.util
import os
import subprocess
import sys

import pytest

from tests.conftest import HOME

FOLDER = HOME / "benchmarks" / "gpu"


def load(name):
    spec = importlib.util.spec_from_file_location(f"gpu_{name}", FOLDER / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_all_parts_run_on_a_cpu(tmp_path):
    ran = subprocess.run(
        [FOLDER / "run.sh", "--device", "cpu", "--minutes", "19"],
        env={**os.environ, "OUT": str(tmp_path / "out"), "PYTHON": sys.executable},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    checks = (tmp_path / "out" / "checks.txt").read_text().splitlines()
    assert all(line.startswith("ok ") for line in checks if line)
    for wanted in ("by torch", "the kernel against torch in bfloat16", "resume", "watchdog"):
        assert any(wanted in line for line in checks), wanted
    page = (tmp_path / "out" / "kd_step-cpu.md").read_text()
    assert "Parts that failed: none." in page
    titles = [line for line in page.splitlines() if line.startswith("## ")]
    assert len(titles) == 4
    assert page.count("| ours") >= 4


@pytest.fixture
def parts(monkeypatch, tmp_path):
    """Return a runner of the driver with other parts: (name, Python code, writes a table)."""
    driver = load("run")

    def run(*given, minutes="9"):
        def make(output):
            for name, code, table in given:
                file = output / f"{name}.md"
                command = (sys.executable, "-c", f"output = {str(file)!r}; {code}")
                limit = 1 if "sleep" in code else 60
                yield driver.Part(name, command, limit, file if table else None)

        monkeypatch.setattr(driver, "cpu_parts", make)
        arguments = ["run.py", "--device", "cpu", "--output", str(tmp_path), "--minutes", minutes]
        monkeypatch.setattr(sys, "argv", arguments)
        return driver.main(), (tmp_path / "kd_step-cpu.md").read_text()

    return run


TABLE = ("table", "open(output, 'w').write('## T\\n\\n| ours | 1 |\\n')", True)


def test_a_check_that_fails_loses_no_table_and_is_the_exit_code(parts):
    code, page = parts(("checks", "print('FAIL it: 3'); print('ok   b: 4'); exit(1)", False), TABLE)
    assert code == 1
    assert "| ours | 1 |" in page
    assert "Checks: 1 hold, 1 do not." in page
    assert "Parts that failed: checks: 1." in page


def test_a_check_that_does_not_end_is_a_failure(parts):
    code, page = parts(("checks", "import time; time.sleep(600)", False), TABLE)
    assert code == 1
    assert "checks: did not end within 1 s" in page
    assert "| ours | 1 |" in page


def test_a_table_that_fails_is_told_and_is_no_failure_of_a_check(parts):
    broken = ("broken", "open(output, 'w').write('## half'); exit(3)", True)
    code, page = parts(("checks", "print('ok   a: 1')", False), broken, TABLE)
    assert code == 0
    assert "Parts that failed: broken: 3." in page
    assert "## half" in page


def test_parts_beyond_the_time_are_told(parts):
    code, page = parts(("checks", "pass", False), TABLE, minutes="0")
    assert code == 1
    assert "checks: no time was left; table: no time was left" in page


def test_a_check_that_raises_stops_no_other(capsys):
    verdicts = load("verdicts")

    def broken():
        raise ValueError("odd\nnumber")

    checks = {"a": broken, "b": lambda: "4", "c": lambda: verdicts.require(0, "five")}
    assert verdicts.run_checks(checks) == 1
    assert verdicts.run_checks({"b": checks["b"]}) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(" (")[0] for line in lines] == [
        "FAIL a: ValueError: odd number",
        "ok   b: 4",
        "FAIL c: CheckError: five",
        "ok   b: 4",
    ]
