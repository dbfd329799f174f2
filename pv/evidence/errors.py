"""Errors of evidence on disk."""


class StoreError(Exception):
    """The evidence file cannot be read or written; the message names it and the remedy."""
