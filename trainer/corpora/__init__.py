"""Where tokens come from: one module a kind of file, each a reader of the configuration."""
