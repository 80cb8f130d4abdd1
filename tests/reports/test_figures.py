"""What is drawn is what stands in the table: lengths, texts, holes; both layouts; every look."""

import gzip
import re
from datetime import UTC, datetime
from itertools import combinations, pairwise
from math import dist
from urllib.parse import unquote
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from synergie.errors import BadInput
from synergie.reports.document import Figure
from synergie.reports.figure.bars import Bar, BarCell, Bars, DotPair, DotPairs, SmallMultiples
from synergie.reports.figure.cells import Cells, Gantt, State, Strips, Task
from synergie.reports.figure.columns import Columns, Series
from synergie.reports.figure.lines import Dot, Dots, Lines
from synergie.reports.figure.picture import Cell, Chart, build_figure, draw_chart
from synergie.reports.figure.scale import Linear, fit_scale, mark_moments
from synergie.reports.palette import (
    CLASSES,
    PAPER,
    SERIES,
    SHADE,
    compute_contrast,
    list_look_attributes,
    render_figure_rules,
)

PARIS = ZoneInfo("Europe/Paris")
values = st.none() | st.floats(-1e9, 1e9, allow_nan=False).map(lambda v: round(v, 3))
positive = st.none() | st.floats(0, 1e9, allow_nan=False).map(lambda v: round(v, 3))


def _cell(value: float | None) -> Cell:
    text = "inconnu" if value is None else f"{value:.3f} kWh"
    return Cell(value, text, "unknown" if value is None else "measured")


def _marks(svg: str) -> list[ET.Element]:
    return [one for one in ET.fromstring(svg).iter() if "data-k" in one.attrib]  # noqa: S314


def _cells(figure: Figure) -> set[str]:
    return {cell for row in figure.table.rows for cell in row}


@settings(max_examples=25)
@given(st.lists(values, min_size=1, max_size=8))
def test_a_bar_is_as_long_as_its_value_and_the_unknown_has_none(some: list[float | None]) -> None:
    bars = [Bar(f"l{n}", one, _cell(one).text) for n, one in enumerate(some)]
    chart = Bars(title="Énergie", bars=bars, heads=("Lieu", "Énergie"))
    scale = fit_scale(some)
    for width, svg in zip((720, 340), draw_chart(chart), strict=True):
        drawn = {one.attrib["data-k"]: one for one in _marks(svg)}
        for bar in bars:
            mark = drawn[bar.label]
            assert mark.attrib["data-v"] in {bar.text, "pas de mesure"}
            if bar.value is None:
                assert mark.tag == "path" and mark.attrib["data-q"] == "unknown"
            else:
                per_unit = (width - 1) / (scale.high - scale.low)
                length = abs(bar.value) * per_unit
                assert float(mark.attrib["width"]) == pytest.approx(length, abs=0.5)
    assert {bar.text for bar in bars} <= _cells(build_figure(chart))


@settings(max_examples=25)
@given(st.lists(st.none() | st.integers(-300, 300), min_size=1, max_size=5))
def test_bars_of_all_panels_have_one_scale_and_what_is_beyond_it_none(
    some: list[int | None],
) -> None:
    bars = [UNKNOWN if one is None else Bar("", one, f"{one} %") for one in some]
    names = [f"S{n}" for n in range(len(some))]
    chart = SmallMultiples(title="t", columns=names, legend=("a", "b"),
                   lines=[("énergie", [BarCell("", one) for one in bars])],
                   scale=Linear(-200, 200, 50))  # fmt: skip
    for width, svg in zip((520, 340), draw_chart(chart), strict=True):
        drawn = {one.attrib["data-k"]: one for one in _marks(svg)}
        for n, value in enumerate(some):
            mark = drawn.get(f"énergie, S{n}")
            if value is None:
                assert mark is not None and mark.tag == "path"
                assert mark.attrib["data-q"] == "unknown"
            elif abs(value) > 200:
                assert mark is None
            else:
                assert mark is not None
                length = abs(value) * (width / len(some) - 14) / 400
                assert float(mark.attrib["width"]) == pytest.approx(length, abs=0.5)
    assert {one.text for one in bars} <= _cells(build_figure(chart))


@settings(max_examples=25)
@given(st.lists(st.tuples(positive, positive), min_size=1, max_size=12))
def test_stacked_columns_are_as_tall_as_their_values(
    some: list[tuple[float | None, float | None]],
) -> None:
    series = [Series(name, tuple(_cell(pair[n]) for pair in some)) for n, name in enumerate("ab")]
    steps = [f"m{n}" for n in range(len(some))]
    chart = Columns(title="Mois", steps=steps, series=series, heads="Mois", unit="kWh")
    scale = fit_scale([(a or 0) + (b or 0) for a, b in some])
    for svg in draw_chart(chart):
        for mark in _marks(svg):
            step, name = mark.attrib["data-k"].split(", ")
            value = some[steps.index(step)]["ab".index(name)]
            if mark.tag == "rect":
                assert value is not None
                height = value / scale.high * 200
                assert float(mark.attrib["height"]) == pytest.approx(height, abs=0.5)
                assert mark.attrib["data-v"] in _cells(build_figure(chart))
            else:
                assert value is None and mark.attrib["data-q"] == "unknown"


