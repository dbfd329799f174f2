"""Write a tree as plain text or as Python."""
