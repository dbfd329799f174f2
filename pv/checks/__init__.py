"""From a contract and its bindings to checks: claim, subject, domain, tolerance, stable id."""
