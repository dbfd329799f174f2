"""The grammar, from tokens to a tree: `parser` is the way in."""
