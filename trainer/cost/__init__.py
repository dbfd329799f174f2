"""What a step costs: memory and floating-point operations."""
