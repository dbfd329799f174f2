"""Load a file as a contract, or as findings. The raw YAML ends here."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pv.claims import Tolerance
from pv.contract.document_path import PathInside
from pv.contract.finding import Finding
from pv.contract.model import (
    Contract,
    Equation,
    Experiment,
    FalsificationTest,
    Gate,
    GivenId,
    Machine,
    Metadata,
    Obligation,
    Rule,
    Run,
    SymbolicCheck,
)
from pv.contract.schema.judge import judge_document
from pv.contract.schema.unknown_keys import judge_keys
from pv.contract.text import Text
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
    return Loaded(_contract(document), tuple(findings))


@dataclass(frozen=True, slots=True)
class _Entry:
    """A mapping of the document and its path."""

    document: Document
    path: PathInside
    value: Mapping[str, Any]

    @property
    def location(self) -> Any:
        return self.document.place(self.path)

    def text(self, *names: str) -> Text | None:
        """Return the first of some keys as text; numbers and booleans as they are written."""
        for name in names:
            value = self.value.get(name)
            if value is not None:
                return self.document.text((*self.path, name), value)
        return None

    def needed(self, *names: str) -> Text:
        """Return a text that the schema requires, or an empty one at this place."""
        return self.text(*names) or Text("", self.location)

    def texts(self, name: str) -> tuple[Text, ...]:
        """Return a list of texts."""
        path = (*self.path, name)
        items = self.value.get(name) or ()
        return tuple(self.document.text((*path, n), item) for n, item in enumerate(items))

    def table(self, name: str) -> dict[str, Text]:
        """Return a mapping to texts."""
        path = (*self.path, name)
        items = self.value.get(name) or {}
        return {key: self.document.text((*path, key), item) for key, item in items.items()}

    def plain(self, name: str, default: Any = None) -> Any:
        """Return a value that needs no place."""
        value = self.value.get(name)
        return default if value is None else value

    def entries(self, name: str) -> Iterator["_Entry"]:
        """Return the entries of a list or of a mapping; a mapping's keys become ids."""
        found = self.value.get(name) or ()
        if isinstance(found, Mapping):
            for key, value in found.items():
                yield _Entry(self.document, (*self.path, name, key), {"id": key, **value})
        else:
            for n, value in enumerate(found):
                yield _Entry(self.document, (*self.path, name, n), value)


def _contract(document: Document) -> Contract:
    file = Path(document.file)
    root = _Entry(document, (), document.value)
    gate = root.plain("qa_gate")
    single = [_Entry(document, ("qa_gate",), gate)] if gate else []
    return Contract(
        stem=file.stem,
        file=file,
        digest=hashlib.sha256(document.source.encode()).hexdigest(),
        metadata=_metadata(root),
        equations=tuple(map(_equation, root.entries("equations"))),
        obligations=tuple(_obligations(root, file.stem)),
        tests=tuple(map(_test, root.entries("falsification_tests"))),
        symbolic_checks=(
            *(_symbolic(entry, promised=True) for entry in root.entries("symbolic_checks")),
            *(_symbolic(entry, promised=False) for entry in root.entries("kani_harnesses")),
        ),
        gates=tuple(map(_gate, [*single, *root.entries("qa_gates")])),
        given_ids=tuple(_given_ids(root, single)),
        summary=root.table("verification_summary"),
        location=document.place(()),
    )


def _given_ids(root: _Entry, gates: list[_Entry]) -> Iterator[GivenId]:
    blocks = (
        ("obligation", root.entries("proof_obligations")),
        ("test", root.entries("falsification_tests")),
        ("symbolic check", root.entries("symbolic_checks")),
        ("symbolic check", root.entries("kani_harnesses")),
        ("gate", gates),
        ("gate", root.entries("qa_gates")),
    )
    for what, entries in blocks:
        for entry in entries:
            if (given := entry.text("id")) is not None:
                yield GivenId(what, given)


def _metadata(root: _Entry) -> Metadata:
    entry = _Entry(root.document, ("metadata",), root.value["metadata"])
    kind = entry.plain("kind", "kernel")
    return Metadata(
        version=entry.needed("version"),
        description=entry.needed("description"),
        created=entry.text("created"),
        kind="registry" if kind == "kernel" and entry.plain("registry") else kind,
        references=entry.texts("references"),
        depends_on=entry.texts("depends_on"),
        location=entry.location,
    )


