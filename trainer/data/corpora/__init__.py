"""Readers of corpora, one kind of file a module."""
