"""Build a contract: its metadata, equations, symbolic checks and gates."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from pv.contract.building.entry import Entry
from pv.contract.building.experiments import falsification_test
from pv.contract.building.obligations import obligations
from pv.contract.building.tolerances import tolerance, tolerance_in
from pv.contract.model import Contract, Equation, Gate, GivenId, Metadata, SymbolicCheck
from pv.contract.yaml.document import Document


def build_contract(document: Document) -> Contract:
    """Return the contract in a document that follows the schema."""
    file = Path(document.file)
    root = Entry(document, (), document.value)
    gate = root.inner("qa_gate")
    gates = [*([gate] if gate and gate.value else []), *root.entries("qa_gates")]
    return Contract(
        stem=file.stem,
        file=file,
        digest=hashlib.sha256(document.source.encode()).hexdigest(),
        metadata=_metadata(root.inner("metadata") or root),
        equations=tuple(map(_equation, root.entries("equations"))),
        obligations=tuple(obligations(root, file.stem)),
        tests=tuple(map(falsification_test, root.entries("falsification_tests"))),
        symbolic_checks=(
            *(_symbolic(entry, promised=True) for entry in root.entries("symbolic_checks")),
            *(_symbolic(entry, promised=False) for entry in root.entries("kani_harnesses")),
        ),
        gates=tuple(map(_gate, gates)),
        given_ids=tuple(_given_ids(root, gates)),
        summary=root.table("verification_summary"),
        location=document.place(()),
    )


def _given_ids(root: Entry, gates: list[Entry]) -> Iterator[GivenId]:
    blocks = (
        ("obligation", root.entries("proof_obligations")),
        ("test", root.entries("falsification_tests")),
        ("symbolic check", root.entries("symbolic_checks")),
        ("symbolic check", root.entries("kani_harnesses")),
        ("gate", gates),
    )
    for what, entries in blocks:
        for entry in entries:
            if (given := entry.text("id")) is not None:
                yield GivenId(what, given)


def _metadata(entry: Entry) -> Metadata:
    kind = entry.word("kind") or "kernel"
    return Metadata(
        version=entry.needed("version"),
        description=entry.needed("description"),
        created=entry.text("created"),
        kind="registry" if kind == "kernel" and entry.value.get("registry") else kind,
        references=entry.texts("references"),
        depends_on=entry.texts("depends_on"),
        location=entry.location,
    )


def _equation(entry: Entry) -> Equation:
    table = isinstance(entry.value.get("domain"), dict)
    return Equation(
        id=entry.id,
        formula=entry.text("formula"),
        domain=entry.table("domain") if table else entry.text("domain"),
        codomain=entry.text("codomain"),
        invariants=entry.texts("invariants"),
        preconditions=entry.texts("preconditions"),
        postconditions=entry.texts("postconditions"),
        tolerance=tolerance(entry),
        tolerance_in=tolerance_in(entry),
        location=entry.location,
    )


def _symbolic(entry: Entry, *, promised: bool) -> SymbolicCheck:
    return SymbolicCheck(
        id=entry.id,
        obligation=entry.needed("obligation"),
        property=entry.text("property"),
        bound=entry.whole("bound"),
        strategy=entry.word("strategy"),
        solver=entry.text("solver"),
        promised=promised,
        location=entry.location,
    )


def _gate(entry: Entry) -> Gate:
    return Gate(
        id=entry.id,
        checks=entry.words("checks"),
        require=entry.table("require"),
        location=entry.location,
    )
