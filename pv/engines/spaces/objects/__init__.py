"""Objects that are no numbers: strategies that draw them, within what a domain says."""
