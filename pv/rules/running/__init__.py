"""Run the rules over many files, on several cores and with a cache."""
