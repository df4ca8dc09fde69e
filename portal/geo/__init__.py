"""Floor 1: place text to a point, distance, areas, the gazetteer, a geocoder behind one function."""

from portal.geo.actions import load_gazetteer
from portal.geo.counties import county_in, county_words, state_code
from portal.geo.queries import (
    counties_of,
    county_named,
    locate,
    nearest_zip,
    zip_centre,
    zip_centres,
)
from portal.geo.rules import STATES, Located, PlaceAmbiguous, PlaceUnknown, fold, miles, on_earth
from portal.geo.shapes import Shape, read_shape, shape_of, shape_text

__all__ = [
    "STATES",
    "Located",
    "PlaceAmbiguous",
    "PlaceUnknown",
    "Shape",
    "counties_of",
    "county_in",
    "county_named",
    "county_words",
    "fold",
    "load_gazetteer",
    "locate",
    "miles",
    "nearest_zip",
    "on_earth",
    "read_shape",
    "shape_of",
    "shape_text",
    "state_code",
    "zip_centre",
    "zip_centres",
]
