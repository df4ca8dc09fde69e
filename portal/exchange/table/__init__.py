"""Anybody's table, by a mapping: which columns are which HSDS fields, made once, reviewed, used with every new file."""