def test_a_gap_is_not_joined_and_is_hatched() -> None:
    some = tuple(map(_cell, (1.0, 2.0, None, 4.0)))
    chart = Lines(title="x", steps=list("abcd"), series=[Series("s", some)])
    wide, _ = draw_chart(chart)
    (line,) = re.findall(r'class="l1"[^>]* d="([^"]*)"', wide)
    assert line.count("M") == 2
    assert [one.attrib["data-q"] for one in _marks(wide)].count("unknown") == 1


def test_a_long_curve_keeps_its_least_and_its_most() -> None:
    some = [1.0] * 5000
    some[2345], some[4000] = 9.0, 0.0
    chart = Lines(title="x", steps=[""] * 5000, series=[Series("", tuple(map(_cell, some)))])
    wide, narrow = draw_chart(chart)
    scale = fit_scale(some)
    assert len(wide) < 30_000 and len(narrow) < 30_000
    (line,) = re.findall(r'class="l1"[^>]* d="([^"]*)"', wide)
    heights = [float(y) for y in re.findall(r"(?:[ML][\d.]+ |V)([\d.]+)", line)]
    assert max(heights) - min(heights) == pytest.approx(9 / scale.high * 220, abs=0.5)


def _ticks(low: float, high: float) -> Linear:
    return fit_scale((low, high), zero=False)


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9))
@example(0.0, 5e-324)
def test_ticks_are_multiples_of_one_two_or_five_and_hold_all(low: float, high: float) -> None:
    scale = fit_scale((low, high))
    assert scale.low <= min(low, high, 0) + 1e-6 * scale.step
    assert scale.high >= max(low, high, 0) - 1e-6 * scale.step
    assert f"{scale.step:e}"[0] in "125"
    assert 0 in scale.ticks and 2 <= len(scale.ticks) <= 9
    assert all(b > a for a, b in pairwise(scale.ticks))


def test_a_scale_of_one_value_is_not_empty() -> None:
    for scale in (_ticks(7, 7), _ticks(0, 0), _ticks(-3, -3), fit_scale([None]), fit_scale([])):
        assert scale.high > scale.low and scale.step > 0


def test_a_day_of_a_clock_change_keeps_its_length() -> None:
    start = datetime(2025, 10, 25, 22, tzinfo=UTC)
    marks = mark_moments(start, datetime(2025, 10, 27, 23, tzinfo=UTC), PARIS)
    at = {text: share * 49 for share, text in marks}
    hours = sorted(at.values())
    assert hours[0] == 0 and hours[-1] < 49
    assert at["26/10"] == 0 and at["27/10"] == pytest.approx(25)


UNKNOWN = Bar("", None, "pas de mesure", "unknown")


def _one_of_each() -> list[Chart]:
    three = tuple(map(_cell, (1.0, None, 3.0)))
    steps, long = ["a", "b", "c"], "Nom <b> & " * 20
    states: tuple[State, ...] = ("received", "unknown", "estimated")
    return [
        Bars(title=long, bars=[Bar(long, 1, "<1>"), Bar("b", None, "x")], source=long),
        DotPairs(title=long, pairs=[DotPair(long, three[0], three[1], "?")], names=("<", ">")),
        Columns(title=long, steps=steps, series=[Series(long, three)], before=Series("v", three)),
        Lines(title=long, steps=steps, series=[Series(long, three)], level=(2.0, "seuil")),
        Dots(title=long, dots=[Dot(long, three[0], three[2], 1, "nom")], heads=("", "x", "y")),
        Cells(title=long, columns=steps, lines=["0 h", "1 h"],
              values=[[1.0, 2.0], [None, None], [None, 3.0]], told=(("a", "b"), [])),
        Strips(title=long, steps=steps, strips=[(long, states, "mot")]),
        Gantt(title=long, steps=steps, tasks=[Task(long, 1, 2, "2 jours")]),
        SmallMultiples(title=long, columns=[long, "b"], legend=(long, "<"),
               lines=[(long, [BarCell("1 %", Bar("", 1, "<1>")), BarCell("?", UNKNOWN)])]),
    ]  # fmt: skip


@pytest.mark.parametrize("chart", _one_of_each(), ids=lambda one: type(one).__name__)
def test_no_text_leaves_its_place_and_nothing_needs_a_style(chart: Chart) -> None:
    for svg in draw_chart(chart):
        root = ET.fromstring(svg)  # noqa: S314 (our own drawing)
        assert root.attrib["role"] == "img" and root[0].tag == "title"
        assert root[0].text == chart.title and root[1].tag == "desc"
        assert "style" not in {name for one in root.iter() for name in one.attrib}
        assert not [one for one in root.iter() if one.tag in {"style", "script"}]
        width = float(root.attrib["width"])
        for one in root.iter("text"):
            assert 0 <= float(one.attrib["x"]) <= width
            assert 0 < float(one.attrib["y"]) <= float(root.attrib["height"])


