"""Warm worker processes, which run every engine that calls foreign code."""
