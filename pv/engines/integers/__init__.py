"""Inductive proofs about Python code over unknown integers, by z3."""
