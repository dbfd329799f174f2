"""One module a verb: resolve the options, make one call, return the exit code."""
