"""The park of a study as columns: what is known, what is not, what cannot be."""

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.errors import BadInput
from synergie.lighting.plan import places
from synergie.lighting.plan.lights import park_of
from synergie.lighting.plan.measured import SOURCES
from synergie.lighting.records.study import Corridor, PriorityPlace
from synergie.schemas.assets.location import Location
from tests.scenarios.effects_cases import LED, OFF, POMPEY, SCHEDULES, cabinet, light, study

STOP = PriorityPlace(id="stop", kind="stop", location=POMPEY)
NEAR = Location(longitude=6.1303, latitude=48.7701)  # 24.6 m away
FAR = Location(longitude=6.1305, latitude=48.77)  # 36.6 m away
SQUARE = Corridor(
    id="z", rings=(((6.13, 48.76), (6.14, 48.76), (6.14, 48.78), (6.13, 48.78), (6.13, 48.76)),)
)


def test_what_a_light_does_not_tell_is_not_known() -> None:
    bare = light("l1", cabinet=None, source_type=None, power_w=None, flux_lm=None, ulr=None)
    park = park_of(study([bare]))
    figures = (park.power_w, park.flux_lm, park.ulr, park.cct_k, park.installed, park.longitude)
    assert all(np.isnan(one[0]) for one in figures)
    of = (park.cabinet, park.commune, park.source, park.schedule, park.priority, park.corridor)
    assert [int(one[0]) for one in of] == [-1] * 6


def test_what_is_told_stands_in_its_column() -> None:
    told = light("l1", count=3, cct_k=2200, installed_on=date(2020, 1, 1), location=NEAR)
    park = park_of(study([told]))
    found = (park.count, park.power_w, park.flux_lm, park.ulr, park.cct_k, park.installed)
    assert [float(one[0]) for one in found] == [3, 130, 9000, 0.1, 2200, 2020.0]
    assert SOURCES[park.source[0]] == "SHP"
    assert (park.longitude[0], park.latitude[0]) == (6.1303, 48.7701)


def test_a_light_takes_place_commune_and_schedule_of_its_cabinet() -> None:
    boxes = [cabinet("c1", schedule="off", insee_code="54318"), cabinet("c2")]
    lights = [light("a"), light("b", cabinet="c2"), light("c", schedule="half", insee_code="54430")]
    park = park_of(study(lights, boxes))
    assert park.schedule.tolist() == [1, 0, 2]
    assert park.commune.tolist() == [1, 0, 0]
    assert park.longitude.tolist() == [6.13] * 3


def test_without_a_schedule_of_the_sun_alone_none_is_assumed() -> None:
    assert park_of(study(schedules=(OFF,))).schedule.tolist() == [-1]
    assert park_of(study(schedules=SCHEDULES[::-1])).schedule.tolist() == [len(SCHEDULES) - 1]


def test_a_priority_place_is_lit_from_within_its_radius() -> None:
    lights = [
        light("near", location=NEAR),
        light("far", location=FAR),
        light("nowhere"),
        light("told", location=FAR, is_priority=True),
        light("denied", location=NEAR, is_priority=False),
    ]
    assert park_of(study(lights, places=(STOP,))).priority.tolist() == [1, 0, -1, 1, 0]
    wider = STOP.model_copy(update={"radius_m": 40.0})
    assert park_of(study(lights, places=(wider,))).priority.tolist() == [1, 1, -1, 1, 0]
    assert park_of(study(lights, places=())).priority.tolist() == [0, 0, -1, 1, 0]
    assert park_of(study(lights)).priority.tolist() == [-1, -1, -1, 1, 0]


