"""BIND-* and AUDIT-*, which `pv lint` adds: a change to a clean project yields each."""

import json
from argparse import Namespace
from io import StringIO

import pytest

from pv.commands import lint
from tests.conftest import BINDING, CONTRACT

CASES = {
    "BIND-001": [
        ("contracts/counter-v1.yaml", "proof_obligations:",
         "  other: {formula: other(limit) = limit}\nproof_obligations:"),
    ],
    "BIND-002": [("contracts/bindings/counting.yaml", "status: implemented", "status: partial")],
    "BIND-003": [
        ("contracts/bindings/counting.yaml", "status: implemented", "status: not_implemented"),
        ("contracts/bindings/counting.yaml", "status: implemented", "status: pending"),
    ],
    "BIND-004": [
        ("contracts/bindings/counting.yaml", "rule:counted", "rule:count"),
        ("contracts/bindings/counting.yaml", "counting.rule:", "counting.rules:"),
    ],
    "BIND-005": [("contracts/bindings/counting.yaml", "equation: counted", "equation: count")],
    "BIND-006": [
        ("contracts/bindings/counting.yaml", "contract: counter-v1", "contract: other-v1"),
    ],
    "BIND-007": [
        ("counting/rule.py", "def ", "import pyarrow.parquet\ndef "),
        ("counting/rule.py", "def ", "from h5py import File\ndef "),
    ],
    "AUDIT-001": [("contracts/counter-v1.yaml", "falsification_tests:", "x_tests:")],
    "AUDIT-002": [("contracts/counter-v1.yaml", "obligation: CNT-INV-001, b", "obligation: '', b")],
    "AUDIT-003": [("contracts/counter-v1.yaml", "proof_obligations:", "x_obligations:")],
    "AUDIT-004": [
        ("contracts/counter-v1.yaml", "falsification_tests:",
         "  - {id: CNT-2, type: bound, property: p, formal: p}\nfalsification_tests:"),
    ],
}  # fmt: skip


def test_a_library_need_not_have_tests(project):
    project.change("contracts/counter-v1.yaml", *CASES["AUDIT-001"][0][1:])
    project.change("contracts/counter-v1.yaml", "obligation: CNT-INV-001, b", "obligation: x, b")
    assert {"AUDIT-001", "AUDIT-004"} <= {*project.pv("lint").stdout.split()}
    project.change("contracts/counter-v1.yaml", "[here]}", "[here], kind: library}")
    told = {*project.pv("lint").stdout.split()}
    assert not {"AUDIT-001", "AUDIT-004"} & told


@pytest.mark.parametrize(
    ("code", "change"),
    [
        pytest.param(code, change, id=f"{code}-{n}")
        for code, changes in CASES.items()
        for n, change in enumerate(changes)
    ],
)
def test_a_change_yields_its_code(project, code, change):
    file, old, new = change
    if code == "BIND-006":
        project.change("contracts/counter-v1.yaml", "    obligation: CNT-INV-001\n", "")
    assert code not in project.pv("lint").stdout
    project.change(file, old, new)
    assert code in project.pv("lint").stdout


def test_what_is_not_installed_beside_pv_is_one_note(project, monkeypatch):
    """Of a file, though several contracts are bound in it; what can be looked up is judged."""
    entry = "  - {contract: counter-v%d, equation: counted, callable: '%s', status: pending}\n"
    project.write("contracts/counter-v2.yaml", CONTRACT.replace("CNT", "CNU"))
    project.write("contracts/bindings/counting.yaml", BINDING + "".join([
        entry % (1, "absent_one:f"), entry % (2, "absent_two:f"), entry % (2, "counting.rule:no"),
    ]))  # fmt: skip
    contracts = project.folder / "contracts"
    monkeypatch.chdir(project.folder)
    monkeypatch.setattr("pv.binding.locate.has_pv_alone", lambda: True)
    out = StringIO()
    code = lint.run(Namespace(
        targets=[str(contracts)], binding=[], format="json", baseline=None, update_baseline=False,
        strict=False,
    ), out, out)  # fmt: skip
    told = [
        each
        for each in json.loads(out.getvalue())["findings"]
        if each["code"] in {"BIND-004", "BIND-009"}
    ]
    assert (code, [each["code"] for each in told]) == (1, ["BIND-009", "BIND-004"])
    assert told[0]["message"] == (
        "2 callables not looked up, of what is not installed here: `absent_one`, `absent_two`"
    )
    assert (told[0]["severity"], told[0]["line"]) == ("note", 10)
    assert "additional_dependencies" in told[0]["remedy"]
