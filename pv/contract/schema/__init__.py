"""JSON Schemas and the keys that they do not know."""
