"""The configuration: schema, presets, loading and environment variables."""
