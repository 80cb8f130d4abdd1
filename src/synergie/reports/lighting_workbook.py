"""A comparison of lighting as a workbook: everything behind the report, cell by cell."""

from collections.abc import Iterator, Sequence
from typing import BinaryIO

from synergie.reports.lighting_actions import actions
from synergie.reports.lighting_answers import answers
from synergie.reports.lighting_brief import LightingBrief
from synergie.reports.lighting_communes import changes, stakes
from synergie.reports.lighting_money import year_total
from synergie.reports.lighting_weights import group_name, shown_groups
from synergie.reports.lighting_words import STAKES, direction, named, unit
from synergie.reports.sheets import Column, Sheet, Value, write
from synergie.schemas.lighting_effects import Indicator

_ABOUT = (
    ("Scénarios", "Un scénario par ligne : ce qu'il fait, s'il est écarté ou battu."),
    ("Critères", "Un critère par ligne, un scénario par colonne ; une case vide : inconnu."),
    ("Effets", "Un effet d'un scénario par ligne : valeur, intervalle, part connue, pourquoi."),
    ("Communes", "Un effet d'un scénario sur une commune par ligne."),
    ("Gagnants", "Une commune sous un scénario par ligne : mieux, moins bien, inconnu."),
    ("Armoires", "Une armoire sous un scénario par ligne : horaire, puissance, facture."),
    ("Heures", "Puissance moyenne de chaque heure locale, un scénario par colonne."),
    ("Années", "Une année d'un scénario par ligne : travaux, facture, entretien."),
    ("Qui paie", "Un organisme sous un scénario par ligne."),
    ("Loi", "Une règle non respectée par ligne, avec son article."),
    ("Impossible", "Ce qu'un scénario n'a pas pu faire, et pourquoi."),
    ("Groupes", "Un scénario pour un groupe par ligne : part des tirages à chaque rang."),
    ("Frontière", "Un plan de la frontière par ligne."),
    ("Mis de côté", "Une ligne ou une valeur qui n'a pas pu servir, et pourquoi."),
    ("Hypothèses", "Ce qui est supposé."),
)


def write_lighting(brief: LightingBrief, sink: BinaryIO) -> None:
    """The workbook of *brief* into *sink*. MissingExtra("frames")."""
    write(sheets(brief), sink, brief.tz)


def sheets(brief: LightingBrief) -> tuple[Sheet, ...]:
    """Its sheets, in order."""
    return (
        _read_me(brief), _scenarios(brief), _criteria(brief), _effects(brief), _communes(brief),
        _winners(brief), _cabinets(brief), _hours(brief), _years(brief), _bodies(brief),
        _law(brief), _impossible(brief), _groups(brief), _frontier(brief), _aside(brief),
        _assumed(brief),
    )  # fmt: skip


def _read_me(brief: LightingBrief) -> Sheet:
    told = [(one.question, f"{one.answer} {one.more}".strip()) for one in answers(brief).answers]
    told += [("Ce classeur", "Montants en euros hors taxes ; heures locales."), *_ABOUT]
    told += [("Empreinte de l'étude", brief.comparison.study_digest)]
    told += [(f"Fichier : {one.name}", f"{one.what}, SHA-256 {one.sha256}")
             for one in brief.sources]  # fmt: skip
    if brief.banner is not None:
        told.insert(0, ("Données synthétiques", brief.banner))
    return Sheet("Lisez-moi", (Column("Question"), Column(brief.study.name, "long")), told)


def _scenarios(brief: LightingBrief) -> Sheet:
    columns = (
        Column("Scénario"), Column("Nom"), Column("Ce qu'il fait", "long"), Column("Écarté"),
        Column("Battu par"),
    )  # fmt: skip
    by = {one.scenario: one.by for one in brief.comparison.dominated}
    rows = [
        (
            one.scenario, brief.name(one.scenario),
            actions(brief, brief.scenarios[one.scenario])
            if one.scenario in brief.scenarios else None,
            "oui" if one.scenario in brief.comparison.excluded else "non",
            by.get(one.scenario),
        )
        for one in brief.comparison.scenarios
    ]  # fmt: skip
    return Sheet("Scénarios", columns, rows)


