"""Six scenarios by rule (domain.md §6.6), with entries of the catalogue.

Today, switch-off, LED all night, LED dimmed to a half and to a third, LED and switch-off.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from synergie.lighting.plan.design import select_led_family
from synergie.lighting.plan.house_names import SIX
from synergie.lighting.plan.inputs import _text
from synergie.lighting.records.retrofit import Retrofit
from synergie.lighting.records.study import LightingAction, LightingScenario, StudyLight
from synergie.schemas.assets.light_point import SourceType
from synergie.schemas.plan import Phrase

FULL_NIGHT = "full-night"
"""Full light while the sun is low."""
OFF, LED_OFF = "off-0000-0530", "led-off-0000-0530"
"""Off from 0 h to 5 h 30: by the clock of the cabinet, by a driver in each luminaire."""
DIM_50, DIM_30 = "dim-50-2200-0600", "dim-30-2200-0600"
"""Half of the light, and 30 % of it, from 22 h to 6 h, by a driver in each luminaire."""


def six_scenarios(
    lights: Iterable[StudyLight], catalogue: Sequence[Retrofit]
) -> tuple[tuple[LightingScenario, ...], tuple[Phrase, ...]]:
    """The scenarios S0 to S5, and in words what takes the place of which lamps.

    Each luminaire that is no LED takes the smallest entry that gives its road its light
    (`plan.design`): one for all lamps of a kind gave some twice their light.
    """
    kinds: Counter[SourceType | None] = Counter()
    for one in lights:
        kinds[one.source_type] += one.count
    among = select_led_family(catalogue)
    chosen, said = _select_measures(kinds, among)
    led = (("s2", FULL_NIGHT), ("s3", DIM_50), ("s4", DIM_30))
    off = (LightingAction(schedule=LED_OFF), LightingAction(programmable=True, schedule=OFF))
    return (
        _build_standard_scenario("s0"),
        _build_standard_scenario("s1", LightingAction(schedule=OFF)),
        *(_build_standard_scenario(key, *chosen, LightingAction(schedule=to)) for key, to in led),
        _build_standard_scenario("s5", *chosen, *off),
    ), said


def _build_standard_scenario(key: str, *actions: LightingAction) -> LightingScenario:
    return LightingScenario(id=key, name=SIX[key][0], actions=actions)


def _select_measures(
    kinds: Counter[SourceType | None], among: Sequence[Retrofit]
) -> tuple[tuple[LightingAction, ...], tuple[Phrase, ...]]:
    """One measure for all kinds of lamp that an entry may replace; LED and unknown ones stay."""
    said: list[Phrase] = []
    replaced: list[SourceType] = []
    for kind, many in sorted(kinds.items(), key=lambda pair: (-pair[1], pair[0] or "")):
        values = (str(many), kind or "XX")
        if kind == "LED":
            said.append(Phrase(text=_text.LED_STAYS, values=values[:1]))
        elif kind is None or not any(not one.fits or kind in one.fits for one in among):
            said.append(Phrase(text=_text.NO_LED_FOR, values=values))
        else:
            replaced.append(kind)
            said.append(Phrase(text=_text.LED_BY_FLUX, values=(*values, str(len(among)))))
    if not replaced:
        return (), tuple(said)
    action = LightingAction(
        source_types=tuple(replaced), retrofit_among=tuple(one.id for one in among)
    )
    return (action,), tuple(said)
