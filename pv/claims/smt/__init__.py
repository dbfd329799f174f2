"""Encode a tree as terms of the solver z3. `terms` is the only module that imports it."""
