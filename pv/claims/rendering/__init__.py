"""A tree as text: plain, as an s-expression, as LaTeX, as Python."""
