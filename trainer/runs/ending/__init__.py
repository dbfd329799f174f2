"""The last stage of a run: what was measured, the export, and its trial."""
