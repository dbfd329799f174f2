"""How the texts of contracts are read: trees of claims, types of names, LaTeX."""
