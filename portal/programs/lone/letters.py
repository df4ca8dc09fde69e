"""Whoever watches is told, at any hour: that there is something to look at, and nothing else."""

from portal.programs.models import LoneVisit
from portal.programs.tasks.letters import tell, watchers
from portal.programs.tasks.options import of


def tell_watchers(row: LoneVisit, key: str) -> int:
    """In the caller's transaction; the same key tells once. Returns how many were told."""
    _preset, options = of(row.program)
    role = options.lone.watches if options.lone else ""
    return tell(watchers(row.program, role), f"/check-ins/{row.id}", key, row.id, urgent=True)
