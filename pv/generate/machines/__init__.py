"""The steps that refute a machine, as a test that needs nothing of pv."""
