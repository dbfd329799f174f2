"""The law of base62 as a condition for CrossHair."""

import base62


def law(data: bytes) -> bool:
    """post: _"""
    return base62.decodebytes(base62.encodebytes(data)) == data
