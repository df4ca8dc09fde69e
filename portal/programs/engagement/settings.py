"""What a preset says about the way from the scene into care (`options: engagement`): paths, the short screen, the review."""

import msgspec

from portal.programs.preset import Choice, Preset, options_of


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One yes/no line of the screen, and what a yes counts. after: asked only below this heading."""

    code: str
    label: str
    points: int = 1
    part: str = ""


class Engagements(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """refer: roles that refer at the scene. screeners: who may run the screen. clinic: who assesses, and alone sees what the
    screen said. review_days: until the review; retained_days: until the second look. step: the follow-up by which the clinic is
    reminded of the review. from_score: at or above it an assessment is advised."""

    refer: tuple[str, ...]
    screeners: tuple[str, ...]
    clinic: tuple[str, ...]
    paths: tuple[Choice, ...]
    items: tuple[Item, ...]
    from_score: int = 1
    review_days: int = 30
    retained_days: int = 30
    step: str = "review"


def engagements_of(preset: Preset) -> Engagements | None:
    """None for a preset without them. Raises BadPreset."""
    return options_of(preset, "engagement", Engagements) if "engagement" in preset.modules else None
