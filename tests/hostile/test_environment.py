"""What a contract may set of a system that the user's own binding names: what that accepts."""

import pytest

RUNS_CODE = {
    "PYTHONWARNINGS": "error::antigravity.x", "BROWSER": "touch P #%s", "PYTHONPATH": "evil",
    "LD_PRELOAD": "evil.so", "PATH": "evil", "PYTHONPYCACHEPREFIX": "evil", "PYTHONSTARTUP": "e.py",
    "LIMITS": "1", "limit": "1",
}  # fmt: skip


def test_no_variable_that_runs_code_reaches_the_system(project):
    project.change(
        "contracts/counter-v1.yaml",
        'environment: {LIMIT: "{limit}"}',
        "environment: {PYTHONWARNINGS: 'all:0:antigravity.x:0:0', BROWSER: 'touch P #%s'}",
    )
    ran = project.pv("falsify", "FT-CNT-001")
    assert ran.returncode == 1
    assert "ERROR" in ran.stdout
    assert not (project.folder / "P").exists()


@pytest.mark.parametrize("name", RUNS_CODE)
def test_what_the_binding_does_not_accept_is_an_error_that_names_it(project, name):
    project.change("contracts/counter-v1.yaml", "LIMIT: ", f"{name}: {RUNS_CODE[name]!r}, LIMIT: ")
    code, results = project.results("falsify", "FT-CNT-001")
    found = results["FT-CNT-001"]
    assert (code, found["verdict"], found["processes"]) == (1, "ERROR", 0)
    assert f"`{name}`" in found["reason"]
    assert "accepted are: LIMIT" in found["reason"]
    assert "`accepts:`" in found["reason"]
    ran = project.pv("lint")
    assert ran.returncode == 1
    assert f"error BIND-008 a contract may not set the variable `{name}`" in ran.stdout


@pytest.mark.parametrize(
    ("accepts", "setting", "reason"),
    [
        ("", 'LIMIT: "{limit}"', None),
        ("", 'LIMIT: "3"', None),
        ("", "BROWSER: touch", "accepted are: numbers"),
        ("", 'BROWSER: "x{limit}"', "accepted are: numbers"),
        ("", 'PYTHONPATH: "{limit}"', "accepted are: numbers"),
        ("", 'LD_PRELOAD: "1"', "accepted are: numbers"),
        ("", 'Path: "1"', "accepted are: numbers"),
        (", accepts: []", 'LIMIT: "3"', "accepted are: none"),
    ],
)
def test_without_accepts_numbers_may_be_set(project, accepts, setting, reason):
    project.change("contracts/bindings/counting.yaml", ", accepts: [LIMIT]", accepts)
    project.change("contracts/counter-v1.yaml", 'LIMIT: "{limit}"', setting)
    found = project.results("falsify", "FT-CNT-001")[1]["FT-CNT-001"]
    if reason is None:
        assert found["processes"] > 0
    else:
        assert (found["verdict"], found["processes"]) == ("ERROR", 0)
        assert reason in found["reason"]


def test_a_placeholder_that_is_a_text_is_no_number(project):
    project.change("contracts/bindings/counting.yaml", ", accepts: [LIMIT]", "")
    project.change("contracts/counter-v1.yaml", "limit: ", "word: '{\"touch\"}', limit: ")
    project.change("contracts/counter-v1.yaml", 'LIMIT: "{limit}"', 'BROWSER: "{word}"')
    found = project.results("falsify", "FT-CNT-001")[1]["FT-CNT-001"]
    assert found["verdict"] == "ERROR"
    assert "`BROWSER` is no number" in found["reason"]


def test_patterns_are_accepted(project):
    project.change("contracts/bindings/counting.yaml", "[LIMIT]", "['LIM*']")
    _, results = project.results("falsify", "FT-CNT-001")
    assert results["FT-CNT-001"]["verdict"] == "SURVIVED"


@pytest.mark.parametrize(
    ("lock", "configuration", "refused"),
    [
        ("a.b", "{a: {b: 1}}", "a.b"),
        ("a.b", "{a: {b: {c: 1}}}", "a.b.c"),
        ("a", "{a: {b: 1}}", "a.b"),
        ("a.b", "{a: 1}", "a"),
        ("a.b", "{a: {}}", "a"),
        ("a.*", "{x: 1, a: {y: 1}}", "a.y"),
        ("*.b", "{x: {b: 1}}", "x.b"),
        ("a.b", "{a: {c: 1}}", None),
        ("a.b", "{b: 1}", None),
    ],
)
def test_a_locked_key_stays_as_the_binding_has_it(project, lock, configuration, refused):
    project.change("contracts/bindings/counting.yaml", "accepts:", f"locks: ['{lock}'], accepts:")
    system = "system: counter\n"
    project.change(
        "contracts/counter-v1.yaml", system, f"{system}      configuration: {configuration}\n"
    )
    _, results = project.results("falsify", "FT-CNT-001")
    found = results["FT-CNT-001"]
    assert found["verdict"] == ("SURVIVED" if refused is None else "ERROR")
    assert refused is None or f"`{refused}`" in found["reason"]


def test_a_generated_test_sets_no_more(project, run_pytest):
    assert project.pv("generate", "FT-CNT-001", "--output", ".").returncode == 0
    project.change("contracts/bindings/counting.yaml", "[LIMIT]", "[OTHER]")
    assert "may not set the variable `LIMIT`" in run_pytest(project.folder, "test_counter_v1.py")
