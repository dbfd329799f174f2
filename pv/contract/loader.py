"""Load a file as a contract, or as findings. The raw YAML ends here."""

from dataclasses import dataclass
from pathlib import Path

from pv.contract.building.contract import build_contract
from pv.contract.finding import Finding
from pv.contract.model import Contract
from pv.contract.schema.judge import judge_document
from pv.contract.schema.unknown_keys import judge_keys
from pv.contract.yaml.document import Document
from pv.contract.yaml.reader import read_file


@dataclass(frozen=True, slots=True)
class Loaded:
    """A contract, if the file holds one, and the findings about the file."""

    contract: Contract | None
    findings: tuple[Finding, ...]


def load(file: Path) -> Loaded:
    """Load one contract file; never raises for what the file holds."""
    document = read_file(file)
    if not isinstance(document, Document):
        return Loaded(None, document)
    return from_document(document)


def from_document(document: Document) -> Loaded:
    """Judge a document by the schema and, if it follows it, build the contract."""
    findings = list(judge_document(document, "contract"))
    if isinstance(document.value, dict):
        findings += judge_keys(document)
    if any(finding.code == "SCHEMA-000" for finding in findings):
        return Loaded(None, tuple(findings))
    return Loaded(build_contract(document), tuple(findings))
