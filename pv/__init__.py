"""pv turns the claims that a contract makes into checks that run, and credits only what ran."""

__version__ = "0.1.0"
