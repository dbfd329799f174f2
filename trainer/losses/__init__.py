"""The distillation loss: as formulas, and chunk by chunk with its gradient."""
