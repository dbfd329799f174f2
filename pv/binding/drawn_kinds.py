"""Kinds of values that a domain may name, such as `s: string`, and that need no binding."""

from collections.abc import Mapping

TEXTS = ("string", "str", "text", "String")
"""The kinds that are texts."""

KINDS: Mapping[str, str] = {
    **dict.fromkeys(TEXTS, "hypothesis.strategies:text"),
    "date": "hypothesis.strategies:dates",
    "datetime": "hypothesis.strategies:datetimes",
    "duration": "hypothesis.strategies:timedeltas",
    "bytes": "hypothesis.strategies:binary",
    "fraction": "hypothesis.strategies:fractions",
    "decimal": "hypothesis.strategies:decimals",
    "cents": "pv.engines.spaces.objects.kinds:cents",
}
"""Kind -> `module:qualname` of what draws one, as `draws` of a binding says it of others."""
FRACTIONAL = frozenset(KINDS[kind] for kind in ("duration", "fraction", "decimal", "cents"))
"""What draws exact fractions: `0.1` is a tenth beside them."""
