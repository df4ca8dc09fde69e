"""One listing from many sources: what is alike, what is merged by rule, what a steward decides, and the way back."""
