"""Ways to decide a claim: each engine takes a check and returns evidence."""
