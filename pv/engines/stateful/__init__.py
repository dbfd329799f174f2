"""Decide claims about objects that change, and about calls that must repeat."""
