"""Floor 6: directory and referrals, in and out, in the formats of others."""

from portal.exchange.samhsa import ImportResult, import_samhsa
from portal.exchange.workbook import BadWorkbook

__all__ = ["BadWorkbook", "ImportResult", "import_samhsa"]
