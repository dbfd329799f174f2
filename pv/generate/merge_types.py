"""Tests of one claim in several types of numbers as one test with a parameter."""

import io
import re
import tokenize
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from pv.generate.claim_parts import Claim


class Written(NamedTuple):
    """One test function, and the claim that it is of; None where that has no type of numbers."""

    name: str
    base: str
    """The name without what tells further subjects apart."""
    text: str
    claim: Claim | None = None


Implementations = Mapping[str, tuple[str, str]]
"""Name of an adapted callable -> the name that it shares with others, and its type of numbers."""


def merged(tests: Sequence[Written], implementations: Implementations) -> Iterator[str]:
    """Yield the texts of tests, those that differ in the type of numbers alone as one."""
    for _, group in groupby(tests, lambda test: test.base):
        found = list(group)
        yield _one(found, implementations) or "\n\n\n".join(
            indexed(test.text, implementations) for test in found
        )


def _one(tests: Sequence[Written], implementations: Implementations) -> str | None:
    """Return one test for all, if they are alike."""
    if len(tests) < 2 or any(test.claim is None for test in tests):  # noqa: PLR2004 - several
        return None
    texts = {_general(test, implementations) for test in tests}
    if len(texts) != 1:
        return None
    (text,) = texts
    rows = [
        (test.claim.dtype, test.claim.allowed or "") for test in tests if test.claim is not None
    ]
    if len({allowed for _, allowed in rows}) == 1:
        text = text.replace("**allowed", rows[0][1])
    if "**allowed" in text:
        listed = ", ".join(f"({dtype!r}, {_dictionary(allowed)})" for dtype, allowed in rows)
        names, first = '("dtype", "allowed")', "dtype, allowed, "
    else:
        listed = ", ".join(repr(dtype) for dtype, _ in rows)
        names, first = '"dtype"', "dtype, "
    head = f"@pytest.mark.parametrize({names}, [{listed}])\n"
    return head + text.replace(f"def test_{tests[0].base}(", f"def test_{tests[0].base}({first}", 1)


def _dictionary(arguments: str) -> str:
    """Write `absolute=1e-6, relative=1e-4` as a dictionary."""
    pairs = (each.partition("=") for each in arguments.split(", "))
    return f"{{{', '.join(f'{name!r}: {value}' for name, _, value in pairs)}}}"


def _general(test: Written, implementations: Implementations) -> str:
    """Return a test with its type of numbers and its tolerance as parameters."""
    claim = test.claim
    if claim is None:
        raise AssertionError(test.name)
    text = test.text.replace(f"def test_{test.name}(", f"def test_{test.base}(", 1)
    text = re.sub(r" = case$", " = rounded(dtype, *case)", text, flags=re.MULTILINE)
    text = text.replace(f"rounded({claim.dtype!r}, ", "rounded(dtype, ")
    if claim.allowed:
        text = text.replace(f", {claim.allowed})", ", **allowed)")
    return indexed(text, implementations, claim.dtype)


def indexed(text: str, implementations: Implementations, general: str | None = None) -> str:
    """Take each adapted callable from its table: by its type, or by `dtype` if that is general."""

    def spelled(name: str) -> str:
        if name not in implementations:
            return name
        shared, dtype = implementations[name]
        return f"{shared}[dtype]" if dtype == general else f'{shared}["{dtype}"]'

    lines = text.splitlines(keepends=True)
    found = list(tokenize.generate_tokens(io.StringIO(text).readline))
    for token in reversed(found):
        if token.type == tokenize.NAME and token.string in implementations:
            row, start = token.start
            line = lines[row - 1]
            lines[row - 1] = line[:start] + spelled(token.string) + line[token.end[1] :]
    return "".join(lines)
