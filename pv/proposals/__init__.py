"""Proposals: contracts that pv writes, from a Python module and from tries of its functions."""
