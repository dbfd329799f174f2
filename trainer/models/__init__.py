"""Language models: what the trainer asks of one, and the built-in decoder."""
