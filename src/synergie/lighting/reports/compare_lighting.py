"""Two comparisons of one lighting study side by side: what changed, told by a sign and a word.

A reader is told of both what it may read of each; the second is held against the first.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from synergie.lighting.records.effects import (
    CommuneEffects,
    CriterionTold,
    Indicator,
    LightingComparison,
    LightingCriterion,
)
from synergie.lighting.records.kept import KeptComparison
from synergie.lighting.records.part import StudyPart, StudyView
from synergie.lighting.reports.house import scenario_name
from synergie.lighting.reports.words import (
    describe_criterion,
    describe_criterion_briefly,
    format_criterion_amount,
    format_name_list,
    is_better,
    is_same,
    select_column_heads,
    unknown,
)
from synergie.reports.compare_rows import (
    MOST_ROWS,
    SHORT,
    Row,
    build_body_rows,
    build_text_row,
    describe_unchanged,
    inputs_table,
    list_side_heads,
    missing_rows,
    money_row,
    number_row,
    park,
)
from synergie.reports.document import Block, Paragraph, Section, Table
from synergie.reports.language import Pair, choose_text
from synergie.reports.written import MINUS, PARIS, format_count, format_number, long_date

_INPUTS: Pair = ("Ce qui a changé dans les données", "What changed in the data")
_RESULTS: Pair = ("Ce qui a changé dans les effets", "What changed in the effects")
_FOR_US: Pair = ("Ce qui a changé pour nous", "What changed for us")
_BETTER: Pair = ("mieux", "better")
_WORSE: Pair = ("moins bien", "worse")


@dataclass(frozen=True, slots=True)
class _Scenario:
    """One scenario of either side, as far as it is told."""

    name: str
    state: str
    whole: Sequence[Indicator]
    communes: Sequence[CommuneEffects]


type _Scenarios = Mapping[str, _Scenario]
type _Criteria = Mapping[LightingCriterion, CriterionTold]


def lighting_comparisons(
    before: KeptComparison,
    after: KeptComparison,
    *,
    names: Mapping[str, str],
    communes: Mapping[str, str],
) -> tuple[Section, ...]:
    """Two comparisons whole, for the coordinator. TypeError for one without what it says."""
    if before.comparison is None or after.comparison is None:
        raise TypeError("comparisons are held against each other with what they say")
    left, right = (_of_all(one.comparison) for one in (before, after) if one.comparison)
    criteria = {one.criterion: one for one in after.comparison.criteria}
    return (
        Section(
            "entrees",
            choose_text(*_INPUTS),
            (inputs_table([*_iterate_comparison_rows(before, after, names)]),),
        ),
        Section(
            "resultat",
            choose_text(*_RESULTS),
            tuple(_iterate_result_blocks(left, right, criteria, communes)),
        ),
    )


def study_parts(
    before: StudyPart, after: StudyPart, *, communes: Mapping[str, str]
) -> tuple[Section, ...]:
    """A body's own part of two comparisons."""
    one, other = before.view, after.view
    seals = one.seal[:SHORT], other.seal[:SHORT]
    scenarios = len(one.scenarios), len(other.scenarios)
    rows = [
        build_text_row(choose_text("Comparaison (empreinte)", "Comparison (digest)"), *seals),
        _build_options_row(one.options, other.options),
        number_row(choose_text("Collectivités", "Bodies"), one.bodies, other.bodies),
        number_row(choose_text("Scénarios", "Scenarios"), *scenarios),
    ]
    criteria = {each.criterion: each for each in other.criteria}
    blocks = (
        _build_payment_table(one, other),
        *_iterate_result_blocks(_of_part(one), _of_part(other), criteria, communes),
    )
    return (
        Section("entrees", choose_text(*_INPUTS), (inputs_table(rows),)),
        Section("resultat", choose_text(*_FOR_US), blocks),
    )


def _build_options_row(before: str | None, after: str | None) -> Row:
    none = choose_text("aucune", "none")
    return build_text_row(
        choose_text("Options publiées", "Published options"), before or none, after or none
    )


