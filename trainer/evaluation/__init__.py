"""Evaluate a model on held-out text, and generate text."""
