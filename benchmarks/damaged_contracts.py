"""Damage contracts: their bytes, or the values in them, a few at a time."""

import random
from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any

import yaml

from pv.contract.yaml.document import Document
from pv.contract.yaml.reader import read

HOSTILE = (
    'a"""; open("P", "w"); """b', "\\", 'ends with """', "') or open('P', 'w') or ('", "lambda",
    "{open('P')}", "\\N{BEL}", "post: open('P')", "x\n    open('P')\n", "__import__('os')", "None",
    "𝔘", "a b", "\x1b[2J", "\u202e",
)  # fmt: skip
"""Texts that would act if they became Python, or were shown as they are."""
FILLED = 0.8  # share of the texts that stay, with a hostile text put in
HALF = 0.5
VALUES = (
    None, True, 0, -1, 10**30, 0.5, 1e300, "", " ", "x", "O-1", "f(x) = x", "1..3", "∀ x: x_i ≥ 0",
    [], {}, [None], [[]], {"": None}, {"id": []}, [{"id": 3}], {"a": {"b": [1]}}, "\x85", "\u2028a",
    *HOSTILE,
)  # fmt: skip
PIECES = [
    piece.encode()
    for piece in (
        "\n", "\t", "  ", ": ", "- ", "{", "}", "[", "]", "&a ", "*a", "!!str ", "|\n", ">-\n",
        "---\n", "...\n", "# pv: ignore[SCHEMA-012] x\n", "'", '"', "\\", "%", "@", "`", "\x00",
        "\x85", "\ufeff", "\u2028", "\ud7ff", "𝟘", "null", "true", ".nan", "1e999", "9" * 500, "0x",
        "~", "? ", "<<: *a\n", "∀ x ∈ ℝ^n: ", "Σ_i ", "|x|", "‖x‖_2", " ⟹ ", "((((((((((", "))))",
        "^^", "x_{", "√", "2x", "..", "1..999999999999", "[0, 1)", "ε", "a" * 3000, "(" * 300,
        "-" * 300, "x^" * 300, "f(x) = f(x)", "metadata:\n", "equations:\n", "version: ",
        "proof_obligations:\n", "depends_on: [a, b]\n",
    )
]  # fmt: skip


def damaged(draw: random.Random, seeds: Sequence[bytes], values: float) -> bytes:
    """Return a damaged seed; of a share of `values` the values are exchanged, so it stays YAML."""
    return exchanged(draw, seeds) if draw.random() < values else mutated(draw, seeds)


def exchanged(draw: random.Random, seeds: Sequence[bytes]) -> bytes:
    """Return a seed in which one to three values are exchanged for others."""
    document = read(draw.choice(seeds), "seed.yaml")
    if not isinstance(document, Document):
        return b""
    value = document.value
    for _ in range(draw.randint(1, 3)):
        holders = list(collections_in(value))
        if not holders:
            break
        holder = draw.choice(holders)
        key = draw.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
        said = holder[key]
        if isinstance(said, str) and draw.random() < FILLED:
            at = draw.randrange(len(said) + 1)
            holder[key] = said[:at] + draw.choice(HOSTILE) + said[at:]
        elif draw.random() < HALF:
            holder[key] = deepcopy(draw.choice(VALUES))
        elif draw.random() < HALF and isinstance(holder, dict):
            holder[draw.choice(HOSTILE)] = holder.pop(key)
        else:
            del holder[key]
    return yaml.dump(value, Dumper=yaml.CSafeDumper, allow_unicode=True).encode("utf-8", "replace")


def collections_in(value: Any) -> Iterator[Any]:
    """Yield every list and mapping that holds something."""
    if isinstance(value, dict | list) and value:
        yield value
        for below in value.values() if isinstance(value, dict) else value:
            yield from collections_in(below)


def mutated(draw: random.Random, seeds: Sequence[bytes]) -> bytes:
    """Return a seed with a few mutations; many of one keep the rest of the file readable."""
    data = bytearray(draw.choice(seeds))
    for _ in range(draw.choice((1, 1, 1, 1, 2, 3, 5))):
        at = draw.randrange(len(data) + 1)
        length = min(int(draw.expovariate(1 / 12)) + 1, 400)
        match draw.randrange(8):
            case 0:
                data[at : at + 1] = bytes([draw.randrange(256)])
            case 1:
                del data[at : at + length]
            case 2:
                data[at:at] = data[at : at + length] * draw.randint(1, 5)
            case 3:
                data[at:at] = draw.choice(PIECES) * draw.choice((1, 1, 1, 2, 30))
            case 4:
                other = draw.choice(seeds)
                start = draw.randrange(len(other) + 1)
                data[at:at] = other[start : start + 10 * length]
            case 5:
                lines = data.split(b"\n")
                lines.insert(draw.randrange(len(lines)), lines.pop(draw.randrange(len(lines))))
                data = bytearray(b"\n".join(lines))
            case 6:
                data[at : at + length] = draw.choice(PIECES)
            case 7:
                data = data[:at] if draw.random() < 0.1 else data  # noqa: PLR2004 - seldom
    return bytes(data)
