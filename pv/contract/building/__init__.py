"""Build the records of a contract from a document that follows the schema."""
