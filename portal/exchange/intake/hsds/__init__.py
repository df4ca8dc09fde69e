"""`import hsds`: packages of the Human Services Data Specification, 3.x in JSON or CSV, 1.x and 2.x in CSV, and Ohana's CSV."""
