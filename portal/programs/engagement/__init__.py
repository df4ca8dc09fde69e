"""From the scene into care: a short screen, the clinic's assessment, the review, and one word to the officer."""

from portal.programs.engagement.actions import (
    record_assessed,
    record_engaged,
    record_retained,
    refer_engagement,
    run_screen,
)
from portal.programs.engagement.queries import EngagementView, engagement_for, engagements_for, open_engaged
from portal.programs.engagement.review import tick_engagement
from portal.programs.engagement.settings import Engagements, engagements_of

__all__ = [
    "EngagementView",
    "Engagements",
    "engagement_for",
    "engagements_for",
    "engagements_of",
    "open_engaged",
    "record_assessed",
    "record_engaged",
    "record_retained",
    "refer_engagement",
    "run_screen",
    "tick_engagement",
]
