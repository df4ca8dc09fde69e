"""Dispatch: who is on duty, asking a team, taking over, and the minutes at a door. Public verbs: see portal.programs."""
