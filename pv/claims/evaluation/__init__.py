"""Compile a tree to a closure that computes its value."""
