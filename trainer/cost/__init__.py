"""The cost of a step: memory and floating-point operations."""
