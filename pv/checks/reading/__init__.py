"""Read a contract: its claims, definitions, domains and dependencies."""
