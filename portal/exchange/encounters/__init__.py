"""Calls out of another system's table: which column is what, what its words mean, and each row as a program takes it."""
