"""Write checkpoints and resume from them."""
