"""Fast distances against the slow, right ones of geopy; and the order of hits against a plain sort."""

import math
from types import SimpleNamespace

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from portal.geo import miles
from portal.search.nearness import Grid, geodesic_miles
from portal.search.ranking import DIGITS, best

lats = st.floats(-89, 89).map(lambda value: round(value, 4))
lons = st.floats(-180, 180).map(lambda value: round(value, 4))


@settings(max_examples=150, deadline=None)
@given(lats, lons, st.lists(st.tuples(lats, lons), max_size=6))
def test_distances_are_geodesic_wherever_on_earth(
    lat: float, lon: float, points: list[tuple[float, float]]
) -> None:
    found = geodesic_miles(lat, lon, np.array([p[0] for p in points]), np.array([p[1] for p in points]))
    for point, far in zip(points, found.tolist(), strict=True):
        assert abs(far - miles(lat, lon, *point)) < 0.001


def grid_over(points: list[tuple[float, float]]) -> Grid:
    columns = {
        "lat": np.array([p[0] for p in points]),
        "lon": np.array([p[1] for p in points]),
        "number": np.arange(1, len(points) + 1),
    }
    return Grid(SimpleNamespace(columns=columns))  # type: ignore[arg-type]


@settings(max_examples=60, deadline=None)
@given(
    lats,
    lons,
    st.integers(1, 500),
    st.lists(st.tuples(st.floats(0, 360), st.floats(0, 2)), min_size=1, max_size=25),
)
@example(89.0, 0.0, 70, [(12.0, 2.0)])  # around the pole degrees are short
@example(89.0, 0.0, 37, [(50.0, 1.0)])
def test_a_radius_holds_what_is_within_it_and_nothing_else(
    lat: float, lon: float, within: int, around: list[tuple[float, float]]
) -> None:
    """Points thrown around the place, many of them close to the edge of the circle."""
    points = []
    for bearing, share in around:
        reach = within * share / 69
        north = max(-90.0, min(90.0, lat + reach * math.cos(math.radians(bearing))))
        wide = reach * math.sin(math.radians(bearing)) / max(0.02, math.cos(math.radians(lat)))
        points.append((north, (lon + wide + 180) % 360 - 180))
    rows, distances = grid_over(points).near(lat, lon, within)
    true = {row: miles(lat, lon, *point) for row, point in enumerate(points)}
    assert {row for row, far in true.items() if far <= within - 0.001} <= set(rows.tolist())
    assert set(rows.tolist()) <= {row for row, far in true.items() if far <= within + 0.001}
    assert sorted(rows.tolist()) == rows.tolist()
    for row, far in zip(rows.tolist(), distances.tolist(), strict=True):
        assert abs(far - true[row]) <= 0.01 * within


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([0.0, 0.5, 0.50000001, 1.0, 2.5]), st.integers(0, 2), st.sampled_from([1.0, 2.0, math.inf])
        ),
        max_size=80,
    ),
    st.integers(1, 30),
)  # fmt: skip
def test_the_best_are_those_of_a_full_sort(hits: list[tuple[float, int, float]], most: int) -> None:
    score, tie, far = (np.array([hit[n] for hit in hits]) for n in range(3))
    numbers = np.arange(len(hits))[::-1].copy()
    found = best(score, tie, far, numbers, most).tolist()
    plain = sorted(
        range(len(hits)), key=lambda n: (-round(hits[n][0], DIGITS), hits[n][1], hits[n][2], numbers[n])
    )
    assert found == plain[:most]
