"""Maps without a network: shapes, scale, names, legend, and texts that cannot leave their place."""

import re
from math import cos, hypot, radians
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.reports.assets.map import (
    KINDS,
    Key,
    MapArea,
    Name,
    Spot,
    Way,
    describe_line_dash,
    describe_mark_shape,
    drawn_map,
    render_mark_path,
)
from synergie.schemas.assets.location import Location


def at(longitude: float, latitude: float) -> Location:
    return Location(longitude=longitude, latitude=latitude)


def parsed(drawing: str) -> ET.Element:
    """The drawing and its legend under one root."""
    return ET.fromstring(f"<drawn>{drawing}</drawn>")  # noqa: S314 (our own drawing)


def centre(path: str) -> tuple[float, float]:
    """The middle of the box around a path of absolute points; of a disc, its middle."""
    if "a" in path:
        x, y = map(float, re.findall(r"[-\d.]+", path)[:2])
        radius = float(re.findall(r"[-\d.]+", path)[2])
        return x + radius, y
    points = [tuple(map(float, one.split())) for one in re.findall(r"[-\d.]+ [-\d.]+", path)]
    xs, ys = [one[0] for one in points], [one[1] for one in points]
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def test_every_kind_has_its_own_shape_dash_and_word() -> None:
    spots = [Spot(at(6 + k / 10, 48), k, str(k)) for k in range(KINDS)]
    ways = [Way((at(6, 48), at(6.1, 48.1)), k, str(k)) for k in range(KINDS)]
    root = parsed(drawn_map("carte", spots=spots, ways=ways))
    inks = [one.attrib["class"] for one in root.iter("path") if "ink" in one.attrib["class"]]
    assert inks == [f"ink-{k + 1}" for k in range(KINDS)]
    lines = [one.attrib["class"] for one in root.iter("polyline")]
    assert lines == [f"way way-{k + 1}" for k in range(KINDS)]
    assert len({render_mark_path(k, 0, 0, 5) for k in range(KINDS)}) == KINDS
    assert (
        len(set(map(describe_mark_shape, range(KINDS))))
        == len(set(map(describe_line_dash, range(KINDS))))
        == KINDS
    )


def test_an_outline_lies_under_all_marks_and_does_not_widen_the_paper() -> None:
    spots = [Spot(at(6, 48), 0, "a"), Spot(at(6.1, 48.1), 0, "b")]
    ring = (at(5, 47), at(7, 47), at(7, 49), at(5, 47))
    root = parsed(drawn_map("carte", spots=spots, areas=[MapArea((ring,), "Pompey")]))
    first, *marks = [one for one in root.iter("path") if "outline" in one.attrib["class"]
                     or "ink" in one.attrib["class"]]  # fmt: skip
    assert (first.attrib["class"], len(marks)) == ("outline", 2)
    assert first.attrib["d"].startswith("M-") and first.attrib["d"].endswith("Z")
    bare = parsed(drawn_map("carte", spots=spots))
    assert [one.attrib["d"] for one in bare.iter("path")][:2] == [one.attrib["d"] for one in marks]


def test_a_seventh_kind_is_drawn_as_the_first() -> None:
    root = parsed(drawn_map("carte", spots=[Spot(at(6, 48), KINDS, "a")]))
    assert next(one.attrib["class"] for one in root.iter("path")) == "ink-1"


def test_north_is_up_and_a_kilometre_as_long_both_ways() -> None:
    east, north = 1 / (111.2 * cos(radians(48.77))), 1 / 111.2
    spots = [Spot(at(6.1, 48.77), 1, "o"), Spot(at(6.1 + east, 48.77), 1, "e"),
             Spot(at(6.1, 48.77 + north), 1, "n")]  # fmt: skip
    root = parsed(drawn_map("carte", spots=spots))
    o, e, n = (
        centre(one.attrib["d"]) for one in root.iter("path") if one.find("title") is not None
    )
    assert e[0] > o[0] and n[1] < o[1]
    assert e[0] - o[0] == pytest.approx(o[1] - n[1], rel=0.01)
    bar = next(one for one in root.iter("path") if one.attrib["class"] == "scale")
    length = float(re.findall(r"h([\d.]+)", bar.attrib["d"])[0])
    text = next(one.text for one in root.iter("text") if one.attrib["class"] == "tick")
    metres = float((text or "").split()[0].replace("\u00a0", ""))
    assert length / (e[0] - o[0]) == pytest.approx(
        metres / (1 if "km" in str(text) else 1000), rel=0.02
    )


@given(
    st.lists(st.tuples(st.floats(-4, 8), st.floats(42, 51)), min_size=1, max_size=12, unique=True)
)
def test_everything_stays_inside(points: list[tuple[float, float]]) -> None:
    spots = [Spot(at(*point), rank % KINDS, str(rank)) for rank, point in enumerate(points)]
    names = [
        Name(at(*point), f"Commune {rank}", home=rank == 0) for rank, point in enumerate(points)
    ]
    root = parsed(drawn_map("carte", spots=spots, names=names))
    svg = root[0]
    _, _, width, height = map(float, svg.attrib["viewBox"].split())
    for one in svg.iter("path"):
        if one.attrib["class"].startswith("ink"):
            x, y = centre(one.attrib["d"])
            assert 0 <= x <= width and 0 <= y <= height
    placed = [one for one in svg.iter("text") if one.attrib["class"] == "place"]
    for one in placed:
        half = 4.7 * len(one.text or "")
        assert half <= float(one.attrib["x"]) <= width - half
        assert 0 < float(one.attrib["y"]) < height
    for rank, one in enumerate(placed):
        for other in placed[:rank]:
            apart = hypot(float(one.attrib["x"]) - float(other.attrib["x"]),
                          float(one.attrib["y"]) - float(other.attrib["y"]))  # fmt: skip
            assert apart >= 16


def test_a_text_can_not_leave_its_place() -> None:
    drawing = drawn_map(
        '"><b>', spots=[Spot(at(6, 48), 0, "<script>")], names=[Name(at(6, 48), "<i>")],
        ways=[Way((at(6, 48), at(7, 48)), 0, "&")], legend=[Key(0, "<u>", line=True)],
    )  # fmt: skip
    for raw in ("<script>", "<b>", "<i>", "<u>"):
        assert raw not in drawing
    parsed(drawing)


def test_the_legend_says_in_words_and_shows_it() -> None:
    root = parsed(
        drawn_map("c", spots=[Spot(at(6, 48), 2, "a")], legend=[Key(2, "mars : triangle")])
    )
    items = list(root.iter("li"))
    assert [("".join(one.itertext())).strip() for one in items] == ["mars : triangle"]
    assert items[0].find("svg") is not None
    assert items[0][0].attrib["aria-hidden"] == "true"


def test_nothing_to_draw_draws_nothing() -> None:
    assert drawn_map("carte") == ""
