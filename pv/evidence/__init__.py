"""What a run showed: verdicts, records, the store that keeps them, and digests that date them."""
