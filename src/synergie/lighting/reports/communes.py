"""Who gains and who loses: each commune against today, in money and beyond it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from synergie.lighting.records.effects import LightingCriterion, ScenarioEffects, Stake
from synergie.lighting.reports.brief import LightingBrief
from synergie.lighting.reports.table import groups
from synergie.lighting.reports.words import (
    STAKES,
    describe_criterion,
    describe_criterion_briefly,
    describe_stake,
    format_bare_value,
    format_colon,
    format_criterion_amount,
    format_indicator_unit,
    format_name_list,
    format_relative_change,
    format_semicolon,
    is_better,
    is_same,
    select_column_heads,
    unknown,
)
from synergie.reports.document import Block, Paragraph, Section, Table
from synergie.reports.figure.bars import Bar, Bars
from synergie.reports.figure.picture import build_figure
from synergie.reports.figure.scale import fit_scale
from synergie.reports.language import Pair, choose_text
from synergie.reports.written import format_count, format_number, format_short_name_list

_BOTH: Pair = ("gagne et perd", "gains and loses")
_GAINS: Pair = ("gagne", "gains")
_LOSES: Pair = ("perd", "loses")
_SAME: Pair = ("rien ne change", "nothing changes")
_NO_LOSS = 2
"""How grave a change is by which nothing is lost; below it is told first of many communes."""
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
        if self.does_both:
            return choose_text(*_BOTH)
        if self.loses:
            return choose_text(*_LOSES)
        if self.better:
            return choose_text(*_GAINS)
        return unknown() if self.unknown else choose_text(*_SAME)

    @property
    def does_both(self) -> bool:
        """Whether it gains by some effects and loses by others."""
        return bool(self.mixed or (self.better and self.worse))

    @property
    def loses(self) -> bool:
        """Whether it loses, and gains nothing."""
        return bool(self.worse) and not self.does_both

    @property
    def grave(self) -> int:
        """0 for one that loses alone, then 1; what loses nothing comes last."""
        return 0 if self.loses else 1 if self.does_both else _NO_LOSS


def changes(brief: LightingBrief, scenario: str) -> tuple[CommuneChange, ...]:
    """Each commune against today, in the order of the study.

    A stake is better when one of its effects is better and none is worse; money is judged by its
    complete cost, else by the bill.
    """
    if scenario not in brief.changes_told:
        found = tuple(_build_commune_change(brief, scenario, code) for code in brief.communes)
        brief.changes_told[scenario] = found
    return brief.changes_told[scenario]


def select_report_communes(brief: LightingBrief) -> tuple[str, ...]:
    """The communes that the page tells, by code: of many, those that lose go before others."""
    if len(brief.communes) <= MOST_ROWS:
        return tuple(brief.communes)
    worst: dict[str, int] = dict.fromkeys(brief.communes, _NO_LOSS)
    for one in brief.scenarios_in_play_first[1:]:
        for each in changes(brief, one.scenario):
            worst[each.commune] = min(worst[each.commune], each.grave)
    ordered = sorted(brief.communes, key=lambda code: worst[code])[:MOST_ROWS]
    return tuple(code for code in brief.communes if code in set(ordered))


def _build_commune_change(brief: LightingBrief, scenario: str, code: str) -> CommuneChange:
    found: dict[str, set[Stake]] = {"better": set(), "worse": set(), "unknown": set()}
    for told in brief.comparison.criteria:
        if told.direction == "constraint" or not brief.concerns(scenario, code, told.criterion):
            continue
        if told.stake == "cost" and told.criterion != _select_money_criterion(
            brief, scenario, code
        ):
            continue
        before, after = _read_value_pair(brief, scenario, code, told.criterion)
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


def _select_money_criterion(brief: LightingBrief, scenario: str, code: str) -> LightingCriterion:
    """What money is judged by: the complete cost where it is known, else the bill."""
    known = None not in _read_value_pair(brief, scenario, code, "net_present_cost")
    return "net_present_cost" if known else "bill"


def communes_section(brief: LightingBrief) -> Section:
    """One drawing and two tables a scenario that changes something."""
    title = choose_text(
        "Qui gagne, qui perd, commune par commune", "Who gains, who loses, commune by commune"
    )
    if not brief.communes:
        told = choose_text(
            "Aucun fichier ne dit dans quelle commune sont les luminaires : rien n'est comparé.",
            "No file tells in which commune the luminaires stand: nothing is compared.",
        )
        return Section("communes", title, (Paragraph(told),))
    blocks: list[Block] = [Paragraph(_describe_method())]
    blocks += [_summary_table(brief, group[1:]) for group in groups(brief) if len(group) > 1]
    for one in brief.scenarios_in_play_first[1:]:
        blocks += _iterate_scenario_blocks(brief, one)
    left = len(brief.communes) - len(select_report_communes(brief))
    if left:
        more = format_count(
            left,
            choose_text("autre commune est", "more commune is"),
            choose_text("autres communes sont", "more communes are"),
        )
        blocks.append(
            Paragraph(choose_text(f"{more} dans le classeur.", f"{more} in the workbook."))
        )
    return Section("communes", title, tuple(blocks))


def _describe_method() -> str:
    return choose_text(
        "Chaque commune est comparée à elle-même aujourd'hui, enjeu par enjeu, sans rien "
        "additionner : aucun n'en rachète un autre. L'argent y est jugé sur son coût complet, "
        "travaux compris, ou sur la facture quand il n'est pas connu.",
        "Each commune is compared with itself today, stake by stake, and nothing is added up: "
        "none makes up for another. Money is judged by its whole-life cost, works included, or by "
        "the bill where that cost is not known.",
    )


def _summary_table(brief: LightingBrief, group: Sequence[ScenarioEffects]) -> Table:
    """The verdict of each commune under each scenario, and its bill."""
    marks = tuple(brief.mark(one.scenario) for one in group)
    found = [
        (one.scenario, {each.commune: each for each in changes(brief, one.scenario)})
        for one in group
    ]
    bill = f"{format_semicolon()}{choose_text('facture', 'bill')}"
    rows = tuple(
        (
            brief.communes[code],
            *(
                f"{held[code].verdict}{bill} {_describe_bill_change(brief, scenario, code)}"
                for scenario, held in found
            ),
        )
        for code in select_report_communes(brief)
    )
    caption = choose_text("Verdict par commune et par scénario", "Verdict by commune and scenario")
    return Table(caption, ("Commune", *marks), rows)


def _describe_bill_change(brief: LightingBrief, scenario: str, code: str) -> str:
    before, after = _read_value_pair(brief, scenario, code, "bill")
    if before is None or after is None:
        return unknown()
    same = is_same(before, after)
    return choose_text("inchangée", "unchanged") if same else format_relative_change(after, before)


def _iterate_scenario_blocks(brief: LightingBrief, one: ScenarioEffects) -> Iterator[Block]:
    found = changes(brief, one.scenario)
    criterion, shown = (
        _select_chart_criterion(brief, one.scenario),
        set(select_report_communes(brief)),
    )
    name, mark = brief.full(one.scenario), brief.mark(one.scenario)
    table = Table(
        choose_text(
            f"Chaque commune sous {name}, contre aujourd'hui",
            f"Each commune under {name}, against today",
        ),
        _list_column_heads(),
        tuple(
            _build_commune_row(brief, one.scenario, each) for each in found if each.commune in shown
        ),
        frozenset({2, 3}),
    )
    if criterion is None:
        yield Paragraph(
            choose_text(
                f"{name} : ni facture ni énergie connue par commune.",
                f"{name}: neither bill nor energy is known by commune.",
            )
        )
        yield table
        return
    title = choose_text(
        f"{describe_criterion(criterion)} : écart de chaque commune sous {mark}",
        f"{describe_criterion(criterion)}: change of each commune under {mark}",
    )
    drawn = _build_commune_bars(brief, one.scenario, criterion)
    told = brief.criteria[criterion]
    chart = Bars(
        title=title,
        bars=drawn,
        heads=("Commune", choose_text("Écart", "Change")),
        unit=format_indicator_unit(told),
        scale=fit_scale(_iterate_all_changes(brief, criterion)),
    )
    summary = _describe_commune_changes(brief, one.scenario, found, criterion)
    yield build_figure(chart, summary=summary, table=table)


def _list_column_heads() -> tuple[str, ...]:
    return select_column_heads(
        ("Commune", "Verdict", "Facture", "Énergie", "Mieux", "Moins bien", "Les deux", "Inconnu"),
        ("Commune", "Verdict", "Bill", "Energy", "Better", "Worse", "Both", "Unknown"),
    )


def _iterate_all_changes(brief: LightingBrief, criterion: LightingCriterion) -> Iterator[float]:
    """Every change that the drawings of all scenarios show: they are compared on one scale."""
    for one in brief.scenarios_in_play_first:
        if one is not brief.today and _select_chart_criterion(brief, one.scenario) == criterion:
            for bar in _build_commune_bars(brief, one.scenario, criterion):
                yield bar.value or 0


def _select_chart_criterion(brief: LightingBrief, scenario: str) -> LightingCriterion | None:
    """What is drawn: the bill where it is known of all, else the energy."""
    keys = (brief.today.scenario, scenario)
    for criterion in _BY_MONEY:
        values = [brief.commune_value(k, c, criterion) for k in keys for c in brief.communes]
        if values and None not in values:
            return criterion
    return None


def _build_commune_bars(
    brief: LightingBrief, scenario: str, criterion: LightingCriterion
) -> list[Bar]:
    told, same = brief.criteria[criterion], choose_text(*_SAME)
    less, more = choose_text("de moins", "less"), choose_text("de plus", "more")
    found = []
    for code, name in brief.communes.items():
        before, after = _read_value_pair(brief, scenario, code, criterion)
        gap = (after or 0) - (before or 0)
        text = (
            f"{format_criterion_amount(told, abs(gap))} {less if gap < 0 else more}"
            if gap
            else same
        )
        found.append(Bar(name, gap, text))
    found.sort(key=lambda one: (one.value or 0, one.label))
    return found if len(found) <= _DRAWN else [*found[: _DRAWN // 2], *found[-_DRAWN // 2 :]]


def _read_value_pair(
    brief: LightingBrief, scenario: str, code: str, criterion: LightingCriterion
) -> tuple[float | None, float | None]:
    return (
        brief.commune_value(brief.today.scenario, code, criterion),
        brief.commune_value(scenario, code, criterion),
    )


def _build_commune_row(brief: LightingBrief, scenario: str, one: CommuneChange) -> tuple[str, ...]:
    return (
        brief.communes[one.commune],
        one.verdict,
        *(_describe_value_gap(brief, scenario, one.commune, criterion) for criterion in _BY_MONEY),
        format_stakes(one.better),
        format_stakes(one.worse),
        format_stakes(one.mixed),
        format_stakes(one.unknown),
    )


def format_stakes(found: Sequence[Stake]) -> str:
    """Stakes in a cell."""
    return format_name_list([describe_stake(one).lower() for one in found]) or choose_text(
        "rien", "nothing"
    )


def _describe_value_gap(
    brief: LightingBrief, scenario: str, code: str, criterion: LightingCriterion
) -> str:
    before, after = _read_value_pair(brief, scenario, code, criterion)
    if before is None or after is None:
        return unknown()
    share = format_relative_change(after, before)
    told = format_bare_value(criterion, after - before)
    signed = f"+{told}" if after > before else told
    return f"{signed} ({share})" if share and not is_same(before, after) else signed


def _describe_commune_changes(
    brief: LightingBrief,
    scenario: str,
    found: tuple[CommuneChange, ...],
    criterion: LightingCriterion,
) -> str:
    losers = [brief.communes[one.commune] for one in found if one.loses]
    mixed = sum(one.does_both for one in found)
    start = f"{brief.full(scenario)}, {describe_criterion_briefly(criterion)}{format_colon()}"
    if losers:
        few = _format_short_list(losers)
        lost = choose_text(
            f"perdent sans rien gagner : {few}.", f"communes that lose and gain nothing: {few}."
        )
        return f"{start}{lost}"
    if mixed:
        who = format_count(mixed, "commune gagne", "communes gagnent")
        lose = "perd" if mixed == 1 else "perdent"
        both = choose_text(
            f"{who} sur des effets et {lose} sur d'autres.",
            f"communes that gain on some effects and lose on others: {format_number(mixed)}.",
        )
        return f"{start}{both}"
    none = choose_text(
        "aucune commune ne perd sur ce qui est connu.", "no commune loses in what is known."
    )
    return f"{start}{none}"


def _format_short_list(names: list[str]) -> str:
    most = 5
    if len(names) <= most:
        return format_name_list(names)
    return format_short_name_list(names, most)
