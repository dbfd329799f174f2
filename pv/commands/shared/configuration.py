"""`[tool.pv]` of the nearest `pyproject.toml`: default paths, the baseline, severities.

[tool.pv]
contracts = ["contracts"]
baseline = "contracts/baseline.json"

[tool.pv.severity]
SCHEMA-012 = "error"        # error, warning, note or off

[tool.pv.per-path-ignores]
"contracts/legacy/*" = ["SCHEMA-009"]
"""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from pv.commands.shared.errors import UserFault
from pv.contract.discovery.regular_file import read_regular
from pv.contract.finding import Severity
from pv.rules.model.catalogue import FIXED, RULES
from pv.rules.policy.project_severities import Policy

DEFAULT_FOLDER = Path("contracts")
_MOST = 4 << 20  # bytes

Table = Mapping[str, object]
"""A table of TOML."""

_KEYS = ("contracts", "baseline", "severity", "per-path-ignores")
_WEIGHTS: Mapping[str, Severity | None] = {
    **{severity.value: severity for severity in Severity},
    "off": None,
}

HOW_TO_BEGIN = (
    "name a contract file or folder, or begin one with `pv new`;"
    " `pv schema contract` prints its format"
)


class Configuration(NamedTuple):
    """The settings of a project."""

    contracts: tuple[Path, ...] = (DEFAULT_FOLDER,)
    baseline: Path | None = None
    policy: Policy = Policy()


def existing(default: Sequence[Path]) -> tuple[Path, ...]:
    """Return the paths that are meant where none are named; raises UserFault without them."""
    for path in default:
        if not path.exists():
            raise UserFault(f"there is no folder {path}/ here; {HOW_TO_BEGIN}")
    return tuple(default)


def load_configuration(folder: Path) -> Configuration:
    """Read the nearest `[tool.pv]` at or above a folder; raises UserFault for faults in it."""
    for home in (folder, *folder.parents):
        file = home / "pyproject.toml"
        if file.is_file() and b"[tool.pv" in (data := _bytes(file)):
            return _configuration(_table(file, data), file)
    return Configuration()


def _bytes(file: Path) -> bytes:
    try:
        return read_regular(file, _MOST)
    except OSError as fault:
        raise UserFault(f"{file}: cannot be read: {fault.strerror}") from fault


def _table(file: Path, data: bytes) -> Table:
    tomllib = import_module("tomllib")  # 8 ms, which most runs need not spend
    try:
        table: Table = tomllib.loads(data.decode("utf-8"))["tool"].get("pv", {})
    except ValueError as fault:
        raise UserFault(f"{file}: not TOML: {fault}") from fault
    return table


def _configuration(table: Table, file: Path) -> Configuration:
    for key in table:
        if key not in _KEYS:
            raise UserFault(f"{file}: [tool.pv] has no key `{key}`; {_hint(key, _KEYS)}")
    home = file.parent
    contracts = _texts(table.get("contracts", [str(DEFAULT_FOLDER)]), "contracts", file)
    baseline = table.get("baseline")
    if baseline is not None and not isinstance(baseline, str):
        raise UserFault(f"{file}: [tool.pv] baseline must be a string, the name of a file")
    return Configuration(
        contracts=tuple(_from_here(home / name) for name in contracts),
        baseline=_from_here(home / baseline) if baseline else None,
        policy=Policy(
            home, _severities(_mapping(table, "severity", file), file), _spared(table, file)
        ),
    )


def _severities(table: Table, file: Path) -> dict[str, Severity | None]:
    found: dict[str, Severity | None] = {}
    for code, weight in table.items():
        _require_rule(code, file)
        if not isinstance(weight, str) or weight not in _WEIGHTS:
            options = ", ".join(_WEIGHTS)
            raise UserFault(f"{file}: [tool.pv.severity] {code} is {weight!r}; one of: {options}")
        found[code] = _WEIGHTS[weight]
    return found


def _spared(table: Table, file: Path) -> dict[str, tuple[str, ...]]:
    patterns = _mapping(table, "per-path-ignores", file)
    spared = {pattern: _texts(codes, pattern, file) for pattern, codes in patterns.items()}
    for code in (code for codes in spared.values() for code in codes):
        _require_rule(code, file)
    return spared


def _require_rule(code: str, file: Path) -> None:
    if code not in RULES:
        raise UserFault(f"{file}: there is no rule `{code}`; {_hint(code, RULES)}")
    if code in FIXED:
        raise UserFault(f"{file}: {code} cannot be changed: without it there is no contract")


def _mapping(table: Table, key: str, file: Path) -> Table:
    found = table.get(key, {})
    if not isinstance(found, dict):
        raise UserFault(f"{file}: [tool.pv] {key} must be a table; write [tool.pv.{key}]")
    return found


def _texts(value: object, key: str, file: Path) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise UserFault(f"{file}: [tool.pv] {key} must be a list of strings")
    return tuple(value)


def _from_here(path: Path) -> Path:
    """Return a path as a user here would write it."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _hint(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, list(known), n=1)
    return f"did you mean `{near[0]}`?" if near else f"known: {', '.join(known)}"
