"""Records of a run: logs, progress, reports, projections."""
