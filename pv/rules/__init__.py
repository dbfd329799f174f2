"""Static judgements of contracts: one family a file, each rule a generator of findings."""
