"""Judge one file by itself: as a contract, as a binding file, or as neither."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pv.binding.loader import binding_from_document
from pv.binding.model import Binding
from pv.contract.discovery.find import Content, recognise
from pv.contract.document_path import json_path
from pv.contract.finding import Finding, Location, Severity
from pv.contract.loader import from_document
from pv.contract.model import Contract
from pv.contract.text import Text
from pv.contract.yaml.document import Document
from pv.contract.yaml.reader import read
from pv.rules.model.summary import Mention, Summary
from pv.rules.policy.comments import ignores
from pv.rules.registry import judge, judge_characters


@dataclass(frozen=True, slots=True)
class Examined:
    """A file's summary, and the contract or binding in it."""

    summary: Summary
    contract: Contract | None = None
    binding: Binding | None = None


def examine(data: bytes, file: Path) -> Examined:
    """Recognise a file as a contract, a binding file or neither, and judge it."""
    document = read(data, str(file))
    if not isinstance(document, Document):
        broken = any(finding.severity is Severity.ERROR for finding in document)
        return Examined(Summary(str(file), Content.OTHER, document, readable=not broken))
    match recognise(document.value):
        case Content.CONTRACT:
            return _contract(document)
        case Content.BINDING:
            return _binding(document)
        case Content.OTHER:
            findings = (_not_a_contract(document),)
            return Examined(Summary(str(file), Content.OTHER, findings))


def summarise(jobs: Sequence[tuple[bytes, Path]], processes: int = 1) -> list[Summary]:  # noqa: ARG001
    """Judge files by themselves, one after the other; see `parallel.summarise`."""
    return [examine(data, file).summary for data, file in jobs]


def _contract(document: Document) -> Examined:
    loaded = from_document(document)
    contract, comments = loaded.contract, tuple(ignores(document))
    findings = (*loaded.findings, *judge_characters(document))
    if contract is None:
        found = Summary(document.file, Content.CONTRACT, findings, ignores=comments)
        return Examined(found)
    summary = Summary(
        file=document.file,
        content=Content.CONTRACT,
        findings=(*findings, *(_with_path(each, document) for each in judge(contract))),
        ids=tuple(_mention(given.id) for given in contract.given_ids),
        depends_on=tuple(map(_mention, contract.metadata.depends_on)),
        systems=tuple(map(_mention, _systems(contract))),
        ignores=comments,
    )
    return Examined(summary, contract)


def _binding(document: Document) -> Examined:
    loaded, comments = binding_from_document(document), tuple(ignores(document))
    if not isinstance(loaded, Binding):
        return Examined(Summary(document.file, Content.BINDING, loaded, ignores=comments))
    declared = tuple(loaded.systems)
    findings = (*loaded.notes, *judge_characters(document))
    found = Summary(document.file, Content.BINDING, findings, declares=declared, ignores=comments)
    return Examined(found, binding=loaded)


def _systems(contract: Contract) -> Iterator[Text]:
    for test in contract.tests:
        if test.experiment is not None:
            yield from (run.system for run in test.experiment.runs)


def _with_path(finding: Finding, document: Document) -> Finding:
    if finding.path != "$":
        return finding
    return finding._replace(path=json_path(document.path_at(finding.location)))


def _mention(text: Text) -> Mention:
    return Mention(text.value.strip(), text.location, json_path(text.path))


def _not_a_contract(document: Document) -> Finding:
    message = "not a contract: it has neither `metadata` nor any block of one"
    remedy = "list it in .pvignore if it belongs here"
    place = Location(document.file, 1, 1, 1, 1)
    return Finding("FILE-001", Severity.WARNING, message, remedy, place)
