"""The parts of the grammar that are mathematical notation."""
