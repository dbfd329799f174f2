"""Every folder below tests/cases is a code; its bad files yield it at the place they name."""

import re
from pathlib import Path

import pytest

from pv.commands.validate import judge_file
from pv.rules.registry import RULES

CASES = Path(__file__).parents[1] / "cases"
EXPECTED = re.compile(r"# expect: (\d+):(\d+) (\S+)")


def files(kind):
    found = sorted(CASES.glob(f"*/{kind}-*.yaml"))
    return [pytest.param(file, id=f"{file.parent.name}/{file.stem}") for file in found]


@pytest.mark.parametrize("file", files("bad"))
def test_a_bad_file_yields_its_code_at_its_place(file):
    first = file.read_text(encoding="utf-8").partition("\n")[0]
    line, column, code = EXPECTED.fullmatch(first).groups()
    assert code == file.parent.name
    found = [
        (item.code, item.location.line, item.location.column) for item in judge_file(file).findings
    ]
    assert (code, int(line), int(column)) in found


@pytest.mark.parametrize("file", files("good"))
def test_a_good_file_does_not_yield_the_code(file):
    judged = judge_file(file)
    assert judged.readable
    assert file.parent.name not in {item.code for item in judged.findings}


@pytest.mark.parametrize("code", RULES)
def test_every_rule_has_a_bad_and_a_good_case(code):
    assert list((CASES / code).glob("bad-*.yaml"))
    assert list((CASES / code).glob("good-*.yaml"))
