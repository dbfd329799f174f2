"""BIND-*: equations that binding files leave out, or bind to code that is missing or partial."""

import ast
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from pv.binding.locate import NotFound, locate
from pv.binding.model import Binding, Implementation
from pv.binding.own_environment import HINT
from pv.binding.permissions import refusals
from pv.contract.model import Contract, Equation
from pv.nearest import listed, nearest
from pv.plural import number_of
from pv.rules.model.rule import Fact, Rule

_READS_UNHEARD = frozenset({
    "cv2", "duckdb", "faiss", "fiona", "h5py", "lmdb", "netCDF4", "polars", "pyarrow", "rasterio",
    "safetensors", "sentencepiece", "soundfile", "tables", "tokenizers", "torchaudio",
    "torchvision", "zarr",
})  # fmt: skip
"""Libraries that open files in C, C++ or Rust, of which Python reports nothing."""


def _unbound(contract: Contract, bindings: Sequence[Binding]) -> Iterator[Fact]:
    """Yield equations that the bindings of this contract leave out."""
    if not any(True for _ in _entries(contract, bindings)):
        return
    for equation in _untested_equations(contract, bindings):
        message = f"equation `{equation.id}` is bound to nothing"
        remedy = "name a callable for it in a binding file, or test it by an experiment"
        yield Fact(equation.location, message, remedy)


def _never_bound(contract: Contract, bindings: Sequence[Binding]) -> Iterator[Fact]:
    """Yield a contract that no binding mentions, unless experiments test all its equations."""
    if any(True for _ in _entries(contract, bindings)):
        return
    lacking = [equation.id for equation in _untested_equations(contract, bindings)]
    if lacking:
        message = f"no binding file says who implements {', '.join(map(_quoted, lacking))}"
        remedy = "write one into the folder bindings/ beside it; `pv explain BIND-006` shows how"
        yield Fact(contract.location, message, remedy)


def _partial(contract: Contract, bindings: Sequence[Binding]) -> Iterator[Fact]:
    for _, entry in _entries(contract, bindings):
        if entry.status == "partial":
            message = f"equation `{entry.equation}` is implemented in part"
            yield Fact(entry.location, message, "finish it")


def _not_implemented(contract: Contract, bindings: Sequence[Binding]) -> Iterator[Fact]:
    for _, entry in _entries(contract, bindings):
        if entry.status in {"not_implemented", "pending"}:
            message = f"equation `{entry.equation}` is declared {entry.status.replace('_', ' ')}"
            yield Fact(entry.location, message, "write it, and name it in `callable:`")


def _missing_code(contract: Contract, bindings: Sequence[Binding]) -> Iterator[Fact]:
    for binding, entry in _entries(contract, bindings):
        for name in entry.bound.names if entry.bound else ():
            place = locate(name, binding.root)
            if isinstance(place, NotFound) and place.package is None:
                remedy = "correct the name, or write the function"
                yield Fact(entry.location, place.reason, remedy)


def _not_looked_up(contract: Contract, bindings: Sequence[Binding]) -> Iterator[Fact]:
    """Yield each binding file with code of packages that are not installed where pv runs.

    It is one fact of the whole file, the same for each contract that such code is bound to.
    """
    for binding in bindings:
        lacking = list(_lacking(binding))
        if any(entry.contract == contract.stem for entry, _ in lacking):
            packages = listed(dict.fromkeys(_quoted(package) for _, package in lacking))
            callables = number_of(len(lacking), "callable")
            message = f"{callables} not looked up, of what is not installed here: {packages}"
            yield Fact(lacking[0][0].location, message, HINT)


def _lacking(binding: Binding) -> Iterator[tuple[Implementation, str]]:
    """Yield the entries of code that is not installed where pv runs alone, with its package."""
    for entry in binding.implementations:
        for name in entry.bound.names if entry.bound else ():
            place = locate(name, binding.root)
            if isinstance(place, NotFound) and place.package is not None:
                yield entry, place.package


def _unheard_reads(contract: Contract, bindings: Sequence[Binding]) -> Iterator[Fact]:
    """Yield entries of code that may read files of which nobody hears."""
    for binding, entry in _entries(contract, bindings):
        if entry.bound is None or entry.bound.sources:
            continue
        file = locate(entry.bound.callable, binding.root)
        library = _unheard_library(file.read_bytes()) if isinstance(file, Path) else None
        if library is not None:
            message = f"`{library}` reads files unheard, so that evidence may outlive a change"
            remedy = "name the files that it reads under `sources:`, for example [data/*.parquet]"
            yield Fact(entry.location, message, remedy)


@lru_cache(16)  # one module has the callables of many entries
def _unheard_library(source: bytes) -> str | None:
    """Return the first library that a module imports whose compiled code opens files."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names):
                modules = [each.name for each in names]
            case ast.ImportFrom(module=str() as module, level=0):
                modules = [module]
            case _:
                continue
        for module in modules:
            if (top := module.partition(".")[0]) in _READS_UNHEARD:
                return top
    return None


def _unknown_equation(contract: Contract, bindings: Sequence[Binding]) -> Iterator[Fact]:
    known = dict.fromkeys(equation.id for equation in contract.equations)
    for _, entry in _entries(contract, bindings):
        if entry.equation not in known:
            near = nearest(entry.equation, known)
            message = f"`{entry.equation}` is not an equation of {contract.stem}"
            remedy = f"did you mean `{near[0]}`?" if near else f"known: {listed(known)}"
            yield Fact(entry.location, message, remedy)


def _not_accepted(contract: Contract, bindings: Sequence[Binding]) -> Iterator[Fact]:
    """Yield what experiments set and may not, in the eyes of each binding that has the system."""
    for test in contract.tests:
        for run in test.experiment.runs if test.experiment else ():
            for binding in bindings:
                if (system := binding.systems.get(run.system.value)) is not None:
                    values = {name: text.value for name, text in run.environment.items()}
                    for each in refusals(system, values, run.configuration):
                        place = run.environment[each.variable] if each.variable else run.system
                        yield Fact(place.location, f"{each.message} ({binding.file})", each.remedy)


def _entries(
    contract: Contract, bindings: Sequence[Binding]
) -> Iterator[tuple[Binding, Implementation]]:
    for binding in bindings:
        for entry in binding.implementations:
            if entry.contract == contract.stem:
                yield binding, entry


def _untested_equations(contract: Contract, bindings: Sequence[Binding]) -> Iterator[Equation]:
    """Yield the equations that no entry is about and no experiment tests."""
    bound = {entry.equation for _, entry in _entries(contract, bindings)}
    tested = _tested(contract)
    for equation in contract.equations:
        if equation.id not in bound and equation.id not in tested:
            yield equation


def _tested(contract: Contract) -> frozenset[str]:
    """Return the equations whose obligations an experiment tests; those need no callable."""
    by_experiment = {
        test.obligation.value.strip()
        for test in contract.tests
        if test.obligation is not None and test.experiment is not None
    }
    return frozenset(
        obligation.equation.value
        for obligation in contract.obligations
        if obligation.equation is not None and obligation.id in by_experiment
    )


def _quoted(name: str) -> str:
    return f"`{name}`"


RULES = (
    Rule("BIND-001", _unbound),
    Rule("BIND-002", _partial),
    Rule("BIND-003", _not_implemented),
    Rule("BIND-004", _missing_code),
    Rule("BIND-005", _unknown_equation),
    Rule("BIND-006", _never_bound),
    Rule("BIND-007", _unheard_reads),
    Rule("BIND-008", _not_accepted),
    Rule("BIND-009", _not_looked_up),
)
