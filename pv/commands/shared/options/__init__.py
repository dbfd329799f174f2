"""Values and groups of options that several verbs have."""