def _equation(entry: _Entry) -> Equation:
    table = isinstance(entry.plain("domain"), Mapping)
    return Equation(
        id=entry.value["id"],
        formula=entry.text("formula"),
        domain=entry.table("domain") if table else entry.text("domain"),
        codomain=entry.text("codomain"),
        invariants=entry.texts("invariants"),
        preconditions=entry.texts("preconditions"),
        postconditions=entry.texts("postconditions"),
        location=entry.location,
    )


def _obligations(root: _Entry, stem: str) -> Iterator[Obligation]:
    for n, entry in enumerate(root.entries("proof_obligations"), start=1):
        kind = entry.plain("type", "invariant")
        yield Obligation(
            id=entry.plain("id", f"{stem}/{kind}-{n}"),
            type=kind,
            property=entry.text("property", "statement"),
            formal=entry.text("formal", "verification"),
            equation=entry.text("equation"),
            tolerance=_tolerance(entry.plain("tolerance")),
            tolerance_in=_tolerance_in(entry.plain("tolerance")),
            requires=entry.text("requires"),
            phase=entry.text("applies_to_phase"),
            parent=entry.text("parent_contract"),
            bare_tolerance=_bare(entry),
            lean_status=entry.plain("lean", {}).get("status"),
            na_reason=entry.text("na_reason"),
            na_owner=entry.text("na_owner"),
            machine=_machine(entry),
            location=entry.location,
        )


def _machine(entry: _Entry) -> Machine | None:
    wanted = entry.plain("machine")
    if wanted is None:
        return None
    inner = _Entry(entry.document, (*entry.path, "machine"), wanted)
    return Machine(
        given=inner.table("given"),
        start=inner.table("start"),
        rules=tuple(map(_rule, inner.entries("rules"))),
        location=inner.location,
    )


def _rule(entry: _Entry) -> Rule:
    return Rule(
        name=entry.value["id"],
        given=entry.table("given"),
        when=entry.text("when"),
        next=entry.table("next"),
        returns=entry.text("returns"),
        refuses=entry.text("refuses"),
        location=entry.location,
    )


def _bare(entry: _Entry) -> Text | None:
    given = entry.plain("tolerance")
    return None if isinstance(given, Mapping) else entry.text("tolerance")


def _tolerance(value: Any) -> Tolerance | None:
    if isinstance(value, Mapping):
        return Tolerance(value.get("abs", 0.0), value.get("rel", 0.0), value.get("ulp", 0))
    return None if value is None else Tolerance(absolute=value)


def _tolerance_in(value: Any) -> dict[str, Tolerance]:
    """Return the tolerance for each type of numbers that an obligation names."""
    types = value.items() if isinstance(value, Mapping) else ()
    return {
        dtype: replace(found, dtype=dtype)
        for dtype, said in types
        if isinstance(said, Mapping) and (found := _tolerance(said)) is not None
    }


def _test(entry: _Entry) -> FalsificationTest:
    wanted = entry.plain("experiment")
    inner = _Entry(entry.document, (*entry.path, "experiment"), wanted or {})
    return FalsificationTest(
        id=entry.value["id"],
        rule=entry.text("rule", "description"),
        prediction=entry.text("prediction", "expected"),
        if_fails=entry.text("if_fails", "fails_if"),
        obligation=entry.text("obligation"),
        experiment=_experiment(inner) if wanted else None,
        location=entry.location,
    )


def _experiment(entry: _Entry) -> Experiment:
    several = list(entry.entries("runs"))
    return Experiment(
        given=entry.table("given"),
        runs=tuple(_run(run, run.value["id"]) for run in several) or (_run(entry, None),),
        define=entry.table("define"),
        expect=entry.texts("expect"),
        cases=entry.plain("cases"),
    )


def _run(entry: _Entry, name: str | None) -> Run:
    return Run(
        name=name,
        system=entry.needed("system"),
        folder=entry.plain("folder"),
        environment=entry.table("environment"),
        configuration=entry.plain("configuration", {}),
    )


def _symbolic(entry: _Entry, *, promised: bool) -> SymbolicCheck:
    return SymbolicCheck(
        id=entry.value["id"],
        obligation=entry.needed("obligation"),
        property=entry.text("property"),
        bound=entry.plain("bound"),
        strategy=entry.plain("strategy"),
        solver=entry.text("solver"),
        promised=promised,
        location=entry.location,
    )


def _gate(entry: _Entry) -> Gate:
    return Gate(
        id=entry.value["id"],
        checks=tuple(entry.plain("checks", ())),
        require=entry.table("require"),
        location=entry.location,
    )
