"""The parts of the grammar that are English words."""
