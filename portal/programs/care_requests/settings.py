"""What a preset says about requests of services to its team (`options: care_requests`)."""

import msgspec

from portal.programs.preset import Preset, options_of


class CareRequests(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """kinds: what may be asked (models.care_request.CARE_KINDS), each with the preset's roles that ask it. team: the roles that
    go. A follow-up of the preset has each kind's code: its deadline, where the request names none."""

    kinds: dict[str, tuple[str, ...]]
    team: tuple[str, ...]


def care_requests_of(preset: Preset) -> CareRequests | None:
    """None for a preset without them. Raises BadPreset."""
    return options_of(preset, "care_requests", CareRequests) if "care_requests" in preset.modules else None
