"""Language models: their interface, the built-in decoder and transformers' models."""
