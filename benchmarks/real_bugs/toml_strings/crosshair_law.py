"""The law of toml as a condition for CrossHair."""

import toml


def law(text: str) -> bool:
    """post: _"""
    return toml.loads(toml.dumps({"key": text})) == {"key": text}
