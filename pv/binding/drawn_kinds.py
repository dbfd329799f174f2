"""Kinds of values that a domain may name, such as `s: string`, and that need no binding."""

from collections.abc import Mapping

KINDS: Mapping[str, str] = {
    **dict.fromkeys(("string", "str", "text", "String"), "hypothesis.strategies:text"),
    "date": "hypothesis.strategies:dates",
    "datetime": "hypothesis.strategies:datetimes",
    "duration": "hypothesis.strategies:timedeltas",
    "bytes": "hypothesis.strategies:binary",
    "fraction": "hypothesis.strategies:fractions",
}
"""Kind -> `module:qualname` of what draws one, as `draws` of a binding says it of others."""
