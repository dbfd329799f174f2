"""The process of a command: what signals ask of it, and how it ends."""
