"""Areas drawn on a map: what is taken, what is refused, and what they hold."""

import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from portal.geo import read_shape, shape_of, shape_text
from portal.geo.shapes import LARGEST, MOST_POINTS
from portal.store import Refused

SQUARE = [[-87, 36], [-86, 36], [-86, 37], [-87, 37], [-87, 36]]
HOLE = [[-86.6, 36.4], [-86.4, 36.4], [-86.4, 36.6], [-86.6, 36.6], [-86.6, 36.4]]


def polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def text(**made: Any) -> str:
    return json.dumps(made)


def test_a_polygon_holds_what_is_inside_and_not_what_is_in_its_hole() -> None:
    shape = read_shape(json.dumps(polygon(SQUARE, HOLE)))
    assert shape.holds(36.2, -86.2)
    assert not shape.holds(36.5, -86.5)
    assert not shape.holds(37.5, -86.5)
    assert not shape.holds(36.2, -88.0)
    assert shape.box == (-87.0, 36.0, -86.0, 37.0)


def test_neighbors_share_a_side_and_exactly_one_holds_it() -> None:
    east = [[lon + 1, lat] for lon, lat in SQUARE]
    both = [read_shape(json.dumps(polygon(ring))) for ring in (SQUARE, east)]
    assert sum(shape.holds(36.5, -86.0) for shape in both) == 1


def test_many_polygons_features_and_collections_are_taken() -> None:
    far = [[lon + 5, lat] for lon, lat in SQUARE]
    made = [
        text(type="MultiPolygon", coordinates=[[SQUARE], [far]]),
        text(type="FeatureCollection", features=[
            {"type": "Feature", "properties": None, "geometry": polygon(SQUARE)},
            {"type": "Feature", "geometry": polygon(far)},
        ]),
    ]  # fmt: skip
    shapes = [read_shape(each) for each in made]
    assert shape_text(shapes[0]) == shape_text(shapes[1])
    assert all(shape.holds(36.5, -86.5) and shape.holds(36.5, -81.5) for shape in shapes)
    assert not shapes[0].holds(36.5, -83.5)
    one = text(type="Feature", geometry=polygon([[*point, 120.5] for point in SQUARE]))
    assert shape_text(read_shape(one)) == shape_text(read_shape(json.dumps(polygon(SQUARE))))


def test_the_stored_text_reads_back_as_itself() -> None:
    stored = shape_text(read_shape(json.dumps(polygon([[x + 1e-9, y] for x, y in SQUARE], HOLE), indent=4)))
    assert shape_text(read_shape(stored)) == stored
    assert " " not in stored


def ring_of(points: int) -> list[list[float]]:
    return [[-87 + step / points, 36 + (step % 2)] for step in range(points - 1)] + [[-87.0, 36.0]]


