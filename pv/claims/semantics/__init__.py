"""What a tree means before anything runs: names, types, functions, conventions."""
