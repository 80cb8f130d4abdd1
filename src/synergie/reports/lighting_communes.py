"""Who gains and who loses: each commune against today, in money and beyond it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from synergie.reports.bars import Bar, bars
from synergie.reports.document import Block, Figure, Paragraph, Section, Table
from synergie.reports.lighting_bars import both_sides
from synergie.reports.lighting_brief import LightingBrief
from synergie.reports.lighting_table import groups
from synergie.reports.lighting_words import (
    STAKES,
    UNKNOWN,
    amount,
    bare,
    change,
    every,
    is_better,
    is_same,
    named,
    short,
)
from synergie.reports.written import number
from synergie.schemas.lighting_effects import LightingCriterion, ScenarioEffects, Stake

_GRAVE = {"perd": 0, "gagne et perd": 1}
"""What is told first of many communes."""
MOST_ROWS = 60
"""Most communes of a table of the page; the workbook has all of them."""
_DRAWN = 16
"""Most communes that a drawing shows; its table has all of them."""
_BY_MONEY: tuple[LightingCriterion, ...] = ("bill", "energy")


@dataclass(frozen=True, slots=True)
class CommuneChange:
    """What a scenario changes for one commune, stake by stake."""

    commune: str
    better: tuple[Stake, ...]
    worse: tuple[Stake, ...]
    mixed: tuple[Stake, ...]
    """Those of which one effect is better and another worse."""
    unknown: tuple[Stake, ...]

    @property
    def verdict(self) -> str:
        """In one word."""
        if self.mixed or (self.better and self.worse):
            return "gagne et perd"
        if self.better:
            return "gagne"
        if self.worse:
            return "perd"
        return UNKNOWN if self.unknown else "rien ne change"


def changes(brief: LightingBrief, scenario: str) -> tuple[CommuneChange, ...]:
    """Each commune against today, in the order of the study.

    A stake is better when one of its effects is better and none is worse; money is judged by its
    complete cost, else by the bill.
    """
    if scenario not in brief.changes_told:
        found = tuple(_change(brief, scenario, code) for code in brief.communes)
        brief.changes_told[scenario] = found
    return brief.changes_told[scenario]


def shown_communes(brief: LightingBrief) -> tuple[str, ...]:
    """The communes that the page tells, by code: of many, those that lose go before others."""
    if len(brief.communes) <= MOST_ROWS:
        return tuple(brief.communes)
    worst: dict[str, int] = dict.fromkeys(brief.communes, len(_GRAVE))
    for one in brief.shown[1:]:
        for each in changes(brief, one.scenario):
            grave = _GRAVE.get(each.verdict, len(_GRAVE))
            worst[each.commune] = min(worst[each.commune], grave)
    ordered = sorted(brief.communes, key=lambda code: worst[code])[:MOST_ROWS]
    return tuple(code for code in brief.communes if code in set(ordered))


def _change(brief: LightingBrief, scenario: str, code: str) -> CommuneChange:
    found: dict[str, set[Stake]] = {"better": set(), "worse": set(), "unknown": set()}
    for told in brief.comparison.criteria:
        if told.direction == "constraint" or not brief.concerns(scenario, code, told.criterion):
            continue
        if told.stake == "cost" and told.criterion != _money(brief, scenario, code):
            continue
        before, after = _pair(brief, scenario, code, told.criterion)
        if before is None or after is None:
            found["unknown"].add(told.stake)
        elif not is_same(before, after):
            found["better" if is_better(told, after, before) else "worse"].add(told.stake)
    found["mixed"] = found["better"] & found["worse"]
    for name in ("better", "worse"):
        found[name] = found[name] - found["mixed"]
    found["unknown"] -= found["better"] | found["worse"] | found["mixed"]
    ordered = {name: tuple(one for one in STAKES if one in held) for name, held in found.items()}
    return CommuneChange(code, **ordered)


def _money(brief: LightingBrief, scenario: str, code: str) -> LightingCriterion:
    """What money is judged by: the complete cost where it is known, else the bill."""
    known = None not in _pair(brief, scenario, code, "net_present_cost")
    return "net_present_cost" if known else "bill"


def communes_section(brief: LightingBrief) -> Section:
    """One drawing and two tables a scenario that changes something."""
    title = "Qui gagne, qui perd, commune par commune"
    if not brief.communes:
        told = "Aucun fichier ne dit dans quelle commune sont les luminaires : rien n'est comparé."
        return Section("communes", title, (Paragraph(told),))
    blocks: list[Block] = [
        Paragraph(
            "Chaque commune est comparée à elle-même aujourd'hui, enjeu par enjeu, sans rien "
            "additionner : aucun n'en rachète un autre. L'argent y est jugé sur son coût complet, "
            "travaux compris, ou sur la facture quand il n'est pas connu."
        )
    ]
    blocks += [_summary_table(brief, group[1:]) for group in groups(brief) if len(group) > 1]
    for one in brief.shown[1:]:
        blocks += _of(brief, one)
    left = len(brief.communes) - len(shown_communes(brief))
    if left:
        blocks.append(Paragraph(f"{number(left)} autres communes sont dans le classeur."))
    return Section("communes", title, tuple(blocks))


def _summary_table(brief: LightingBrief, group: Sequence[ScenarioEffects]) -> Table:
    """The verdict of each commune under each scenario, and its bill."""
    marks = tuple(brief.mark(one.scenario) for one in group)
    found = [
        (one.scenario, {each.commune: each for each in changes(brief, one.scenario)})
        for one in group
    ]
    rows = tuple(
        (
            brief.communes[code],
            *(
                f"{held[code].verdict} ; facture {_share(brief, scenario, code)}"
                for scenario, held in found
            ),
        )
        for code in shown_communes(brief)
    )
    return Table("Verdict par commune et par scénario", ("Commune", *marks), rows)


def _share(brief: LightingBrief, scenario: str, code: str) -> str:
    before, after = _pair(brief, scenario, code, "bill")
    if before is None or after is None:
        return UNKNOWN
    return "inchangée" if is_same(before, after) else change(after, before)


def _of(brief: LightingBrief, one: ScenarioEffects) -> Iterator[Block]:
    found = changes(brief, one.scenario)
    criterion, shown = _drawn(brief, one.scenario), set(shown_communes(brief))
    table = Table(
        f"Chaque commune sous {brief.full(one.scenario)}, contre aujourd'hui",
        ("Commune", "Verdict", "Facture", "Énergie", "Mieux", "Moins bien", "Les deux", "Inconnu"),
        tuple(_row(brief, one.scenario, each) for each in found if each.commune in shown),
        frozenset({2, 3}),
    )
    if criterion is None:
        yield Paragraph(f"{brief.full(one.scenario)} : ni facture ni énergie connue par commune.")
        yield table
        return
    title = f"{named(criterion)} : écart de chaque commune sous {brief.mark(one.scenario)}"
    drawn = _bars(brief, one.scenario, criterion)
    drawing = (
        both_sides(title, drawn) if any(bar.value > 0 for bar in drawn) else _falls(title, drawn)
    )
    yield Figure(_summary(brief, one.scenario, found, criterion), drawing, table)


def _falls(title: str, drawn: Sequence[Bar]) -> Markup:
    """Bars from the edge, when all of them fall."""
    return bars(title, [Bar(one.label, -one.value, one.text) for one in drawn])


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
        stakes(one.better),
        stakes(one.worse),
        stakes(one.mixed),
        stakes(one.unknown),
    )


def stakes(found: Sequence[Stake]) -> str:
    """Stakes in a cell."""
    return every([STAKES[one].lower() for one in found]) or "rien"


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
    losers = [brief.communes[one.commune] for one in found if one.verdict == "perd"]
    mixed = sum(one.verdict == "gagne et perd" for one in found)
    start = f"{brief.full(scenario)}, {short(criterion)} : "
    if losers:
        return f"{start}perdent sans rien gagner : {_few(losers)}."
    if mixed:
        return f"{start}{number(mixed)} communes gagnent sur des effets et perdent sur d'autres."
    return f"{start}aucune commune ne perd sur ce qui est connu."


def _few(names: list[str]) -> str:
    most = 5
    if len(names) <= most:
        return every(names)
    return f"{', '.join(names[:most])} et {number(len(names) - most)} autres"
