"""Values of a space: which belong to it, drawn, counted in full, and made smaller."""