@pytest.mark.parametrize(
    "chart",
    [
        Bars(title="t", bars=[]),
        Columns(title="t", steps=[], series=[]),
        Lines(title="t", steps=[], series=[]),
        Dots(title="t", dots=[]),
        Cells(title="t", columns=[], lines=[], values=[], told=((), [])),
        Strips(title="t", steps=[], strips=[]),
        Gantt(title="t", steps=[], tasks=[]),
        DotPairs(title="t", pairs=[], names=("a", "b")),
        SmallMultiples(title="t", columns=[], lines=[], legend=("a", "b")),
    ],
    ids=lambda one: type(one).__name__,
)
def test_nothing_is_drawn_as_nothing(chart: Chart) -> None:
    assert not _marks(draw_chart(chart)[0])


def test_more_than_four_series_are_refused() -> None:
    many = [Series(str(n), (_cell(1.0),)) for n in range(5)]
    with pytest.raises(BadInput):
        draw_chart(Columns(title="t", steps=["a"], series=many))
    with pytest.raises(BadInput):
        draw_chart(Lines(title="t", steps=["a", "b"], series=many[:1]))


def test_the_cells_of_a_heat_map_are_six_classes_of_equal_width() -> None:
    grid = [[float(n) for n in range(24)] for _ in range(3)]
    chart = Cells(title="t", columns=list("abc"), lines=list(map(str, range(24))), values=grid,
                  told=((), []))  # fmt: skip
    wide, _ = draw_chart(chart)
    found = dict(re.findall(r'<path class="(c\d)"[^>]* d="([^"]*)"', wide))
    assert sorted(found) == [f"c{n}" for n in range(1, 7)]
    assert all(d.count("z") == 3 for d in found.values()), "neighbours are merged"
    assert found["c1"] == "M0 0v4h1v-4zm1 0v4h1v-4zm1 0v4h1v-4z", "hours 0 to 3 of three days"


def test_a_year_of_half_hours_is_a_light_picture() -> None:
    values = [[float((7 * day + 13 * hour) % 41) for hour in range(48)] for day in range(365)]
    chart = Cells(title="t", columns=list(map(str, range(365))), lines=list(map(str, range(48))),
                  values=values, told=((), []))  # fmt: skip
    wide, narrow = draw_chart(chart)
    cells = sum(d.count("z") for d in re.findall(r'<path class="c\d"[^>]* d="([^"]*)"', wide))
    assert cells > 10_000 and len(gzip.compress(str(wide + narrow).encode())) < 12_000


def test_the_file_is_one_that_a_spreadsheet_reads_as_numbers() -> None:
    bars = [Bar("=1+1", 1.5, "1,5 kWh"), Bar("b", None, "pas de mesure")]
    figure = build_figure(Bars(title="t", bars=bars, heads=("Lieu", "kWh")))
    kind, _, told = figure.file.partition(",")
    assert kind == "data:text/csv;charset=utf-8"
    assert unquote(told) == "\ufeffLieu;kWh\r\n'=1+1;1,5\r\nb;\r\n"
    assert figure.image_address.startswith("data:image/svg+xml,")
    assert unquote(figure.image_address.partition(",")[2]) == figure.image
    assert ET.fromstring(figure.image).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314


_MACHADO = {  # Machado, Oliveira, Fernandes 2009, severity 1
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216),
               (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413),
               (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602),
               (0.004733, 0.691367, 0.303900)),
    "normal": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
}  # fmt: skip


def _lab(colour: str, sight: str) -> tuple[float, float, float]:
    rgb = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    rgb = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
    seen = [min(max(sum(a * b for a, b in zip(row, rgb, strict=True)), 0), 1)
            for row in _MACHADO[sight]]  # fmt: skip
    to = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750),
          (0.0193339, 0.1191920, 0.9503041))  # fmt: skip
    xyz = [sum(a * b for a, b in zip(row, seen, strict=True)) for row in to]
    fx, fy, fz = (
        t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116
        for t in (v / w for v, w in zip(xyz, (0.95047, 1.0, 1.08883), strict=True))
    )
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def _apart(one: str, other: str) -> float:
    pairs = ((_lab(one, sight), _lab(other, sight)) for sight in _MACHADO)
    return min(dist(*pair) for pair in pairs)


@pytest.mark.parametrize("way", ["light", "dark"])
def test_series_are_told_apart_by_every_sight(way: str) -> None:
    inks = [getattr(one, way) for one in SERIES]
    assert min(_apart(a, b) for a, b in combinations(inks, 2)) >= 20
    papers = [getattr(PAPER, way)] + ([SHADE.light] if way == "light" else [])
    assert min(compute_contrast(ink, paper) for ink in inks for paper in papers) >= 3
    classes = [getattr(one, way) for one in CLASSES]
    assert min(_apart(a, b) for a, b in pairwise(classes)) >= 13


def test_a_mark_looks_the_same_without_the_style_sheet() -> None:
    assert list_look_attributes("s1") == f'class="s1" fill="{SERIES[0].light}"'
    assert ".fig .s1{fill:var(--serie1)}" in render_figure_rules()
    assert "stroke-width" not in render_figure_rules(), "only colours turn dark"
