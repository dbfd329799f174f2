"""Write contract and binding file of a module, and read them as pv reads any other."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pv.binding.loader import binding_from_document
from pv.binding.model import Binding
from pv.contract.loader import from_document
from pv.contract.model import Contract
from pv.contract.yaml.core_schema import Value
from pv.contract.yaml.document import Document
from pv.contract.yaml.reader import read
from pv.contract.yaml.writer import write
from pv.proposals.model import Function, Law, Source
from pv.proposals.source.modules import shown


@dataclass(frozen=True, slots=True)
class Files:
    """The two files of a proposal."""

    contract: Path
    binding: Path

    @property
    def name(self) -> str:
        """Return the stem of the contract, with which ids begin."""
        return self.contract.stem

    def id_of(self, law: Law) -> str:
        """Return the id of a law's obligation."""
        return f"{self.name}.{law.function}.{law.key}"


def files_of(name: str, folder: Path) -> Files:
    """Return the files of a proposal of this name."""
    return Files(folder / f"{name}.yaml", folder / "bindings" / f"{name}.yaml")


def contract_text(
    files: Files,
    source: Source,
    functions: Iterable[Function],
    domains: Mapping[str, str],
    laws: Iterable[Law],
) -> str:
    """Return the contract: an equation for each function, an obligation for each law, a gate."""
    laws = tuple(laws)
    value: dict[str, Value] = {
        "metadata": {
            "version": "1.0.0",
            "description": f"What {source.name} promises",
            "references": [shown(_home(source.files))],
            "kind": "library",
        },
        "equations": {each.name: _equation(each, domains) for each in functions},
        "proof_obligations": [
            {
                "id": files.id_of(law),
                "type": law.type,
                "equation": law.function,
                "property": law.says,
                "formal": law.formal,
            }
            for law in laws
        ],
        "qa_gate": {
            "id": f"{files.name}.gate",
            "name": f"The laws of {source.name} hold",
            "require": {files.id_of(law): "SURVIVED" for law in laws},
        },
    }
    return write(value)


def _home(files: Sequence[Path]) -> Path:
    """Return the only file, or the folder of several."""
    return files[0] if len(files) == 1 else files[0].parent


def _equation(function: Function, domains: Mapping[str, str]) -> dict[str, Value]:
    found: dict[str, Value] = {"formula": function.call}
    if domain := domains.get(function.name):
        found["domain"] = domain
    if function.conditions:
        found["preconditions"] = [*function.conditions]
    return found


def binding_text(files: Files, source: Source, functions: Iterable[Function]) -> str:
    """Return the binding file; it says where the code is, where pv would look elsewhere."""
    value: dict[str, Value] = {"version": "1.0.0", "target": files.name}
    empty: list[Value] = []
    plain = write({**value, "bindings": empty})
    if loaded_binding(plain, files.binding).root != source.root:
        home = files.binding.parent.resolve()
        value["root"] = Path(os.path.relpath(source.root, home)).as_posix()
    value["bindings"] = [_entry(files, each) for each in functions]
    return write(value)


def _entry(files: Files, function: Function) -> dict[str, Value]:
    found: dict[str, Value] = {
        "contract": files.name,
        "equation": function.name,
        "callable": f"{function.module}:{function.name}",
    }
    if draws := {
        each.kind.named: each.kind.draws for each in function.parameters if each.kind.draws
    }:
        found["draws"] = {**draws}
    for each in function.parameters:
        if each.kind.arrays not in {None, "numpy"}:
            found["arrays"] = each.kind.arrays
    return found | {"status": "implemented"}


def loaded_contract(text: str, file: Path) -> Contract:
    """Read a contract that was written here."""
    found = from_document(_document(text, file)).contract
    if found is None:
        raise RuntimeError(f"what was written as {file} is no contract")
    return found


def loaded_binding(text: str, file: Path) -> Binding:
    """Read a binding file that was written here."""
    found = binding_from_document(_document(text, file))
    if not isinstance(found, Binding):
        raise RuntimeError(f"what was written as {file} is no binding file")  # noqa: TRY004 - a bug
    return found


def _document(text: str, file: Path) -> Document:
    found = read(text.encode(), str(file))
    if not isinstance(found, Document):
        raise RuntimeError(f"what was written as {file} is no YAML")  # noqa: TRY004 - a bug of pv
    return found