REFUSED = {
    "nothing": "",
    "words": "north of the river",
    "a number": "1",
    "null": "null",
    "a list": "[]",
    "a point": text(type="Point", coordinates=[-86, 36]),
    "a line": text(type="LineString", coordinates=SQUARE),
    "a collection of geometries": text(type="GeometryCollection", geometries=[polygon(SQUARE)]),
    "an empty polygon": text(type="Polygon", coordinates=[]),
    "an empty ring": json.dumps(polygon([])),
    "no coordinates": text(type="Polygon"),
    "rings that are a word": text(type="Polygon", coordinates="x"),
    "an empty multipolygon": text(type="MultiPolygon", coordinates=[]),
    "an empty collection": text(type="FeatureCollection", features=[]),
    "a feature without shape": text(type="Feature", geometry=None),
    "a collection in a feature": text(type="Feature", geometry={"type": "FeatureCollection", "features": []}),
    "not closed": json.dumps(polygon(SQUARE[:4])),
    "three points": json.dumps(polygon([SQUARE[0], SQUARE[1], SQUARE[0]])),
    "a flat ring": json.dumps(polygon([[-87, 36], [-86, 36], [-85, 36], [-87, 36]])),
    "true as a number": json.dumps(polygon([[True, 36], *SQUARE[1:4], [True, 36]])),
    "words as numbers": json.dumps(polygon([["-87", "36"]] * 5)),
    "one number a point": json.dumps(polygon([[-87]] * 5)),
    "five numbers a point": json.dumps(polygon([[-87, 36, 1, 2, 3]] * 5)),
    "NaN": json.dumps(polygon(SQUARE)).replace("36", "NaN"),
    "infinity": json.dumps(polygon(SQUARE)).replace("36", "1e999"),
    "a huge whole number": json.dumps(polygon(SQUARE)).replace("36", "9" * 400),
    "a longer one": json.dumps(polygon(SQUARE)).replace("36", "9" * 5000),
    "latitude first": json.dumps(polygon([[lat, lon] for lon, lat in SQUARE])),
    "Paris": json.dumps(polygon([[lon + 89, lat + 12] for lon, lat in SQUARE])),
    "deep": "[" * 50_000,
    "deep and whole": '{"type":"Polygon","coordinates":' + "[" * 40_000 + "]" * 40_000 + "}",
    "too many points": json.dumps(polygon(ring_of(MOST_POINTS + 1))),
    "too many points in two": json.dumps(polygon(ring_of(1200), ring_of(1200))),
    "too long": json.dumps(polygon(SQUARE)) + " " * LARGEST,
    "surrogate": "\ud800",
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_shape_is_refused_in_words_and_holds_nothing(name: str) -> None:
    with pytest.raises(Refused) as refused:
        read_shape(REFUSED[name])
    assert refused.value.reason.endswith(".")
    assert shape_of(REFUSED[name]) is None


def test_the_largest_shape_is_taken() -> None:
    shape = read_shape(json.dumps(polygon(ring_of(MOST_POINTS))))
    assert [len(ring) for rings in shape.polygons for ring in rings] == [MOST_POINTS]


@given(st.text() | st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.lists(inner)
       | st.dictionaries(st.sampled_from(["type", "coordinates", "geometry", "features"]), inner)).map(json.dumps))  # fmt: skip
def test_no_text_breaks_the_reader(typed: str) -> None:
    assert shape_of(typed) is None


# The slow answer: exact fractions, and a ray to the north where the product looks east.
Point = tuple[int, int]


def crossings_north(ring: list[Point], x: Fraction, y: Fraction) -> int:
    found = 0
    for (x1, y1), (x2, y2) in zip(ring, ring[1:], strict=False):
        if (x1 > x) != (x2 > x):
            at = y1 + Fraction(y2 - y1) * (x - x1) / (x2 - x1)
            found += at > y
    return found


def on_the_line(ring: list[Point], x: Fraction, y: Fraction) -> bool:
    return any(
        (x2 - x1) * (y - y1) == (y2 - y1) * (x - x1)
        and min(x1, x2) <= x <= max(x1, x2)
        and min(y1, y2) <= y <= max(y1, y2)
        for (x1, y1), (x2, y2) in zip(ring, ring[1:], strict=False)
    )


points = st.tuples(st.integers(-100, -80), st.integers(25, 45))
rings = st.lists(points, min_size=3, max_size=12).map(lambda ring: [*ring, ring[0]])
polygons = st.lists(st.lists(rings, min_size=1, max_size=3), min_size=1, max_size=3)


@given(polygons, st.integers(-404, -316), st.integers(96, 184))
def test_every_shape_holds_what_the_slow_answer_says(
    made: list[list[list[Point]]], east: int, north: int
) -> None:
    flat = [ring for each in made for ring in each]
    assume(all(len({x for x, _y in ring}) > 1 and len({y for _x, y in ring}) > 1 for ring in flat))
    x, y = Fraction(east, 4), Fraction(north, 4)
    assume(not any(on_the_line(ring, x, y) for ring in flat))
    slow = any(
        crossings_north(outer, x, y) % 2 == 1 and not any(crossings_north(hole, x, y) % 2 for hole in holes)
        for outer, *holes in made
    )
    shape = read_shape(text(type="MultiPolygon", coordinates=made))
    assert shape.holds(float(y), float(x)) is slow
