"""A teacher's top-k logits, stored on disk."""
