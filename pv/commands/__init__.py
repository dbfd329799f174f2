"""The verbs, one file each: parse options, one call, return the exit code."""
