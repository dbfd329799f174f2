"""Find and read the files below some paths."""
