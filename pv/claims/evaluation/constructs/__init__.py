"""One module for each construct of the language that is compiled."""
