"""`python -m portal.cli`, where the script is not on the path."""

from portal.cli import main

main()