def _iterate_comparison_rows(
    before: KeptComparison, after: KeptComparison, names: Mapping[str, str]
) -> Iterator[Row]:
    days = [long_date(one.kept_at.astimezone(PARIS).date()) for one in (before, after)]
    digests = before.problem_sha256[:SHORT], after.problem_sha256[:SHORT]
    makers = f"synergie {before.synergie}", f"synergie {after.synergie}"
    yield build_text_row(choose_text("Calculée le", "Computed on"), days[0], days[1])
    yield build_text_row(choose_text("Étude (empreinte)", "Study (digest)"), *digests)
    yield build_text_row(choose_text("Calculée par", "Computed by"), *makers)
    yield _build_options_row(before.options, after.options)
    left, right = ({one.body: one for one in made.opened} for made in (before, after))
    yield from build_body_rows(
        {key: park(one.cabinets, one.light_points) for key, one in left.items()},
        {key: park(one.cabinets, one.light_points) for key, one in right.items()},
        same={
            key
            for key in left.keys() & right.keys()
            if left[key].assets_sha256 == right[key].assets_sha256
        },
        names=names,
        what=("Parc", "Assets"),
    )
    yield from missing_rows(
        {one.body: one.reason for one in before.missing},
        {one.body: one.reason for one in after.missing},
        names,
    )


def _of_all(comparison: LightingComparison) -> _Scenarios:
    beaten: dict[str, list[str]] = {}
    for one in comparison.dominated:
        beaten.setdefault(one.scenario, []).append(one.by.upper())
    return {
        one.scenario: _Scenario(
            name=one.scenario.upper(),
            state=_describe_scenario_state(
                one.scenario in comparison.excluded, beaten.get(one.scenario, ())
            ),
            whole=one.indicators,
            communes=one.communes,
        )
        for one in comparison.scenarios
    }


def _of_part(view: StudyView) -> _Scenarios:
    totals = {one.scenario: one.indicators for one in view.totals}
    return {
        one.scenario: _Scenario(
            name=scenario_name(one.scenario, one.name),
            state=_describe_scenario_state(one.excluded, ()),
            whole=totals.get(one.scenario, ()),
            communes=one.communes,
        )
        for one in view.scenarios
    }


def _describe_scenario_state(is_excluded: bool, by: Sequence[str]) -> str:  # noqa: FBT001
    if is_excluded:
        return choose_text("écarté", "excluded")
    if not by:
        return choose_text("en jeu", "in play")
    names = format_name_list(sorted(by))
    return choose_text(f"battu par {names}", f"beaten by {names}")


def _iterate_result_blocks(
    left: _Scenarios, right: _Scenarios, criteria: _Criteria, communes: Mapping[str, str]
) -> Iterator[Block]:
    yield _build_state_table(left, right)
    yield from _iterate_total_effect_blocks(left, right, criteria)
    yield from _by_commune(left, right, criteria, communes)


def _build_state_table(left: _Scenarios, right: _Scenarios) -> Table:
    rows = []
    for key in dict.fromkeys((*left, *right)):
        one, other = left.get(key), right.get(key)
        states = ["absent" if each is None else each.state for each in (one, other)]
        if one is None or other is None:
            word = (
                choose_text("+ nouveau", "+ new")
                if one is None
                else f"{MINUS} {choose_text('retiré', 'gone')}"
            )
        else:
            word = (
                describe_unchanged()
                if states[0] == states[1]
                else choose_text("≠ différent", "≠ different")
            )
        rows.append(((other or one or _NOBODY).name, *states, word))
    caption = choose_text("Les scénarios", "The scenarios")
    return Table(caption, (choose_text("Scénario", "Scenario"), *list_side_heads()), tuple(rows))


_NOBODY = _Scenario("", "", (), ())


def _iterate_total_effect_blocks(
    left: _Scenarios, right: _Scenarios, criteria: _Criteria
) -> Iterator[Block]:
    """Effects on the whole that are not the same in both."""
    compared = [*_iterate_common_effects(left, right, criteria)]
    rows = [row for row in compared if row[-1] != describe_unchanged()]
    same = len(compared) - len(rows)
    if not rows:
        none = choose_text(
            f"Effets sur l'ensemble : {format_count(same, 'comparé')}, aucun ne change.",
            f"Effects on the whole: {format_number(same)} compared, none changes.",
        )
        yield Paragraph(none)
        return
    others = format_count(
        same,
        choose_text("autre ne change", "more does not change"),
        choose_text("autres ne changent", "more do not change"),
    )
    title = choose_text(
        f"Effets sur l'ensemble qui changent ({others} pas)",
        f"Effects on the whole that change ({others})",
    )
    columns = (
        *select_column_heads(("Scénario", "Critère"), ("Scenario", "Criterion")),
        *list_side_heads(),
    )
    yield Table(title, columns, tuple(sorted(rows))[:MOST_ROWS], frozenset({2, 3}))


