"""The distillation loss: from full logits, and chunk by chunk with its gradient."""
