"""What the source text of a module says of its functions; nothing is imported."""
