"""Checks as pytest modules that a person could have written."""
