"""Write a tree as plain text, as LaTeX or as Python."""
