"""What a contract says: its claims, definitions, domains and dependencies."""
