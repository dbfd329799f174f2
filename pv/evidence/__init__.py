"""Evidence of runs: verdicts, records, the store that keeps them, digests that date them."""
