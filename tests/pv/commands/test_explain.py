"""`pv explain`, `pv equations`, `pv schema` and `pv status`."""

import json

import jsonschema
import pytest

from pv import cli
from pv.evidence.verdict import Verdict
from tests.conftest import HOME


def test_a_rule_is_explained(project):
    ran = project.pv("explain", "schema-012")
    assert ran.returncode == 0
    assert ran.stdout.startswith("## SCHEMA-012\n\n**A symbolic check without a bound**")


@pytest.mark.parametrize("verdict", Verdict, ids=lambda verdict: verdict.name)
def test_a_verdict_is_explained(capsys, verdict):
    assert cli.main(["explain", verdict.name.lower()]) == 0
    told = capsys.readouterr().out
    assert told.startswith(f"## {verdict.name}\n\n{verdict.shown}\n\nWhat to do: ")
    assert verdict.remedy in told
    assert "Exit code" in told


def test_a_claim_is_explained_by_its_renderings(project):
    ran = project.pv("explain", "CNT-INV-001")
    assert ran.returncode == 0
    assert "at      contracts/counter-v1.yaml:" in ran.stdout
    assert "python  counted(limit, planned) == min(limit, planned)" in ran.stdout
    assert r"latex   \mathrm{counted}\left(\mathrm{limit}, \mathrm{planned}\right)" in ran.stdout
    assert "calls   counted, min" in ran.stdout
    assert "tree    (= (counted limit planned) (min limit planned))" in ran.stdout
    assert "type    Bool" in ran.stdout
    assert "names   limit: Int in [" in ran.stdout
    assert "z3      (" in ran.stdout
    assert "equal   exact over finite domains; else within abs 1e-09 or rel 1e-07" in ran.stdout


@pytest.mark.parametrize(
    ("stated", "told"),
    [
        ("{abs: 0}", "within no distance"), ("{ulp: 4}", "within 4 ulp of float64"),
        ("{abs: 1e-6, rel: 1e-9}", "within abs 1e-06 or rel 1e-09"),
    ],
)  # fmt: skip
def test_the_tolerance_of_a_claim_is_explained(project, stated, told):
    claim = "formal: counted(limit, planned) = min(limit, planned)"
    project.change("contracts/counter-v1.yaml", claim, f"{claim}\n    tolerance: {stated}")
    assert f"equal   {told}" in project.pv("explain", "CNT-INV-001").stdout


def test_a_domain_is_explained_by_the_kind_of_each_variable(project):
    project.write(
        "contracts/product-v1.yaml",
        "metadata: {version: 1.0.0, description: d, references: [r]}\n"
        "equations:\n"
        "  product:\n"
        "    formula: product(A, B) = A · B\n"
        "    domain: A ∈ ℝ^{m×k}, B ∈ ℝ^{k×n}, m >= 1\n"
        "    codomain: ℝ^{m×n}\n"
        "    invariants: ['product(A, B) ∈ ℝ^{m×n}', 'total = product(A, B)']\n"
        "  total: {formula: total = 1 + offset, domain: offset >= 0}\n",
    )
    told = project.pv("explain", "product-v1").stdout
    types = [line.split(maxsplit=1)[1] for line in told.splitlines() if "    type" in line]
    assert types == [
        "Bool", "A: Matrix(m, k) of Real", "B: Matrix(k, n) of Real", "m: Int in [1, ∞]",
        "Matrix(m, n) of Real", "Bool", "Bool", "Bool", "offset: Real in [0, ∞]",
    ]  # fmt: skip


def test_prose_is_explained_with_a_caret(project):
    project.change(
        "contracts/counter-v1.yaml", "prediction: it counts", "prediction: it surely counts"
    )
    ran = project.pv("explain", "FT-CNT-001")
    assert "prose   the claim could end before `surely`" in ran.stdout
    assert "            it surely counts to the limit\n               ^^^^^^" in ran.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["VACOUS"], "did you mean VACUOUS"),
        (["SCHEMA-12"], "did you mean SCHEMA-012"),
        (["CNT-INV-002"], "did you mean CNT-INV-001"),
        ([], "name a rule, a verdict or an id"),
        (["--all", "SCHEMA-012"], "name a rule, a verdict or an id"),
        (["gone.yaml"], "no such file"),
    ],
)
def test_what_is_not_there_is_the_users_fault(project, words, said):
    ran = project.pv("explain", *words)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert said in ran.stderr


@pytest.mark.parametrize(
    ("form", "line"),
    [
        ("text", "counted(limit, planned) = min(limit, planned)"),
        ("python", "counted(limit, planned) == min(limit, planned)"),
        ("latex", r"\[ \mathrm{counted}\left(\mathrm{limit}, \mathrm{planned}\right) = \min"),
    ],
)
def test_equations_are_printed(project, form, line):
    ran = project.pv("equations", "--format", form)
    assert ran.returncode == 0
    assert line in ran.stdout
    assert project.pv("equations", "nothing").returncode == 2


