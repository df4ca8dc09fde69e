"""What a small count is: privacy rule P22, after the cell size policy of CMS."""

SMALLEST_SHOWN = 11


def small(count: int) -> bool:
    """Whether a count must not be seen: 1 to 10. Zero may."""
    return 0 < count < SMALLEST_SHOWN
