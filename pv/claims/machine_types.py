"""Types of numbers as machines store them, and arrays of them: `u8`, `f32`, `Vec<f64>`."""

import re
from typing import NamedTuple

MACHINE = frozenset(
    [
        "f16", "bf16", "f32", "f64", "fp16", "fp32", "fp64", "u8", "u16", "u32", "u64", "u128",
        "i8", "i16", "i32", "i64", "i128", "usize", "isize", "int8", "int16", "int32", "int64",
        "uint4", "uint6", "uint8", "uint16", "uint32", "uint64", "float16", "bfloat16", "float32",
        "float64", "FP8", "FP16", "BF16", "FP32", "FP64", "F16", "F32", "F64", "TF32", "INT4",
        "INT8", "INT32",
    ]
)  # fmt: skip
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


def is_floating(name: str) -> bool:
    """Return whether a machine type holds reals; the others hold integers."""
    return name.lower().startswith(_FLOATING)


def integer_range(name: str) -> tuple[int | None, int | None]:
    """Return the least and the greatest integer of a machine type; None for an end that varies."""
    kind = name.lower()
    digits = "".join(filter(str.isdigit, kind))
    bits = int(digits) if digits else None
    if kind.startswith("u"):
        return 0, None if bits is None else 2**bits - 1
    return (None, None) if bits is None else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
