"""Who gains and who loses: each commune against today, in money and beyond it."""

from collections.abc import Iterator
from dataclasses import dataclass

from synergie.reports.bars import Bar
from synergie.reports.document import Block, Figure, Paragraph, Section, Table
from synergie.reports.french import number
from synergie.reports.lighting_bars import both_sides
from synergie.reports.lighting_brief import LightingBrief
from synergie.reports.lighting_words import (
    UNKNOWN,
    amount,
    bare,
    change,
    is_better,
    is_same,
    named,
    short,
)
from synergie.reports.purchase_words import listed
from synergie.schemas.lighting_effects import CriterionTold, LightingCriterion, ScenarioEffects

_DRAWN = 40
"""Most communes that a drawing shows; its table has all of them."""
_BY_MONEY: tuple[LightingCriterion, ...] = ("bill", "energy")


@dataclass(frozen=True, slots=True)
class CommuneChange:
    """What a scenario changes for one commune."""

    commune: str
    better: tuple[LightingCriterion, ...]
    worse: tuple[LightingCriterion, ...]
    unknown: tuple[LightingCriterion, ...]

    @property
    def verdict(self) -> str:
        """In one word."""
        if self.better and self.worse:
            return "gagne et perd"
        if self.better:
            return "gagne"
        if self.worse:
            return "perd"
        return UNKNOWN if self.unknown else "rien ne change"


def changes(brief: LightingBrief, scenario: str) -> tuple[CommuneChange, ...]:
    """Each commune against today, in the order of the study."""
    today = brief.today.scenario
    told = [one for one in brief.comparison.criteria if one.direction != "constraint"]
    return tuple(_change(brief, (today, scenario), code, told) for code in brief.communes)


def _change(
    brief: LightingBrief, both: tuple[str, str], code: str, told: list[CriterionTold]
) -> CommuneChange:
    better: list[LightingCriterion] = []
    worse: list[LightingCriterion] = []
    unknown: list[LightingCriterion] = []
    for one in told:
        if (both[1], code, one.criterion) not in brief._communes:  # noqa: SLF001
            continue
        before, after = (brief.commune_value(key, code, one.criterion) for key in both)
        if before is None or after is None:
            unknown.append(one.criterion)
        elif not is_same(before, after):
            (better if is_better(one, after, before) else worse).append(one.criterion)
    return CommuneChange(code, tuple(better), tuple(worse), tuple(unknown))


def communes_section(brief: LightingBrief) -> Section:
    """One drawing and two tables a scenario that changes something."""
    title = "Qui gagne, qui perd, commune par commune"
    if not brief.communes:
        told = "Aucun fichier ne dit dans quelle commune sont les luminaires : rien n'est comparé."
        return Section("communes", title, (Paragraph(told),))
    blocks: list[Block] = [
        Paragraph(
            "Chaque commune est comparée à elle-même aujourd'hui. « Mieux » et « moins bien » "
            "comptent les effets connus, sans les additionner : aucun n'en rachète un autre."
        )
    ]
    for one in brief.shown[1:]:
        blocks += _of(brief, one)
    return Section("communes", title, tuple(blocks))


def _of(brief: LightingBrief, one: ScenarioEffects) -> Iterator[Block]:
    found = changes(brief, one.scenario)
    criterion = _drawn(brief, one.scenario)
    table = Table(
        f"Chaque commune sous {brief.full(one.scenario)}, contre aujourd'hui",
        ("Commune", "Verdict", "Facture", "Énergie", "Mieux", "Moins bien", "Inconnu"),
        tuple(_row(brief, one.scenario, each) for each in found),
        frozenset({2, 3}),
    )
    if criterion is None:
        yield Paragraph(f"{brief.full(one.scenario)} : ni facture ni énergie connue par commune.")
        yield table
        return
    title = f"{named(criterion)} : écart de chaque commune sous {brief.mark(one.scenario)}"
    drawing = both_sides(title, _bars(brief, one.scenario, criterion))
    yield Figure(_summary(brief, one.scenario, found, criterion), drawing, table)


def _drawn(brief: LightingBrief, scenario: str) -> LightingCriterion | None:
    """What is drawn: the bill where it is known of all, else the energy."""
    keys = (brief.today.scenario, scenario)
    for criterion in _BY_MONEY:
        values = [brief.commune_value(k, c, criterion) for k in keys for c in brief.communes]
        if values and None not in values:
            return criterion
    return None


def _bars(brief: LightingBrief, scenario: str, criterion: LightingCriterion) -> list[Bar]:
    told = brief.criteria[criterion]
    found = []
    for code, name in brief.communes.items():
        before, after = _pair(brief, scenario, code, criterion)
        gap = (after or 0) - (before or 0)
        word = "de moins" if gap < 0 else "de plus"
        text = f"{amount(told, abs(gap))} {word}" if gap else "rien ne change"
        found.append(Bar(name, gap, text))
    found.sort(key=lambda one: (one.value, one.label))
    return found if len(found) <= _DRAWN else [*found[: _DRAWN // 2], *found[-_DRAWN // 2 :]]


def _pair(
    brief: LightingBrief, scenario: str, code: str, criterion: LightingCriterion
) -> tuple[float | None, float | None]:
    return (
        brief.commune_value(brief.today.scenario, code, criterion),
        brief.commune_value(scenario, code, criterion),
    )


def _row(brief: LightingBrief, scenario: str, one: CommuneChange) -> tuple[str, ...]:
    return (
        brief.communes[one.commune],
        one.verdict,
        *(_gap(brief, scenario, one.commune, criterion) for criterion in _BY_MONEY),
        _listed(one.better),
        _listed(one.worse),
        _listed(one.unknown),
    )


def _listed(criteria: tuple[LightingCriterion, ...]) -> str:
    return listed([short(one) for one in criteria]) or "rien"


def _gap(brief: LightingBrief, scenario: str, code: str, criterion: LightingCriterion) -> str:
    before, after = _pair(brief, scenario, code, criterion)
    if before is None or after is None:
        return UNKNOWN
    share = change(after, before)
    told = bare(criterion, after - before)
    signed = f"+{told}" if after > before else told
    return f"{signed} ({share})" if share and not is_same(before, after) else signed


def _summary(
    brief: LightingBrief,
    scenario: str,
    found: tuple[CommuneChange, ...],
    criterion: LightingCriterion,
) -> str:
    losers = [brief.communes[one.commune] for one in found if one.worse and not one.better]
    mixed = sum(bool(one.worse and one.better) for one in found)
    start = f"{brief.full(scenario)}, {short(criterion)} : "
    if losers:
        return f"{start}perdent sans rien gagner : {_few(losers)}."
    if mixed:
        return f"{start}{number(mixed)} communes gagnent sur des effets et perdent sur d'autres."
    return f"{start}aucune commune ne perd sur ce qui est connu."


def _few(names: list[str]) -> str:
    most = 5
    if len(names) <= most:
        return listed(names)
    return f"{', '.join(names[:most])} et {number(len(names) - most)} autres"
