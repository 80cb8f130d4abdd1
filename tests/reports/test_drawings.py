import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from synergie.reports.assets.places import Area, Mark, render_places


def _parse(svg: object) -> ET.Element:
    return ET.fromstring(str(svg))  # noqa: S314 (our own drawing)


def test_a_text_can_not_leave_its_place() -> None:
    drawing = render_places(
        "<b>", [Mark(6, 48, 0, "<script>"), Mark(6.1, 48.1, 1, '"')], [Area("<i>", 6, 48)]
    )
    assert "<script" not in drawing and "<b>" not in drawing and "<i>" not in drawing
    _parse(drawing)


def test_north_is_up_and_east_is_right() -> None:
    marks = [Mark(6.0, 48.7, 0, "sud-ouest"), Mark(6.2, 48.8, 0, "nord-est")]
    south_west, north_east = _parse(render_places("carte", marks, [])).iter("circle")
    assert float(south_west.attrib["cx"]) < float(north_east.attrib["cx"])
    assert float(south_west.attrib["cy"]) > float(north_east.attrib["cy"])


def test_a_kilometre_is_as_long_both_ways() -> None:
    east, north = 1 / 73.4, 1 / 111.2  # degrees a kilometre at 48.77 degrees north
    marks = [
        Mark(6.1, 48.77, 0, "o"),
        Mark(6.1 + east, 48.77, 0, "e"),
        Mark(6.1, 48.77 + north, 0, "n"),
    ]
    o, e, n = _parse(render_places("carte", marks, [])).iter("circle")
    right = float(e.attrib["cx"]) - float(o.attrib["cx"])
    up = float(o.attrib["cy"]) - float(n.attrib["cy"])
    assert right == pytest.approx(up, rel=0.01)


def test_each_kind_of_mark_has_its_shape() -> None:
    marks = [Mark(6 + i / 10, 48, i, str(i)) for i in range(3)]
    drawing = str(render_places("carte", marks, []))
    assert re.findall(r'class="(mark-\d)"', drawing) == ["mark-1", "mark-2", "mark-3"]
    assert all(f"<{shape} " in drawing for shape in ("circle", "rect", "path"))


def test_names_of_places_cover_no_other_and_stay_inside() -> None:
    areas = [Area(f"Commune longue {i}", 6.1 + i / 1000, 48.7) for i in range(6)]
    drawing = _parse(
        render_places("carte", [Mark(6.0, 48.6, 0, "a"), Mark(6.3, 48.8, 0, "b")], areas)
    )
    texts = [text for text in drawing.iter("text") if text.attrib["class"] == "place"]
    heights = sorted(float(text.attrib["y"]) for text in texts)
    assert all(high - low >= 17 for low, high in pairwise(heights))
    edge = _parse(
        render_places("carte", [], [Area("Montenoy", 6.3, 48.7), Area("Pompey", 6.1, 48.7)])
    )
    for text in edge.iter("text"):
        half = 9.4 * len(text.text or "") / 2
        assert half <= float(text.attrib["x"]) <= 640 - half
