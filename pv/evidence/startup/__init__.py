"""The folder that stands first on the import path of processes under test."""
