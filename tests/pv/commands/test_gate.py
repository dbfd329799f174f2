CONTRACT, BINDING = "contracts/counter-v1.yaml", "contracts/bindings/counting.yaml"


def test_a_gate_holds_when_all_its_checks_do(project):
    ran = project.pv("gate", "F-CNT-001")
    assert ran.returncode == 0
    assert "gate F-CNT-001 holds: 2 of 2 requirements met" in ran.stdout


def test_a_gate_names_what_it_lacks(project):
    project.change("counting/rule.py", "done >= limit", "done > limit")
    ran = project.pv("gate", "F-CNT-001")
    assert ran.returncode == 1
    assert "FT-CNT-001 is REFUTED, SURVIVED is required" in ran.stdout
    assert "SYM-CNT-001 is REFUTED, PROVED is required" in ran.stdout


def test_a_gate_may_require_more_than_was_reached(project):
    project.change(
        CONTRACT, "checks: [validation", "require: {FT-CNT-001: PROVED}\n  checks: [validation"
    )
    ran = project.pv("gate", "F-CNT-001")
    assert ran.returncode == 1
    assert "FT-CNT-001 is SURVIVED, PROVED is required" in ran.stdout


def test_a_gate_is_closed_without_an_implementation(project):
    (project.folder / BINDING).unlink()
    ran = project.pv("gate", "F-CNT-001")
    assert ran.returncode == 1
    assert "SYM-CNT-001 is UNBOUND, PROVED is required" in ran.stdout


def test_no_gate_is_nothing_measured(project):
    text = (project.folder / CONTRACT).read_text(encoding="utf-8")
    project.write(CONTRACT, text.partition("qa_gate:")[0])
    assert project.pv("gate").returncode == 4
    assert project.pv("gate", "no-such-gate").returncode == 2


def test_an_unknown_id_beside_a_known_one_is_refused(project):
    for verb in ("gate", "lint", "prove", "falsify"):
        ran = project.pv(verb, "F-CNT-001", "F-CNT-01")
        assert (ran.returncode, "did you mean F-CNT-001" in ran.stderr) == (2, True)
