"""BIND-* and AUDIT-*, which `pv lint` adds: a change to a clean project yields each."""

import pytest

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
