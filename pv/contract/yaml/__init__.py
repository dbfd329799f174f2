"""YAML with positions, by the 1.2 core schema."""
