"""Workers who go alone: out, back, overdue, in danger."""
