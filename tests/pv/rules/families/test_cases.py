"""Every folder below tests/cases is a code; its bad files yield it at the place they name.

A case is a file, or a folder whose file `case.yaml` is judged among its neighbours.
"""

import re

import pytest

from pv.rules import registry
from pv.rules.families import audit, binding_files, neighbours
from pv.rules.model.catalogue import LINT_ONLY, RULES
from pv.rules.policy import suppressions
from pv.rules.running.validation import validate
from tests.conftest import HOME

CASES = HOME / "tests/cases"
EXPECTED = re.compile(r"# expect: (\d+):(\d+) (\S+)")
JUDGED = (*registry.RULES, *neighbours.RULES, *audit.RULES, *binding_files.RULES)


def cases(kind):
    found = [
        *CASES.glob(f"*/{kind}-*.yaml"),
        *CASES.glob(f"*/{kind}-*/case.yaml"),
        *CASES.glob(f"*/{kind}-*/contracts/case.yaml"),
    ]
    return [
        pytest.param(file, file.relative_to(CASES).parts[0], id=str(file.relative_to(CASES)))
        for file in sorted(found)
    ]


def findings(file):
    (validated,) = validate([file], None, 1)
    return [*suppressions.apply(validated.findings, validated.summary.ignores, RULES)]


@pytest.mark.parametrize(("file", "code"), cases("bad"))
def test_a_bad_file_yields_its_code_at_its_place(file, code):
    first = file.read_text(encoding="utf-8").partition("\n")[0]
    line, column, expected = EXPECTED.fullmatch(first).groups()
    assert expected == code
    found = [(item.code, item.location.line, item.location.column) for item in findings(file)]
    assert (code, int(line), int(column)) in found


@pytest.mark.parametrize(("file", "code"), cases("good"))
def test_a_good_file_does_not_yield_the_code(file, code):
    found = {item.code for item in findings(file)}
    assert not {each for each in found if each.startswith("READ-")}
    assert code not in found


@pytest.mark.parametrize("code", sorted({rule.code for rule in JUDGED} - LINT_ONLY))
def test_every_rule_has_a_bad_and_a_good_case(code):
    for kind in ("bad", "good"):
        assert [*(CASES / code).glob(f"{kind}-*")]


def test_every_rule_is_in_the_catalogue_and_has_its_own_code():
    codes = [rule.code for rule in JUDGED]
    assert len(codes) == len(set(codes))
    assert set(codes) <= set(RULES)
