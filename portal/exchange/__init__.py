"""Floor 6: directory and referrals, in and out, in the formats of others."""

from portal.exchange.encounters.importing import (
    EncounterResult,
    encounter_targets,
    guess_encounter_map,
    import_encounters,
)
from portal.exchange.encounters.mapping import EncounterMap, encounter_map, read_encounter_map
from portal.exchange.encounters.targets import Target
from portal.exchange.intake.hsds.importing import import_hsds
from portal.exchange.intake.records import BadPackage, ImportResult
from portal.exchange.samhsa import import_samhsa
from portal.exchange.table.building import build_mapping, guess_columns
from portal.exchange.table.importing import import_table
from portal.exchange.table.kept import KeptMapping, keep_mapping, kept_mappings, mapping_text
from portal.exchange.table.mapping import TableMap, read_mapping
from portal.exchange.table.reading import look_at
from portal.exchange.webhooks import (
    WebhookView,
    add_webhook,
    pause_webhook,
    purge_tries,
    remove_webhook,
    renew_webhook_secret,
    replay_webhook,
    send_webhooks,
    start_webhook,
    try_webhook,
    webhook_for,
    webhooks_for,
)
from portal.exchange.workbook import BadWorkbook

__all__ = [
    "BadPackage",
    "BadWorkbook",
    "EncounterMap",
    "EncounterResult",
    "Target",
    "encounter_map",
    "encounter_targets",
    "guess_encounter_map",
    "import_encounters",
    "read_encounter_map",
    "ImportResult",
    "KeptMapping",
    "TableMap",
    "WebhookView",
    "add_webhook",
    "import_hsds",
    "import_samhsa",
    "build_mapping",
    "guess_columns",
    "import_table",
    "look_at",
    "keep_mapping",
    "kept_mappings",
    "mapping_text",
    "pause_webhook",
    "read_mapping",
    "purge_tries",
    "remove_webhook",
    "renew_webhook_secret",
    "replay_webhook",
    "send_webhooks",
    "start_webhook",
    "try_webhook",
    "webhook_for",
    "webhooks_for",
]
