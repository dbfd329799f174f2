"""The training loop and what it calls: objective, optimizer, callbacks, guards."""
