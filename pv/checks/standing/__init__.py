"""Sums over checks: gates, levels of evidence, readable texts, cost."""
