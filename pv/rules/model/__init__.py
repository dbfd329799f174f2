"""Rules, their catalogue, their pages, and the summary of a judged file."""
