"""Arithmetic, equality, functions and reductions over plain numbers."""
