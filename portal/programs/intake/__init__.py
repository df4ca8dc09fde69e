"""Calls that an agency's own system has recorded come in as rows of a table: the same checks, the same versions."""