def _criteria(brief: LightingBrief) -> Sheet:
    keys = [one.scenario for one in brief.comparison.scenarios]
    columns = (
        Column("Critère"), Column("Enjeu"), Column("Unité"), Column("Sens"),
        *(Column(brief.full(key), "price") for key in keys),
    )  # fmt: skip
    rows = [
        (
            named(told.criterion), STAKES[told.stake], unit(told), direction(told),
            *(brief.value(key, told.criterion) for key in keys),
        )
        for told in brief.comparison.criteria
    ]  # fmt: skip
    return Sheet("Critères", columns, rows)


def _effects(brief: LightingBrief) -> Sheet:
    columns = (Column("Scénario"), *_OF_EFFECT)
    rows = (
        (one.scenario, *_effect(brief, each))
        for one in brief.comparison.scenarios
        for each in one.indicators
    )
    return Sheet("Effets", columns, rows)


_OF_EFFECT = (
    Column("Critère"), Column("Unité"), Column("Valeur", "price"), Column("Au moins", "price"),
    Column("Au plus", "price"), Column("Part connue", "share"), Column("Inconnu", "long"),
    Column("Source", "long"),
)  # fmt: skip


def _effect(brief: LightingBrief, one: Indicator) -> Sequence[Value]:
    told = brief.criteria.get(one.criterion)
    return (
        named(one.criterion), unit(told) if told is not None else None, one.value, one.low,
        one.high, one.known, None if one.unknown is None else brief.said(one.unknown),
        brief.said(one.source),
    )  # fmt: skip


def _communes(brief: LightingBrief) -> Sheet:
    columns = (Column("Scénario"), Column("INSEE"), Column("Commune"), *_OF_EFFECT)
    rows = (
        (one.scenario, commune.insee_code, brief.communes.get(commune.insee_code),
         *_effect(brief, each))
        for one in brief.comparison.scenarios
        for commune in one.communes
        for each in commune.indicators
    )  # fmt: skip
    return Sheet("Communes", columns, rows)


def _winners(brief: LightingBrief) -> Sheet:
    columns = (
        Column("Scénario"), Column("INSEE"), Column("Commune"), Column("Verdict"),
        Column("Mieux", "long"), Column("Moins bien", "long"), Column("Les deux", "long"),
        Column("Inconnu", "long"),
    )  # fmt: skip
    return Sheet("Gagnants", columns, _winner_rows(brief))


def _winner_rows(brief: LightingBrief) -> Iterator[Sequence[Value]]:
    for scenario in brief.comparison.scenarios[1:]:
        for one in changes(brief, scenario.scenario):
            words = (stakes(each) for each in (one.better, one.worse, one.mixed, one.unknown))
            yield (scenario.scenario, one.commune, brief.communes[one.commune], one.verdict, *words)


def _cabinets(brief: LightingBrief) -> Sheet:
    columns = (
        Column("Scénario"), Column("Armoire"), Column("Horaire"), Column("Puissance (W)", "whole"),
        Column("Énergie (kWh)", "energy"), Column("Option tarifaire"),
        Column("Puissance souscrite (kVA)", "price"), Column("Facture ajustée (€)", "euros"),
        Column("Facture, option et puissance inchangées (€)", "euros"),
    )  # fmt: skip
    rows = (
        (
            one.scenario, each.cabinet, each.schedule, each.power_w,
            sum(part.kwh for part in each.energy) if each.energy else None, each.tariff_code,
            each.subscribed_kva, each.bill_eur, each.bill_as_subscribed_eur,
        )
        for one in brief.comparison.scenarios
        for each in one.cabinets
    )  # fmt: skip
    return Sheet("Armoires", columns, rows)


def _hours(brief: LightingBrief) -> Sheet:
    known = [one for one in brief.comparison.scenarios if one.profile_kw]
    columns = (
        Column("Heure locale", "whole"),
        *(Column(f"{one.scenario} (kW)", "energy") for one in known),
    )
    rows = [
        (hour, *(one.profile_kw[hour] if hour < len(one.profile_kw) else None for one in known))
        for hour in range(24)
    ]
    return Sheet("Heures", columns, rows)


