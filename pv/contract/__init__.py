"""Contracts: YAML with positions, the JSON Schema, the records."""
