"""Every rule has a page; its example breaks the rule, and the corrected one does not."""

import re

import pytest

from pv.rules.model.catalogue import LINT_ONLY, RULES
from pv.rules.model.pages import pages, reference
from pv.rules.policy import suppressions
from pv.rules.running.validation import validate
from tests.conftest import HOME

BLOCKS = """\
metadata: {version: 1.0.0, description: d, references: [r]}
equations:
  f: {formula: f(x) = x, domain: {x: 1..3}}
proof_obligations:
  - {id: O-1, type: invariant, property: p, formal: f(x) = x}
falsification_tests:
  - {id: T-1, prediction: f(1) = 1, if_fails: look}
symbolic_checks:
  - {id: S-1, obligation: O-1, bound: 3}
qa_gate: {id: G-1, name: all}
"""
BLOCK = re.compile(r"^(\w+):.*\n(?:[ -].*\n)*", re.MULTILINE)
NEEDS_OTHER_FILES = {"DEP-001", "DEP-002"}
SHOWN = [
    pytest.param(code, page.example, page.corrected, id=code)
    for code, page in pages().items()
    if page.example and code not in NEEDS_OTHER_FILES
]


def completed(fragment):
    """Put a fragment in the place of the blocks that it has of its own."""
    own = set(re.findall(r"^(\w+):", fragment, re.MULTILINE))
    rest = [match[0] for match in BLOCK.finditer(BLOCKS) if match[1] not in own]
    if fragment.startswith(("metadata: {version: 1.0.0, description: d, references: [r]\n",)):
        rest = []
    return "".join(rest) + fragment if "---" not in fragment else fragment


def codes(folder, fragment):
    file = folder / "case.yaml"
    file.write_text(completed(fragment), encoding="utf-8")
    (validated,) = validate([file], None, 1)
    found = suppressions.apply(validated.findings, validated.summary.ignores, RULES)
    return {finding.code for finding in found}


@pytest.mark.parametrize(("code", "example", "corrected"), SHOWN)
def test_an_example_breaks_its_rule_and_the_corrected_one_does_not(
    tmp_path, code, example, corrected
):
    assert code in codes(tmp_path, example)
    if corrected:
        assert code not in codes(tmp_path, corrected)


@pytest.mark.parametrize("code", RULES)
def test_every_rule_says_why(code):
    assert len(pages()[code].why) > 40


def test_there_are_enough_examples_to_learn_from():
    assert len(SHOWN) + len(LINT_ONLY) > 0.7 * len(RULES)


def test_the_reference_is_current():
    assert (HOME / "docs/rules.md").read_text(encoding="utf-8") == reference()
