"""Shared by several verbs: options, targets, configuration, findings, exit codes."""
