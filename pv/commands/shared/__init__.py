"""What several verbs share: options, targets, configuration, findings, exit codes."""
