"""Sets of numbers by name: `ℝ`, `ℕ`, what machines store in `u8`, `f32`, and arrays of it."""

import re
from collections.abc import Mapping
from typing import NamedTuple

MACHINE = frozenset([
    "f16", "bf16", "f32", "f64", "fp16", "fp32", "fp64", "u8", "u16", "u32", "u64", "u128",
    "i8", "i16", "i32", "i64", "i128", "usize", "isize", "int8", "int16", "int32", "int64",
    "uint4", "uint6", "uint8", "uint16", "uint32", "uint64", "float16", "bfloat16", "float32",
    "float64", "FP8", "FP16", "BF16", "FP32", "FP64", "F16", "F32", "F64", "TF32", "INT4",
    "INT8", "INT32",
])  # fmt: skip
_FLOATING = ("f", "bf", "tf")
_ARRAY = re.compile(r"(?:&(?:mut )?)?(?:\[(\w+)(?:; ?(\w+))?\]|Vec<(\w+)>)")


class Stored(NamedTuple):
    """An array of machine numbers, as code writes its type."""

    element: str
    size: str | None
    """A number or a name, where the type says how many there are."""


def array_of(name: str) -> Stored | None:
    """Return what `[f64; n]`, `&[u8]` and `Vec<f32>` are arrays of; None for another name."""
    found = _ARRAY.fullmatch(name)
    if found is None or (element := found[1] or found[3]) not in MACHINE:
        return None
    return Stored(element, found[2])


class Numbers(NamedTuple):
    """The numbers of a named set: integers or reals, from one end to the other."""

    whole: bool = False
    low: int | None = None
    high: int | None = None
    open_low: bool = False
    finite: bool = True
    """False where infinities and NaN are in it too, as in what machines store."""


NAMED: Mapping[str, Numbers] = {
    "ℝ": Numbers(), "ℝ_>=0": Numbers(low=0), "ℝ_>0": Numbers(low=0, open_low=True),
    "ℤ": Numbers(whole=True), "ℤ_>=0": Numbers(whole=True, low=0),
    "ℤ_>0": Numbers(whole=True, low=1), "ℕ": Numbers(whole=True, low=0),
    "ℕ_>0": Numbers(whole=True, low=1),
}  # fmt: skip
"""The sets of numbers that mathematics names."""


def numbers(name: str) -> Numbers | None:
    """Return what a named set or a machine type has in it; None for another name."""
    if name not in MACHINE:
        return NAMED.get(name)
    kind = name.lower()
    if kind.startswith(_FLOATING):
        return Numbers(finite=False)
    digits = "".join(filter(str.isdigit, kind))
    if kind.startswith("u"):
        return Numbers(whole=True, low=0, high=2 ** int(digits) - 1 if digits else None)
    end = 2 ** (int(digits) - 1) if digits else None
    return Numbers(whole=True, low=end and -end, high=end and end - 1)
