"""Symbolic execution of Python by CrossHair."""
