"""Binding files: the implementations of equations, located by reading source text only."""
