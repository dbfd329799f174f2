"""What verdicts add up to: gates, levels, readability, cost."""
