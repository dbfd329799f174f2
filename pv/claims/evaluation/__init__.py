"""A tree to a closure that computes its value."""