def test_equations_are_records_in_json(project):
    schema = json.loads((HOME / "schemas/equations.schema.json").read_text(encoding="utf-8"))
    project.write("contracts/broken.yaml", "metadata: {version: 1.0.0}\n")
    counter = "contracts/counter-v1.yaml"
    project.change(counter, "formula: counted(", "formula: as many as counted(")
    ran = project.pv("equations", "--format", "json")
    told = json.loads(ran.stdout)
    jsonschema.validate(told, schema)
    prose = [each for each in told["equations"] if each["prose"]]
    assert "contracts/counter-v1.yaml:" in prose[0]["prose"]
    assert prose[0]["statements"] == []
    assert "broken.yaml is left out" in ran.stderr


def test_a_schema_is_printed(project):
    ran = project.pv("schema", "contract")
    assert json.loads(ran.stdout)["title"] == "pv contract"
    assert project.pv("schema", "nothing").returncode == 2


def test_status_counts_what_can_be_read_and_what_ran(project):
    schema = json.loads((HOME / "schemas/status.schema.json").read_text(encoding="utf-8"))
    told = json.loads(project.pv("status", "--format", "json").stdout)
    jsonschema.validate(told, schema)
    assert told["claims"]["formal"] == {"total": 1, "parsed": 1}
    assert told["claims"]["prediction"] == {"total": 1, "parsed": 0}
    assert told["claims"]["domain"] == {"total": 2, "parsed": 2}
    assert told["checks"]["total"] == told["checks"]["executable"] == 4
    assert told["checks"]["with_evidence"] == 0
    assert told["levels"] == {
        "REFUTED": 0,
        "UNDECIDED": 0,
        "L0": 0,
        "L1": 4,
        "L2": 0,
        "L3": 0,
        "L4": 0,
        "L5": 0,
    }
    assert project.pv("prove").returncode == 0
    assert project.pv("falsify").returncode == 0
    told = json.loads(project.pv("status", "--format", "json").stdout)
    levels = told["levels"]
    assert told["checks"]["with_evidence"] == 4
    assert told["checks"]["verdicts"]["PROVED"] == 3
    assert told["checks"]["verdicts"]["SURVIVED"] == 1
    assert levels == {
        "REFUTED": 0,
        "UNDECIDED": 0,
        "L0": 0,
        "L1": 0,
        "L2": 0,
        "L3": 1,
        "L4": 3,
        "L5": 0,
    }
    project.change("counting/rule.py", "done >= limit", "done > limit")
    told = json.loads(project.pv("status", "--format", "json").stdout)
    assert told["levels"]["L1"] == 4
    (contract,) = told["by_contract"]
    assert (contract["with_evidence"], contract["stale"], contract["weakest"]) == (0, 4, "L1")
    shown = project.pv("status").stdout
    assert shown.index("with fresh evidence") < shown.index("texts that can be read")
    assert "formal" in shown


def test_status_of_a_faulty_contract_says_what_it_leaves_out(project):
    project.write("contracts/broken.yaml", "metadata: {version: 1.0.0}\n")
    ran = project.pv("status", "--format", "json")
    assert json.loads(ran.stdout)["faulty"] == 1
    assert "broken.yaml is left out" in ran.stderr
    assert ran.returncode == 2
    assert project.pv("status", "gone").returncode == 2


def test_status_names_an_unreadable_file_and_counts_the_others(project):
    project.write("contracts/broken.yaml", "a: [")
    project.write("contracts/bindings/broken.yaml", "a: [")
    ran = project.pv("status", "--format", "json")
    told = json.loads(ran.stdout)
    assert (ran.returncode, told["contracts"], told["faulty"]) == (2, 1, 2)
    assert "contracts/broken.yaml is left out" in ran.stderr
    assert "contracts/bindings/broken.yaml is left out" in ran.stderr


def test_claims_are_listed_by_what_is_known_of_them(project):
    def names(expression):
        ran = project.pv("list", "--format", "json", "-k", expression)
        return {each["name"] for each in json.loads(ran.stdout)["checks"]}

    every = names("is:never-run")
    assert len(every) == 4
    assert names("is:never-run and level:L1 and not verdict:") == every
    assert project.pv("prove").returncode == 0
    proved = names("verdict:PROVED")
    assert proved == names("is:fresh") == every - names("is:never-run")
    assert names("kind:") == every
    assert names("kind:nothing") == set()
    project.change("counting/rule.py", "done >= limit", "done > limit")
    assert names("is:stale and verdict:PROVED") == proved
    assert names("is:fresh") == set()
    assert project.pv("list", "-k", "verdict:REFUTED").returncode == 4
