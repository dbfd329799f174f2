"""Deadlines and signals: end a run that hangs, and end one cleanly."""
