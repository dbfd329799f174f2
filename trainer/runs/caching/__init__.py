"""Caches of a teacher's answers: by the teacher itself, or by a server that runs it."""
