"""Texts of results: each function takes records and returns a string."""
