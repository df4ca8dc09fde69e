"""What programs owe after an encounter: a work list, tries, hand-overs, alarms, and the person's own word."""