def _years(brief: LightingBrief) -> Sheet:
    columns = (
        Column("Scénario"), Column("Année", "whole"), Column("Travaux (€)", "euros"),
        Column("Facture (€)", "euros"), Column("Entretien (€)", "euros"),
        Column("En tout (€)", "euros"),
    )  # fmt: skip
    rows = (
        (
            one.scenario, each.year, each.investment_eur, each.bill_eur, each.upkeep_eur,
            year_total(each),
        )
        for one in brief.comparison.scenarios
        for each in one.years
    )  # fmt: skip
    return Sheet("Années", columns, rows)


def _bodies(brief: LightingBrief) -> Sheet:
    columns = (
        Column("Scénario"), Column("Organisme"), Column("Travaux (€)", "euros"),
        Column("Facture (€)", "euros"),
    )  # fmt: skip
    rows = [
        (one.scenario, brief.body(one.body), one.investment_eur, one.bill_eur)
        for one in brief.comparison.bodies
    ]
    return Sheet("Qui paie", columns, rows)


def _law(brief: LightingBrief) -> Sheet:
    columns = (
        Column("Scénario"), Column("Règle"), Column("Texte", "long"), Column("Quoi"),
        Column("Luminaires", "whole"), Column("Trouvé"), Column("Demandé", "long"),
        Column("Apporté par le scénario"),
    )  # fmt: skip
    rows = (
        (
            one.scenario, each.rule, each.article, each.subject, each.count, each.found,
            brief.said(each.expected), "oui" if each.is_new else "non",
        )
        for one in brief.comparison.scenarios
        for each in one.breaches
    )  # fmt: skip
    return Sheet("Loi", columns, rows)


def _impossible(brief: LightingBrief) -> Sheet:
    columns = (
        Column("Scénario"), Column("Quoi"), Column("Luminaires", "whole"),
        Column("Pourquoi", "long"),
    )  # fmt: skip
    rows: list[Sequence[Value]] = []
    for one in brief.comparison.scenarios:
        rows += [(one.scenario, c.subject, c.count, brief.said(c.reason)) for c in one.not_done]
        rows += [(one.scenario, "budget", None, brief.said(told)) for told in one.over_budget]
    return Sheet("Impossible", columns, rows)


def _groups(brief: LightingBrief) -> Sheet:
    columns = (
        Column("Groupe"), Column("Scénario"), Column("Rang", "whole"),
        Column("Part des tirages", "share"),
    )  # fmt: skip
    rows = [
        (group_name(brief, one.group), ranked.scenario, rank, share)
        for one in shown_groups(brief)
        for ranked in one.ranks
        for rank, share in enumerate(ranked.ranks, start=1)
    ]
    return Sheet("Groupes", columns, rows)


def _frontier(brief: LightingBrief) -> Sheet:
    found = brief.frontier
    criteria = found.criteria if found is not None else ()
    columns = (
        Column("Plan"), *(Column(named(one), "price") for one in criteria), Column("Coude"),
        Column("Écart prouvé", "share"),
    )  # fmt: skip
    rows = []
    for point in found.points if found is not None else ():
        values = {one.criterion: one.value for one in point.values}
        rows.append(
            (
                point.id, *(values.get(one) for one in criteria), "oui" if point.is_knee else "non",
                point.gap,
            )
        )  # fmt: skip
    return Sheet("Frontière", columns, rows)


def _aside(brief: LightingBrief) -> Sheet:
    columns = (Column("Où"), Column("Trouvé", "long"), Column("Attendu", "long"))
    rows = [(one.where, one.found, one.expected) for one in brief.asides()]
    return Sheet("Mis de côté", columns, rows)


def _assumed(brief: LightingBrief) -> Sheet:
    told = brief.sentences([*brief.notes, *brief.comparison.assumptions])
    return Sheet("Hypothèses", (Column("Énoncé", "long"),), [(one,) for one in told])
