"""What formulas define: items in turn, values that are called, items by an index."""
