"""Search for a counterexample: every point of a finite domain, or drawn values."""
