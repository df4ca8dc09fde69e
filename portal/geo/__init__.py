"""Floor 1: place text to a point, distance, the gazetteer, a geocoder behind one function."""

from portal.geo.actions import load_gazetteer
from portal.geo.queries import county_of_zip, locate, nearest_zip, zip_centre, zip_centres
from portal.geo.rules import STATES, Located, PlaceAmbiguous, PlaceUnknown, fold, miles, on_earth

__all__ = [
    "STATES",
    "Located",
    "PlaceAmbiguous",
    "PlaceUnknown",
    "county_of_zip",
    "fold",
    "load_gazetteer",
    "locate",
    "miles",
    "nearest_zip",
    "on_earth",
    "zip_centre",
    "zip_centres",
]
