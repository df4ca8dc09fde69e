"""HSDS 3.1 given out: one reader of what is public, for the package of files and for the API."""

from portal.exchange.hsds.openapi import PAGE, PATHS, openapi
from portal.exchange.hsds.package import CSV_FILE, JSON_FILE, export_package
from portal.exchange.hsds.parameters import ALONE, LISTS, USUAL_A_PAGE, read_parameters
from portal.exchange.hsds.profile import about, patches
from portal.exchange.hsds.queries import Wanted, minimal, one, page, stands_now, stream
from portal.exchange.hsds.tables import OBJECTS, VERSION
from portal.exchange.hsds.values import Row

__all__ = [
    "ALONE",
    "CSV_FILE",
    "JSON_FILE",
    "LISTS",
    "OBJECTS",
    "PAGE",
    "PATHS",
    "USUAL_A_PAGE",
    "VERSION",
    "Row",
    "Wanted",
    "about",
    "export_package",
    "minimal",
    "one",
    "openapi",
    "page",
    "patches",
    "read_parameters",
    "stands_now",
    "stream",
]
