"""Whatever stands where a contract has its keys, there is a judgement with places, and no crash."""

from pathlib import Path

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pv.contract.finding import Severity
from pv.rules.running.examine import examine

KEYS = st.sampled_from([
    "metadata", "equations", "proof_obligations", "falsification_tests", "symbolic_checks",
    "kani_harnesses", "qa_gate", "qa_gates", "verification_summary", "id", "type", "formal",
    "property", "tolerance", "formula", "domain", "codomain", "invariants", "experiment", "runs",
    "system", "given", "expect", "define", "require", "obligation", "bound", "version",
    "description", "references", "depends_on", "lean", "status", "bindings", "target",
])  # fmt: skip
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20), st.sampled_from(["f(x) = x", "1..3", "O-1", "∀ x: |x| ≥ 0", "((", "x_i"]),
)  # fmt: skip
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
CONTRACTS = st.dictionaries(KEYS, VALUES, max_size=6).map(
    lambda value: {"metadata": {"version": "1.0.0", "description": "d"}, **value}
)


@settings(max_examples=400, deadline=None)
@given(CONTRACTS)
def test_any_value_under_any_key_is_judged(value):
    text = yaml.safe_dump(value, allow_unicode=True, sort_keys=False)
    summary = examine(text.encode(), Path("c.yaml")).summary
    lines = len(text.splitlines()) + 1
    for finding in summary.findings:
        place = finding.location
        assert 1 <= place.line <= lines
        assert place.column >= 1
        assert (place.end_line, place.end_column) >= (place.line, place.column)
        assert finding.message
        assert finding.remedy
    if not summary.readable:
        assert any(finding.severity is Severity.ERROR for finding in summary.findings)
