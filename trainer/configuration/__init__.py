"""The configuration: its schema, its presets, and where its values come from."""
