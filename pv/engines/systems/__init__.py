"""Decide experiments: start processes, watch them, and read what they leave."""
