"""Plans to decide claims, one kind a module."""
