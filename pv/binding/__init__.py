"""Who implements what: binding files, located statically and resolved in worker processes only."""
