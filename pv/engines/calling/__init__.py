"""Call what a binding names: import it, convert arguments and results."""
