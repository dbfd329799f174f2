"""Domains: the values that variables take, alone and together."""
