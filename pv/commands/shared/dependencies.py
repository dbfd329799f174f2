"""Find the contracts that a contract depends on: among those asked for, else beside it."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from pv.contract.loader import load
from pv.contract.model import Contract


def dependencies(contract: Contract, asked: Iterable[Contract]) -> Mapping[str, Contract]:
    """Return every contract that one depends on, directly or not, by stem.

    A file that is missing or has faults is left out: `pv validate` reports it.
    """
    at_hand = {each.stem: each for each in asked}
    found: dict[str, Contract] = {}
    waiting = [contract]
    while waiting:
        current = waiting.pop()
        for text in current.metadata.depends_on:
            stem = text.value.strip().removesuffix(".yaml")
            if stem in found:
                continue
            other = at_hand.get(stem) or _beside(current, stem)
            if other is not None:
                found[stem] = other
                waiting.append(other)
    return found


def _beside(contract: Contract, stem: str) -> Contract | None:
    file = Path(contract.file).parent / f"{stem}.yaml"
    return load(file).contract if Path(stem).name == stem and file.is_file() else None
