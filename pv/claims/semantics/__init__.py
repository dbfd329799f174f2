"""Static meaning of a tree: names, types, functions."""