def _iterate_common_effects(
    left: _Scenarios, right: _Scenarios, criteria: _Criteria
) -> Iterator[tuple[str, ...]]:
    """The effects on the whole that both sides tell."""
    for key in left.keys() & right.keys():
        before, after = (_read_indicator_values(one[key].whole) for one in (left, right))
        for criterion, told in criteria.items():
            if criterion in before and criterion in after:
                row = _build_effect_row(told, before[criterion], after[criterion])
                yield (right[key].name, *row)


def _read_indicator_values(some: Iterable[Indicator]) -> dict[LightingCriterion, float | None]:
    return {one.criterion: one.value for one in some}


def _build_effect_row(
    told: CriterionTold, before: float | None, after: float | None
) -> tuple[str, ...]:
    return (
        describe_criterion(told.criterion),
        unknown() if before is None else format_criterion_amount(told, before),
        unknown() if after is None else format_criterion_amount(told, after),
        _describe_value_change(told, before, after),
    )


def _describe_value_change(told: CriterionTold, before: float | None, after: float | None) -> str:
    if before is None or after is None:
        if before is after:
            return describe_unchanged()
        if before is None:
            return choose_text("+ connu maintenant", "+ known now")
        return choose_text(f"{MINUS} plus connu", f"{MINUS} no longer known")
    if is_same(before, after):
        return describe_unchanged()
    sign = "▼" if after < before else "▲"
    return f"{sign} {choose_text(*(_BETTER if is_better(told, after, before) else _WORSE))}"


def _by_commune(
    left: _Scenarios, right: _Scenarios, criteria: _Criteria, communes: Mapping[str, str]
) -> Iterator[Block]:
    """Who gains and who loses, commune by commune, from one comparison to the other."""
    rows = sorted(
        row
        for key in left.keys() & right.keys()
        for row in _iterate_commune_rows(left[key], right[key], criteria, communes)
    )
    if not rows:
        none = choose_text(
            "Aucune commune ne voit ses effets changer.", "The effects of no commune change."
        )
        yield Paragraph(none)
        return
    columns = select_column_heads(
        ("Commune", "Scénario", "Mieux", "Moins bien"), ("Commune", "Scenario", "Better", "Worse")
    )
    caption = choose_text(
        "Qui gagne, qui perd, d'un calcul à l'autre",
        "Who gains, who loses, from one computation to the other",
    )
    yield Table(caption, columns, tuple(rows[:MOST_ROWS]))
    left_over = len(rows) - MOST_ROWS
    if left_over > 0:
        more = format_count(
            left_over,
            choose_text("autre ligne n'est pas montrée", "more row is not shown"),
            choose_text("autres lignes ne sont pas montrées", "more rows are not shown"),
        )
        yield Paragraph(choose_text(f"{more} ici.", f"{more} here."))


def _iterate_commune_rows(
    one: _Scenario, other: _Scenario, criteria: _Criteria, communes: Mapping[str, str]
) -> Iterator[tuple[str, ...]]:
    good, bad, nothing = (
        f" {choose_text(*_BETTER)}",
        f" {choose_text(*_WORSE)}",
        choose_text("rien", "nothing"),
    )
    before = {each.insee_code: _read_indicator_values(each.indicators) for each in one.communes}
    for each in other.communes:
        if each.insee_code not in before:
            continue
        old, new = before[each.insee_code], _read_indicator_values(each.indicators)
        words = {
            criterion: _describe_value_change(told, old.get(criterion), new.get(criterion))
            for criterion, told in criteria.items()
        }
        better = [
            describe_criterion_briefly(name) for name, word in words.items() if word.endswith(good)
        ]
        worse = [
            describe_criterion_briefly(name) for name, word in words.items() if word.endswith(bad)
        ]
        if better or worse:
            name = communes.get(each.insee_code, each.insee_code)
            yield (
                name,
                other.name,
                format_name_list(better) or nothing,
                format_name_list(worse) or nothing,
            )


def _build_payment_table(one: StudyView, other: StudyView) -> Table:
    left, right = ({each.scenario: each for each in view.scenarios} for view in (one, other))
    rows = []
    for key in left.keys() & right.keys():
        before, after = left[key], right[key]
        name = scenario_name(key, after.name)
        works, bill = (
            choose_text(f"{name} : travaux", f"{name}: works"),
            choose_text(f"{name} : facture", f"{name}: bill"),
        )
        rows.append(money_row(works, before.investment_eur, after.investment_eur))
        rows.append(money_row(bill, before.bill_eur, after.bill_eur))
    caption = choose_text(
        "Ce que nous payons, en euros hors taxes", "What we pay, in euros excluding VAT"
    )
    return Table(caption, ("", *list_side_heads()), tuple(sorted(rows)), frozenset({1, 2, 3}))
