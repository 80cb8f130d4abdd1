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
    amount,
    every,
    heads,
    is_better,
    is_same,
    named,
    short,
    unknown,
)
from synergie.purchase.reports.words import PARIS
from synergie.reports.compare_rows import (
    MOST_ROWS,
    SHORT,
    Row,
    bodies,
    inputs_table,
    missing_rows,
    money_row,
    number_row,
    park,
    plain,
    sides,
    unchanged,
)
from synergie.reports.document import Block, Paragraph, Section, Table
from synergie.reports.language import Pair, say
from synergie.reports.written import MINUS, count, long_date, number

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
        Section("entrees", say(*_INPUTS), (inputs_table([*_kept_rows(before, after, names)]),)),
        Section("resultat", say(*_RESULTS), tuple(_results(left, right, criteria, communes))),
    )


def study_parts(
    before: StudyPart, after: StudyPart, *, communes: Mapping[str, str]
) -> tuple[Section, ...]:
    """A body's own part of two comparisons."""
    one, other = before.view, after.view
    seals = one.seal[:SHORT], other.seal[:SHORT]
    scenarios = len(one.scenarios), len(other.scenarios)
    rows = [
        plain(say("Comparaison (empreinte)", "Comparison (digest)"), *seals),
        _options(one.options, other.options),
        number_row(say("Collectivités", "Bodies"), one.bodies, other.bodies),
        number_row(say("Scénarios", "Scenarios"), *scenarios),
    ]
    criteria = {each.criterion: each for each in other.criteria}
    blocks = (_paid(one, other), *_results(_of_part(one), _of_part(other), criteria, communes))
    return (
        Section("entrees", say(*_INPUTS), (inputs_table(rows),)),
        Section("resultat", say(*_FOR_US), blocks),
    )


def _options(before: str | None, after: str | None) -> Row:
    none = say("aucune", "none")
    return plain(say("Options publiées", "Published options"), before or none, after or none)


def _kept_rows(
    before: KeptComparison, after: KeptComparison, names: Mapping[str, str]
) -> Iterator[Row]:
    days = [long_date(one.kept_at.astimezone(PARIS).date()) for one in (before, after)]
    digests = before.problem_sha256[:SHORT], after.problem_sha256[:SHORT]
    makers = f"synergie {before.synergie}", f"synergie {after.synergie}"
    yield plain(say("Calculée le", "Computed on"), days[0], days[1])
    yield plain(say("Étude (empreinte)", "Study (digest)"), *digests)
    yield plain(say("Calculée par", "Computed by"), *makers)
    yield _options(before.options, after.options)
    left, right = ({one.body: one for one in made.opened} for made in (before, after))
    yield from bodies(
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
            state=_state(one.scenario in comparison.excluded, beaten.get(one.scenario, ())),
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
            state=_state(one.excluded, ()),
            whole=totals.get(one.scenario, ()),
            communes=one.communes,
        )
        for one in view.scenarios
    }


def _state(is_excluded: bool, by: Sequence[str]) -> str:  # noqa: FBT001
    if is_excluded:
        return say("écarté", "excluded")
    if not by:
        return say("en jeu", "in play")
    names = every(sorted(by))
    return say(f"battu par {names}", f"beaten by {names}")


def _results(
    left: _Scenarios, right: _Scenarios, criteria: _Criteria, communes: Mapping[str, str]
) -> Iterator[Block]:
    yield _states(left, right)
    yield from _whole(left, right, criteria)
    yield from _by_commune(left, right, criteria, communes)


def _states(left: _Scenarios, right: _Scenarios) -> Table:
    rows = []
    for key in dict.fromkeys((*left, *right)):
        one, other = left.get(key), right.get(key)
        states = ["absent" if each is None else each.state for each in (one, other)]
        if one is None or other is None:
            word = say("+ nouveau", "+ new") if one is None else f"{MINUS} {say('retiré', 'gone')}"
        else:
            word = unchanged() if states[0] == states[1] else say("≠ différent", "≠ different")
        rows.append(((other or one or _NOBODY).name, *states, word))
    caption = say("Les scénarios", "The scenarios")
    return Table(caption, (say("Scénario", "Scenario"), *sides()), tuple(rows))


_NOBODY = _Scenario("", "", (), ())


