"""The processes of one run: rank, collectives, errors and shares."""
