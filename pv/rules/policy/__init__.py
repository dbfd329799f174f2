"""Severities, suppressions and the baseline of a project."""
