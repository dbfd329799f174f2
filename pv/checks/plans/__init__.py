"""How each claim is to be decided: one kind of plan a module."""
