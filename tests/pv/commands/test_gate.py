import json

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


def test_a_gate_is_closed_without_an_implementation(project):
    (project.folder / BINDING).unlink()
    ran = project.pv("gate", "F-CNT-001")
    assert ran.returncode == 1
    assert "SYM-CNT-001 is UNBOUND, PROVED is required" in ran.stdout


def told(project, *words):
    """Return the exit code of a gate and what it says as JSON."""
    ran = project.pv("gate", *words, "--format", "json")
    return ran.returncode, json.loads(ran.stdout)


def test_a_gate_tells_what_it_required_and_what_it_does_not_ask_for(project):
    code, found = told(project, "F-CNT-001")
    (gate,) = found["gates"]
    assert (code, gate["id"], gate["contract"]) == (0, "F-CNT-001", "counter-v1")
    assert (gate["holds"], gate["required"], gate["unmet"]) == (True, 2, [])
    assert gate["beside"] == {"CNT-INV-001": None, "counter-v1/counted/equals-formula": None}
    assert {each["name"] for each in found["results"]} == {"FT-CNT-001", "SYM-CNT-001"}
    project.pv("prove", "CNT-INV-001")
    _, found = told(project)
    assert found["gates"][0]["beside"]["CNT-INV-001"] == "PROVED"
    assert all(each["cached"] for each in found["results"])


def test_beside_a_gate_the_worst_of_what_is_known_is_told(project):
    project.change("counting/rule.py", "done >= limit", "done > limit")
    project.pv("prove", "CNT-INV-001")
    code, found = told(project, "F-CNT-001")
    (gate,) = found["gates"]
    assert (code, gate["holds"], len(gate["unmet"])) == (1, False, 2)
    assert gate["beside"]["CNT-INV-001"] == "REFUTED"
    (project.folder / BINDING).unlink()
    _, found = told(project, "F-CNT-001")
    assert found["gates"][0]["beside"]["CNT-INV-001"] == "UNBOUND"


def test_a_gate_requires_what_an_equation_says_of_itself(project):
    project.write("contracts/counter-v1.yaml", LAW)
    project.write("counting/law.py", "def double(n):\n    return n + n\n")
    project.write("contracts/bindings/counting.yaml", LAW_BINDING)
    ran = project.pv("gate")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    project.write("counting/law.py", "def double(n):\n    return n + 3\n")
    ran = project.pv("gate")
    assert ran.returncode == 1
    assert "counter-v1/double/formula is REFUTED" in ran.stdout


def test_a_gate_cannot_require_an_equation(project):
    project.write("contracts/counter-v1.yaml", LAW.replace("counter-v1/double/formula", "double"))
    ran = project.pv("validate")
    assert ran.returncode == 1
    assert "REF-001 `double` is not an id of a claim of this contract" in ran.stdout


LAW = """
    metadata: {version: 1.0.0, description: Doubles, kind: library, references: [none]}
    equations:
      double:
        formula: double(n + m) = double(n) + double(m) and double(1) = 2
        domain: {n: 0..9, m: 0..9}
    qa_gate:
      id: G
      name: Gate
      require: {counter-v1/double/formula: PROVED}
    """
LAW_BINDING = """
    version: 1.0.0
    target: counting
    bindings:
      - contract: counter-v1
        equation: double
        callable: counting.law:double
        status: implemented
    """
