"""The processes of one run: rank, collectives, error report and memory layout."""
