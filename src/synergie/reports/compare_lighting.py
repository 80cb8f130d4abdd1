"""Two comparisons of one lighting study side by side: what changed, told by a sign and a word.

A reader is told of both what it may read of each; the second is held against the first.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from synergie.reports._compare_rows import (
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
from synergie.reports.lighting_words import UNKNOWN, amount, every, is_better, is_same, named, short
from synergie.reports.purchase_words import PARIS
from synergie.reports.written import MINUS, long_date, number
from synergie.schemas.lighting_effects import (
    CommuneEffects,
    CriterionTold,
    Indicator,
    LightingComparison,
    LightingCriterion,
)
from synergie.schemas.lighting_kept import KeptComparison
from synergie.schemas.lighting_part import StudyPart, StudyView

_INPUTS = "Ce qui a changé dans les données"
_RESULTS = "Ce qui a changé dans les effets"


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
        Section("entrees", _INPUTS, (inputs_table([*_kept_rows(before, after, names)]),)),
        Section("resultat", _RESULTS, tuple(_results(left, right, criteria, communes))),
    )


def study_parts(
    before: StudyPart, after: StudyPart, *, communes: Mapping[str, str]
) -> tuple[Section, ...]:
    """A body's own part of two comparisons."""
    one, other = before.view, after.view
    rows = [
        plain("Comparaison (empreinte)", one.seal[:SHORT], other.seal[:SHORT]),
        plain("Options publiées", one.options or "aucune", other.options or "aucune"),
        number_row("Collectivités", one.bodies, other.bodies),
        number_row("Scénarios", len(one.scenarios), len(other.scenarios)),
    ]
    criteria = {each.criterion: each for each in other.criteria}
    blocks = (_paid(one, other), *_results(_of_part(one), _of_part(other), criteria, communes))
    return (
        Section("entrees", _INPUTS, (inputs_table(rows),)),
        Section("resultat", "Ce qui a changé pour nous", blocks),
    )


def _kept_rows(
    before: KeptComparison, after: KeptComparison, names: Mapping[str, str]
) -> Iterator[Row]:
    days = [long_date(one.kept_at.astimezone(PARIS).date()) for one in (before, after)]
    yield plain("Calculée le", days[0], days[1])
    yield plain("Étude (empreinte)", before.problem_sha256[:SHORT], after.problem_sha256[:SHORT])
    yield plain("Calculée par", f"synergie {before.synergie}", f"synergie {after.synergie}")
    yield plain("Options publiées", before.options or "aucune", after.options or "aucune")
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
            name=one.name,
            state=_state(one.excluded, ()),
            whole=totals.get(one.scenario, ()),
            communes=one.communes,
        )
        for one in view.scenarios
    }


def _state(is_excluded: bool, by: Sequence[str]) -> str:  # noqa: FBT001
    if is_excluded:
        return "écarté"
    return f"battu par {every(sorted(by))}" if by else "en jeu"


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
            word = "+ nouveau" if one is None else f"{MINUS} retiré"
        else:
            word = unchanged() if states[0] == states[1] else "≠ différent"
        rows.append(((other or one or _NOBODY).name, *states, word))
    return Table("Les scénarios", ("Scénario", *sides()), tuple(rows))


_NOBODY = _Scenario("", "", (), ())


def _whole(left: _Scenarios, right: _Scenarios, criteria: _Criteria) -> Iterator[Block]:
    """Effects on the whole that are not the same in both."""
    rows, same = [], 0
    for key in left.keys() & right.keys():
        before, after = (_values(one[key].whole) for one in (left, right))
        for criterion, told in criteria.items():
            if criterion not in before or criterion not in after:
                continue
            row = _effect(told, before[criterion], after[criterion])
            same += row[-1] == unchanged()
            if row[-1] != unchanged():
                rows.append((right[key].name, *row))
    if not rows:
        yield Paragraph(f"Effets sur l'ensemble : {number(same)} comparés, aucun ne change.")
        return
    heads = ("Scénario", "Critère", *sides())
    title = f"Effets sur l'ensemble qui changent ({number(same)} autres ne changent pas)"
    yield Table(title, heads, tuple(sorted(rows))[:MOST_ROWS], frozenset({2, 3}))


def _values(some: Iterable[Indicator]) -> dict[LightingCriterion, float | None]:
    return {one.criterion: one.value for one in some}


def _effect(told: CriterionTold, before: float | None, after: float | None) -> tuple[str, ...]:
    return (
        named(told.criterion),
        UNKNOWN if before is None else amount(told, before),
        UNKNOWN if after is None else amount(told, after),
        _word(told, before, after),
    )


def _word(told: CriterionTold, before: float | None, after: float | None) -> str:
    if before is None or after is None:
        if before is after:
            return unchanged()
        return "+ connu maintenant" if before is None else f"{MINUS} plus connu"
    if is_same(before, after):
        return unchanged()
    sign = "▼" if after < before else "▲"
    return f"{sign} {'mieux' if is_better(told, after, before) else 'moins bien'}"


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
        yield Paragraph("Aucune commune ne voit ses effets changer.")
        return
    heads = ("Commune", "Scénario", "Mieux", "Moins bien")
    yield Table("Qui gagne, qui perd, d'un calcul à l'autre", heads, tuple(rows[:MOST_ROWS]))
    if len(rows) > MOST_ROWS:
        yield Paragraph(f"{number(len(rows) - MOST_ROWS)} autres lignes ne sont pas montrées ici.")


def _communes(
    one: _Scenario, other: _Scenario, criteria: _Criteria, communes: Mapping[str, str]
) -> Iterator[tuple[str, ...]]:
    before = {each.insee_code: _values(each.indicators) for each in one.communes}
    for each in other.communes:
        if each.insee_code not in before:
            continue
        old, new = before[each.insee_code], _values(each.indicators)
        words = {
            criterion: _word(told, old.get(criterion), new.get(criterion))
            for criterion, told in criteria.items()
        }
        better = [short(name) for name, word in words.items() if word.endswith(" mieux")]
        worse = [short(name) for name, word in words.items() if word.endswith("moins bien")]
        if better or worse:
            name = communes.get(each.insee_code, each.insee_code)
            yield name, other.name, every(better) or "rien", every(worse) or "rien"


def _paid(one: StudyView, other: StudyView) -> Table:
    left, right = ({each.scenario: each for each in view.scenarios} for view in (one, other))
    rows = []
    for key in left.keys() & right.keys():
        name = right[key].name
        rows.append(
            money_row(f"{name} : travaux", left[key].investment_eur, right[key].investment_eur)
        )
        rows.append(money_row(f"{name} : facture", left[key].bill_eur, right[key].bill_eur))
    table = tuple(sorted(rows))
    return Table(
        "Ce que nous payons, en euros hors taxes", ("", *sides()), table, frozenset({1, 2, 3})
    )