def test_a_corridor_holds_what_stands_in_it_or_near() -> None:
    west = Location(longitude=6.1297, latitude=48.77)  # 22 m outside
    lights = [
        light("in", location=NEAR),
        light("out", location=west),
        light("nowhere"),
        light("told", location=west, in_corridor=True),
    ]
    assert park_of(study(lights, corridors=(SQUARE,))).corridor.tolist() == [1, 0, -1, 1]
    near = study(lights, corridors=(SQUARE,), corridor_margin_m=30.0)
    assert park_of(near).corridor.tolist() == [1, 1, -1, 1]
    assert park_of(study(lights, corridors=())).corridor.tolist() == [0, 0, -1, 1]
    assert park_of(study(lights)).corridor.tolist() == [-1, -1, -1, 1]


DEGREES = st.tuples(st.floats(6.0, 6.01), st.floats(48.7, 48.71))


@given(st.lists(DEGREES, max_size=30), st.lists(st.tuples(DEGREES, st.floats(1, 1000)), max_size=4))
def test_near_is_what_each_distance_says(
    points: list[tuple[float, float]], of: list[tuple[tuple[float, float], float]]
) -> None:
    told = [
        PriorityPlace(
            id=f"p{n}", kind="other", radius_m=radius,
            location=Location(longitude=x, latitude=y),
        )
        for n, ((x, y), radius) in enumerate(of)
    ]  # fmt: skip
    xs, ys = (np.array([one[axis] for one in points], float) for axis in (0, 1))
    found = places.mark_points_near_places(told, xs, ys)
    for n, (x, y) in enumerate(points):
        away = [
            places.compute_distances_m(a, b, np.array([x]), np.array([y]))[0] - r
            for (a, b), r in of
        ]
        assert found[n] == (min(away, default=1.0) <= 0)


def test_a_degree_of_the_meridian_is_111_195_m() -> None:
    found = places.compute_distances_m(6.0, 48.0, np.array([6.0, 7.0]), np.array([49.0, 48.0]))
    assert found == pytest.approx([111_195.08, 74_403.25], abs=0.6)


@pytest.mark.parametrize(
    ("told", "where"),
    [
        ({"lights": (light("a"), light("b", cabinet="c9"))}, "/lights/1/cabinet"),
        ({"lights": (light("a", schedule="none"),)}, "/lights/0/schedule"),
        ({"lights": (light("a", insee_code="54000"),)}, "/lights/0/insee_code"),
        ({"cabinets": (cabinet("c1", schedule="none"),)}, "/cabinets/0/schedule"),
        ({"cabinets": (cabinet("c1", insee_code="54000"),)}, "/cabinets/0/insee_code"),
        ({"lights": (light("a", power_w=30, flux_lm=7501),)}, "/lights/0/flux_lm"),
        ({"lights": (light("a", power_w=0, flux_lm=100),)}, "/lights/0/flux_lm"),
        ({"lights": (light("a", power_w=None, flux_lm=10_000_000),)}, "/lights/0/flux_lm"),
        ({"lights": (light("a", flux_lm=0),)}, "/lights/0/flux_lm"),
        ({"lights": (light("a", power_w=30_001, flux_lm=None),)}, "/lights/0/power_w"),
        ({"retrofits": (LED, LED.model_copy(update={"id": "x", "power_w": 40_000}))},
         "/retrofits/1/power_w"),
        ({"retrofits": (LED.model_copy(update={"flux_lm": 10_001}),)}, "/retrofits/0/flux_lm"),
        ({"retrofits": (LED.model_copy(update={"flux_lm": 10**7}),)}, "/retrofits/0/flux_lm"),
    ],
    ids=[
        "cabinet", "schedule", "commune", "schedule-of-cabinet", "commune-of-cabinet",
        "too-bright", "no-power", "ten-million", "no-flux", "thirty-kilowatts",
        "entry-of-forty-kilowatts", "entry-too-bright", "entry-ten-million",
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_at_its_place(told: dict[str, Any], where: str) -> None:
    with pytest.raises(BadInput) as refused:
        park_of(study(**told))
    assert refused.value.where == where


def test_what_just_can_be_is_taken() -> None:
    lamps = [light("a", power_w=30, flux_lm=7500), light("b", power_w=0, flux_lm=None)]
    assert park_of(study(lamps)).flux_lm[0] == 7500