def _whole(left: _Scenarios, right: _Scenarios, criteria: _Criteria) -> Iterator[Block]:
    """Effects on the whole that are not the same in both."""
    compared = [*_compared(left, right, criteria)]
    rows = [row for row in compared if row[-1] != unchanged()]
    same = len(compared) - len(rows)
    if not rows:
        none = say(
            f"Effets sur l'ensemble : {count(same, 'comparé')}, aucun ne change.",
            f"Effects on the whole: {number(same)} compared, none changes.",
        )
        yield Paragraph(none)
        return
    others = count(
        same,
        say("autre ne change", "more does not change"),
        say("autres ne changent", "more do not change"),
    )
    title = say(
        f"Effets sur l'ensemble qui changent ({others} pas)",
        f"Effects on the whole that change ({others})",
    )
    columns = (*heads(("Scénario", "Critère"), ("Scenario", "Criterion")), *sides())
    yield Table(title, columns, tuple(sorted(rows))[:MOST_ROWS], frozenset({2, 3}))


def _compared(
    left: _Scenarios, right: _Scenarios, criteria: _Criteria
) -> Iterator[tuple[str, ...]]:
    """The effects on the whole that both sides tell."""
    for key in left.keys() & right.keys():
        before, after = (_values(one[key].whole) for one in (left, right))
        for criterion, told in criteria.items():
            if criterion in before and criterion in after:
                row = _effect(told, before[criterion], after[criterion])
                yield (right[key].name, *row)


def _values(some: Iterable[Indicator]) -> dict[LightingCriterion, float | None]:
    return {one.criterion: one.value for one in some}


def _effect(told: CriterionTold, before: float | None, after: float | None) -> tuple[str, ...]:
    return (
        named(told.criterion),
        unknown() if before is None else amount(told, before),
        unknown() if after is None else amount(told, after),
        _word(told, before, after),
    )


def _word(told: CriterionTold, before: float | None, after: float | None) -> str:
    if before is None or after is None:
        if before is after:
            return unchanged()
        if before is None:
            return say("+ connu maintenant", "+ known now")
        return say(f"{MINUS} plus connu", f"{MINUS} no longer known")
    if is_same(before, after):
        return unchanged()
    sign = "▼" if after < before else "▲"
    return f"{sign} {say(*(_BETTER if is_better(told, after, before) else _WORSE))}"


def _by_commune(
    left: _Scenarios, right: _Scenarios, criteria: _Criteria, communes: Mapping[str, str]
) -> Iterator[Block]:
    """Who gains and who loses, commune by commune, from one comparison to the other."""
    rows = sorted(
        row
        for key in left.keys() & right.keys()
        for row in _communes(left[key], right[key], criteria, communes)
    )
    if not rows:
        none = say(
            "Aucune commune ne voit ses effets changer.", "The effects of no commune change."
        )
        yield Paragraph(none)
        return
    columns = heads(
        ("Commune", "Scénario", "Mieux", "Moins bien"), ("Commune", "Scenario", "Better", "Worse")
    )
    caption = say(
        "Qui gagne, qui perd, d'un calcul à l'autre",
        "Who gains, who loses, from one computation to the other",
    )
    yield Table(caption, columns, tuple(rows[:MOST_ROWS]))
    left_over = len(rows) - MOST_ROWS
    if left_over > 0:
        more = count(
            left_over,
            say("autre ligne n'est pas montrée", "more row is not shown"),
            say("autres lignes ne sont pas montrées", "more rows are not shown"),
        )
        yield Paragraph(say(f"{more} ici.", f"{more} here."))


def _communes(
    one: _Scenario, other: _Scenario, criteria: _Criteria, communes: Mapping[str, str]
) -> Iterator[tuple[str, ...]]:
    good, bad, nothing = f" {say(*_BETTER)}", f" {say(*_WORSE)}", say("rien", "nothing")
    before = {each.insee_code: _values(each.indicators) for each in one.communes}
    for each in other.communes:
        if each.insee_code not in before:
            continue
        old, new = before[each.insee_code], _values(each.indicators)
        words = {
            criterion: _word(told, old.get(criterion), new.get(criterion))
            for criterion, told in criteria.items()
        }
        better = [short(name) for name, word in words.items() if word.endswith(good)]
        worse = [short(name) for name, word in words.items() if word.endswith(bad)]
        if better or worse:
            name = communes.get(each.insee_code, each.insee_code)
            yield name, other.name, every(better) or nothing, every(worse) or nothing


def _paid(one: StudyView, other: StudyView) -> Table:
    left, right = ({each.scenario: each for each in view.scenarios} for view in (one, other))
    rows = []
    for key in left.keys() & right.keys():
        before, after = left[key], right[key]
        name = scenario_name(key, after.name)
        works, bill = (
            say(f"{name} : travaux", f"{name}: works"),
            say(f"{name} : facture", f"{name}: bill"),
        )
        rows.append(money_row(works, before.investment_eur, after.investment_eur))
        rows.append(money_row(bill, before.bill_eur, after.bill_eur))
    caption = say("Ce que nous payons, en euros hors taxes", "What we pay, in euros excluding VAT")
    return Table(caption, ("", *sides()), tuple(sorted(rows)), frozenset({1, 2, 3}))
