"""Read binding files."""

from collections.abc import Container, Iterable, Sequence
from pathlib import Path
from typing import Any

from pv.binding.foreign_keys import drop_foreign_keys
from pv.binding.model import Binding, Bound, Implementation, System
from pv.contract.discovery.find import yaml_files
from pv.contract.finding import Finding
from pv.contract.schema.judge import judge_document
from pv.contract.yaml.document import Document
from pv.contract.yaml.reader import read_file

Entry = dict[str, Any]
"""A mapping of the file, which follows the schema of binding files."""

_MARKS = ("pyproject.toml", "setup.py", "setup.cfg", ".git")
"""Files that mark the topmost folder of a project."""


def load_binding(file: Path) -> Binding | tuple[Finding, ...]:
    """Read one binding file, or say what is wrong with it."""
    document = read_file(file)
    return binding_from_document(document) if isinstance(document, Document) else document


def default_bindings(paths: Iterable[Path], tops: Iterable[Path]) -> tuple[Path, ...]:
    """Return the files in the `bindings/` folders beside some contracts, and above them.

    A contract has the same ones however it is reached: those of its own folder and of all above it
    up to a folder of `tops`, the contract folders of the project, or to the one that was named.
    """
    paths = tuple(paths)
    tops = {path.resolve() for path in (*tops, *paths)}
    files = [file for file in yaml_files(paths) if isinstance(file, Path)]
    homes = dict.fromkeys(home for file in files for home in _up_to(file.parent, tops))
    found = yaml_files(home / "bindings" for home in homes if (home / "bindings").is_dir())
    return tuple(file for file in found if isinstance(file, Path))


def _up_to(folder: Path, tops: Container[Path]) -> Sequence[Path]:
    """Return a folder and those above it, up to the topmost that is a top."""
    above = (folder, *folder.parents)
    last = max((n for n, each in enumerate(above) if each.resolve() in tops), default=0)
    return above[: last + 1]


def binding_from_document(document: Document) -> Binding | tuple[Finding, ...]:
    """Judge a document by the schema of binding files and, if it follows it, build the binding."""
    document, notes = drop_foreign_keys(document)
    if findings := tuple(judge_document(document, "binding")):
        return (*findings, *notes)
    file, value = Path(document.file), document.value
    return Binding(
        file=file,
        target=value.get("target") or value["target_crate"],
        root=_root(file, value.get("root")),
        systems={name: _system(name, entry) for name, entry in value.get("systems", {}).items()},
        implementations=tuple(
            _implementation(document, n, entry) for n, entry in enumerate(value["bindings"])
        ),
        notes=notes,
    )


def _root(file: Path, named: str | None) -> Path:
    """Return the folder that holds the code: the named one, or the nearest project above.

    Where nothing marks a project it is the folder that has the folder `contracts`.
    """
    home = file.resolve().parent
    if named is not None:
        return (home / named).resolve()
    above = (home, *home.parents)
    marked = (folder for folder in above if any((folder / each).exists() for each in _MARKS))
    beside = (folder.parent for folder in above if folder.name == "contracts")
    return next(marked, next(beside, home))


def _system(name: str, entry: Entry) -> System:
    return System(
        name=name,
        run=tuple(entry["run"]),
        configuration=entry.get("configuration", {}),
        environment=entry.get("environment", {}),
        accepts=tuple(entry["accepts"]) if "accepts" in entry else None,
        locks=tuple(entry.get("locks", ())),
        inherit=tuple(entry.get("inherit", ())),
        timeout=entry.get("timeout", 120.0),
        observe=entry.get("observe", {}),
        needs=entry.get("needs", {}),
        sources=tuple(entry.get("sources", ())),
    )


def _bound(entry: Entry) -> Bound:
    return Bound(
        callable=entry["callable"],
        arguments=tuple(entry.get("arguments", ())),
        keywords=entry.get("keywords", {}),
        draws=entry.get("draws", {}),
        helpers=entry.get("functions", {}),
        arrays=entry.get("arrays", "numpy"),
        dtype=_dtypes(entry)[0],
        sources=tuple(entry.get("sources", ())),
        deterministic=entry.get("deterministic", False),
    )


def _dtypes(entry: Entry) -> tuple[str, ...]:
    said = entry.get("dtype", "float64")
    return (said,) if isinstance(said, str) else tuple(said)


def _implementation(document: Document, number: int, entry: Entry) -> Implementation:
    return Implementation(
        contract=entry["contract"].removesuffix(".yaml").removesuffix(".yml"),
        equation=entry["equation"],
        status=entry["status"],
        bound=_bound(entry) if "callable" in entry else None,
        dtypes=_dtypes(entry),
        location=document.place(("bindings", number)),
    )
