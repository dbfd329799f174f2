"""What a contract is: reading YAML with positions, the schema, the model."""
