"""Numbers on the command line."""

import argparse


def positive(text: str) -> int:
    """Read a command-line number that must be 1 or more."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a positive number")
    return value
