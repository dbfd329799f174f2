"""The stages of a run, from configuration to exported model."""
