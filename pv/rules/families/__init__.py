"""The rules, one family of codes a module."""
