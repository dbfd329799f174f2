"""Arithmetic, equality, functions and predicates over NumPy arrays."""
