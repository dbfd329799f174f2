"""Claims beside the code: read from decorators and docstrings, and stated as a contract."""
