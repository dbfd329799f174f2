"""Proofs of formulas over real numbers, by z3 and stated axioms."""
