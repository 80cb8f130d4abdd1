"""Six scenarios by rule (domain.md §6.6), with entries of the catalogue.

Today, switch-off, LED all night, LED dimmed to a half and to a third, LED and switch-off.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from synergie.scenarios.inputs import _text
from synergie.scenarios.inputs.schedules import FULL_NIGHT, OFF, off_schedule
from synergie.schemas.light_point import SourceType
from synergie.schemas.lighting_schedule import LightingSchedule, ScheduleSpan
from synergie.schemas.lighting_study import LightingScenario, Measure, StudyLight
from synergie.schemas.plan import Phrase
from synergie.schemas.retrofit import Retrofit

SOURCE = "assumed"
OFF_SCHEDULE = off_schedule(OFF, "off-0000-0530", SOURCE)
"""Off from 0 h to 5 h 30, by the clock of the cabinet."""


def _dimmed(percent: int) -> LightingSchedule:
    span = ScheduleSpan(starts="22:00", ends="06:00", light_share=percent / 100)
    return LightingSchedule(
        id=f"dim-{percent}-2200-0600",
        name=f"Abaissement à {percent}\u00a0% de 22 h à 6 h",
        executor="luminaire",
        spans=(span,),
        source=SOURCE,
    )


LED_OFF = OFF_SCHEDULE.model_copy(
    update={
        "id": "led-off-0000-0530", "executor": "luminaire",
        "name": f"{OFF_SCHEDULE.name}, par le luminaire",
    }
)  # fmt: skip
"""The same by a driver in each luminaire, behind cabinets that cannot be programmed."""
DIM_50, DIM_30 = _dimmed(50), _dimmed(30)
"""Half of the light, and 30 % of it, from 22 h to 6 h, by a driver in each luminaire."""
SCHEDULES = (FULL_NIGHT, OFF_SCHEDULE, LED_OFF, DIM_50, DIM_30)
"""The schedules of the six scenarios."""


def six_scenarios(
    lights: Iterable[StudyLight], catalogue: Sequence[Retrofit]
) -> tuple[tuple[LightingScenario, ...], tuple[Phrase, ...]]:
    """The scenarios S0 to S5, and in words which entry takes the place of which lamps."""
    counts: Counter[SourceType | None] = Counter()
    for one in lights:
        counts[one.source_type] += one.count
    chosen, said = _entries(counts, catalogue)
    return (
        _scenario("s0", "Aujourd'hui"),
        _scenario("s1", "Extinction de 0 h à 5 h 30", *_night(OFF_SCHEDULE)),
        _scenario("s2", "LED toute la nuit", *chosen, *_night(FULL_NIGHT)),
        _scenario("s3", "LED, lumière à 50 % de 22 h à 6 h", *chosen, *_night(DIM_50)),
        _scenario("s4", "LED, lumière à 30 % de 22 h à 6 h", *chosen, *_night(DIM_30)),
        _scenario(
            "s5", "LED, extinction de 0 h à 5 h 30 partout", *chosen, *_night(LED_OFF),
            Measure(programmable=True, schedule=OFF_SCHEDULE.id),
        ),
    ), said  # fmt: skip


def _scenario(key: str, name: str, *measures: Measure) -> LightingScenario:
    return LightingScenario(id=key, name=name, measures=measures)


def _night(schedule: LightingSchedule) -> tuple[Measure, ...]:
    return (Measure(schedule=schedule.id),)


def _entries(
    counts: Counter[SourceType | None], catalogue: Sequence[Retrofit]
) -> tuple[tuple[Measure, ...], tuple[Phrase, ...]]:
    """One measure a kind of lamp that is not LED; a lamp whose kind is not known stays."""
    measures, said = [], []
    for kind, many in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0] or "")):
        if kind == "LED":
            said.append(Phrase(text=_text.LED_STAYS, values=(str(many),)))
            continue
        entry = None if kind is None else _led(kind, catalogue)
        if kind is None or entry is None:
            said.append(Phrase(text=_text.NO_LED_FOR, values=(str(many), kind or "XX")))
            continue
        measures.append(Measure(source_types=(kind,), retrofit=entry.id))
        said.append(Phrase(text=_text.LED_FOR, values=(str(many), kind, entry.name)))
    return tuple(measures), tuple(said)


def _led(kind: SourceType, catalogue: Sequence[Retrofit]) -> Retrofit | None:
    """The LED entry that can do all that the six scenarios ask for, the best known of them.

    It must fit the lamp; one that can be dimmed and follow a schedule by itself goes before others,
    then one whose power is known, then the order of the catalogue.
    """
    fits = [one for one in catalogue if one.source_type == "LED" and _fits(one, kind)]
    return min(fits, key=lambda one: (not (one.dimmable and one.autonomous), _unknown(one)),
               default=None)  # fmt: skip


def _fits(one: Retrofit, kind: SourceType) -> bool:
    return not one.fits or kind in one.fits


def _unknown(one: Retrofit) -> int:
    return (one.power_w is None and one.power_share is None) + (one.price_eur is None)
