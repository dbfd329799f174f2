"""All rules by code, each with its severity and title."""

from collections.abc import Mapping

from pv.contract.finding import Severity

_E, _W, _N = Severity.ERROR, Severity.WARNING, Severity.NOTE

RULES: Mapping[str, tuple[Severity, str]] = {
    "READ-001": (_E, "a file that cannot be opened"),
    "READ-002": (_E, "a file that is not UTF-8"),
    "READ-003": (_E, "a text that is not YAML"),
    "READ-004": (_E, "a file of more than 4 MiB"),
    "READ-005": (_E, "an empty file"),
    "READ-006": (_E, "values nested more than 100 deep"),
    "READ-007": (_E, "more than 200,000 values"),
    "READ-008": (_E, "a second document in the file"),
    "READ-009": (_E, "a number that is not finite, or too long"),
    "READ-010": (_E, "a key that is not a text"),
    "READ-011": (_E, "an alias without its anchor"),
    "READ-012": (_E, "a tag"),
    "READ-013": (_E, "a file that leads out of the project"),
    "FILE-001": (_W, "a YAML file that is not a contract"),
    "FILE-002": (_N, "a file that holds only comments"),
    "KEY-001": (_N, "a key that nothing reads"),
    "SCHEMA-000": (_E, "a value that does not follow the format"),
    "SCHEMA-001": (_E, "references are empty"),
    "SCHEMA-002": (_E, "the version is empty"),
    "SCHEMA-003": (_E, "no equations"),
    "SCHEMA-004": (_E, "an equation without a formula"),
    "SCHEMA-005": (_E, "an obligation without a property"),
    "SCHEMA-006": (_W, "two obligations with the same formal text"),
    "SCHEMA-007": (_E, "two tests with one id"),
    "SCHEMA-008": (_E, "a test without a prediction"),
    "SCHEMA-009": (_W, "a test without a diagnosis"),
    "SCHEMA-010": (_E, "two symbolic checks with one id"),
    "SCHEMA-011": (_E, "a symbolic check without an obligation"),
    "SCHEMA-012": (_W, "a symbolic check without a bound"),
    "SCHEMA-013": (_W, "no gate"),
    "SCHEMA-014": (_E, "`requires` without a postcondition"),
    "SCHEMA-015": (_E, "`applies_to_phase` without a loop obligation"),
    "SCHEMA-016": (_E, "`parent_contract` without a subcontract"),
    "SCHEMA-017": (_E, "a parent contract that is not in `depends_on`"),
    "SCHEMA-018": (_E, "`kind` at the top"),
    "SCHEMA-019": (_E, "a block whose name is misspelt"),
    "SCHEMA-020": (_E, "a key given twice"),
    "SCHEMA-021": (_E, "a proof marked not applicable, without a reason"),
    "SCHEMA-022": (_E, "a proof marked not applicable, without an owner"),
    "SCHEMA-023": (_E, "a reason for `not-applicable` without that status"),
    "PROVABILITY-001": (_E, "a kernel contract without enough checks"),
    "META-001": (_W, "a version that is not semantic"),
    "META-002": (_W, "a creation date that is not a date"),
    "TOL-001": (_W, "a tolerance that lacks its unit"),
    "BOUND-001": (_W, "a bound that no engine reaches"),
    "BOUND-002": (_W, "an unknown solver"),
    "SUM-001": (_W, "a summary that disagrees with the file"),
    "TEXT-001": (_W, "a character that is not seen"),
    "TEXT-002": (_W, "a name of several lines"),
    "CLAIM-001": (_N, "a text that is prose"),
    "CLAIM-002": (_E, "an executable text that cannot be read"),
    "CLAIM-003": (_E, "a prose obligation that something relies on"),
    "CLAIM-004": (_W, "sizes that do not fit"),
    "CLAIM-005": (_W, "a typing error in a formula"),
    "CLAIM-006": (_W, "a name that is nearly a known one"),
    "CLAIM-007": (_N, "a name that the contract does not declare"),
    "CLAIM-008": (_W, "a call with too few or too many arguments"),
    "CLAIM-009": (_W, "a part of a `for all` that does not use its index"),
    "REF-001": (_E, "a reference to an unknown id"),
    "REF-002": (_N, "a symbolic check that names no obligation by id"),
    "REF-003": (_E, "one id for two things of a contract"),
    "DEP-001": (_W, "a dependency that does not exist"),
    "DEP-002": (_W, "contracts that depend on each other"),
    "GATE-001": (_E, "a misspelt check of a gate"),
    "GATE-002": (_W, "a gate that asks for nothing that is checked"),
    "ID-001": (_W, "one id in two contracts"),
    "ID-002": (_W, "two contracts with one name"),
    "SYS-001": (_W, "a system that no binding declares"),
    "AUDIT-001": (_W, "obligations without a test"),
    "AUDIT-002": (_E, "a symbolic check without an obligation (audit)"),
    "AUDIT-003": (_W, "equations without an obligation"),
    "AUDIT-004": (_N, "an obligation that nothing names"),
    "BIND-001": (_E, "an equation without an entry in the binding file"),
    "BIND-002": (_W, "an equation implemented in part"),
    "BIND-003": (_W, "an equation declared not implemented"),
    "BIND-004": (_E, "a binding to code that does not exist"),
    "BIND-005": (_E, "a binding of an unknown equation"),
    "BIND-006": (_W, "a contract without a binding"),
    "BIND-007": (_N, "code that may read files unheard"),
    "BIND-008": (_E, "an experiment that sets what its binding does not accept"),
    "BIND-009": (_N, "code of packages that are not installed where pv runs"),
    "IGNORE-001": (_W, "an ignore comment without effect"),
    "IGNORE-002": (_W, "an ignore comment without a reason"),
    "IGNORE-003": (_W, "an ignore comment for a finding that does not occur"),
    "BASELINE-001": (_E, "a baseline entry that no longer occurs"),
}

FIXED = frozenset(
    {code for code in RULES if code.startswith("READ-")} | {"SCHEMA-000", "SCHEMA-020"}
)
"""Rules without which there is no contract to judge: neither policy nor comment changes them."""

LINT_ONLY = frozenset(code for code in RULES if code.startswith(("AUDIT-", "BIND-")))
"""Rules of `pv lint` that `pv validate` leaves out."""

VALIDATED = frozenset(RULES) - LINT_ONLY
"""Rules of `pv validate`."""
