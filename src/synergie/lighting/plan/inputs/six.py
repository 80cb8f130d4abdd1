"""Six scenarios by rule (domain.md §6.6), with entries of the catalogue.

Today, switch-off, LED all night, LED dimmed to a half and to a third, LED and switch-off.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from statistics import median

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
LED_SHARE = 40 / 130
"""Power of a LED for that of the lamp before (domain.md §6.6)."""


def six_scenarios(
    lights: Iterable[StudyLight], catalogue: Sequence[Retrofit]
) -> tuple[tuple[LightingScenario, ...], tuple[Phrase, ...]]:
    """The scenarios S0 to S5, and in words which entry takes the place of which lamps."""
    kinds: dict[SourceType | None, _Kind] = {}
    for one in lights:
        kinds.setdefault(one.source_type, _Kind()).see(one)
    chosen, said = _select_catalogue_measures(kinds, catalogue)
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


@dataclass(slots=True)
class _Kind:
    """The luminaires of one kind of lamp."""

    many: int = 0
    watts: list[int] = field(default_factory=list)
    """Power of those whose power is known."""

    def see(self, one: StudyLight) -> None:
        """One more row."""
        self.many += one.count
        if one.power_w is not None:
            self.watts.append(one.power_w)


def _select_catalogue_measures(
    kinds: Mapping[SourceType | None, _Kind], catalogue: Sequence[Retrofit]
) -> tuple[tuple[LightingAction, ...], tuple[Phrase, ...]]:
    """One measure an entry; LED, and lamps whose kind is not known, stay."""
    chosen: dict[str, list[SourceType]] = {}
    said: list[Phrase] = []
    for kind, held in sorted(kinds.items(), key=lambda pair: (-pair[1].many, pair[0] or "")):
        many = held.many
        if kind == "LED":
            said.append(Phrase(text=_text.LED_STAYS, values=(str(many),)))
            continue
        entry = None if kind is None else _find_led_entry(kind, held.watts, catalogue)
        if kind is None or entry is None:
            said.append(Phrase(text=_text.NO_LED_FOR, values=(str(many), kind or "XX")))
            continue
        chosen.setdefault(entry.id, []).append(kind)
        said.append(Phrase(text=_text.LED_FOR, values=(str(many), kind, entry.name)))
    actions = (LightingAction(source_types=tuple(k), retrofit=key) for key, k in chosen.items())
    return tuple(actions), tuple(said)


def _find_led_entry(
    kind: SourceType, watts: Sequence[int], catalogue: Sequence[Retrofit]
) -> Retrofit | None:
    """The LED entry that can do all that the six scenarios ask for.

    It fits the lamp; one that can be dimmed and follow a schedule by itself goes before others,
    then one with the nearest power to `LED_SHARE` of the median lamp, then the catalogue's order.
    """
    aim = LED_SHARE * median(watts) if watts else None
    fits = [one for one in catalogue if one.source_type == "LED" and _is_entry_for_lamp(one, kind)]
    return min(
        fits,
        key=lambda one: (not (one.dimmable and one.autonomous), _compute_power_distance(one, aim)),
        default=None,
    )


def _is_entry_for_lamp(one: Retrofit, kind: SourceType) -> bool:
    return not one.fits or kind in one.fits


def _compute_power_distance(one: Retrofit, aim: float | None) -> float:
    if one.power_w is None:
        return inf if one.power_share is None else 0.0
    return 0.0 if aim is None else abs(one.power_w - aim)
