"""What came of a consultation, as a page: who answered, what counts for whom, how far it stands."""

from collections.abc import Callable, Iterator, Sequence

from synergie.reports.document import Document, Fact, Items, Note, Paragraph, Section, Table
from synergie.reports.french import interval, number, percent
from synergie.schemas.consultation import (
    LEAST_GROUP,
    Consultation,
    ConsultationResult,
    GroupAnswers,
)
from synergie.schemas.lighting_weighing import Evidence

_KINDS = {
    "approval": "approbations",
    "knapsack": "choix dans un budget",
    "ranking": "classements",
    "cumulative": "points",
}
_SELECTION = (
    "Ces réponses viennent de celles et ceux qui ont choisi de répondre : ce n'est pas un sondage."
)
_TOGETHER = "Tous les autres, ensemble"


def result_document(
    consultation: Consultation,
    result: ConsultationResult,
    evidence: Sequence[Evidence] = (),
    *,
    tell: Callable[[str], str],
) -> Document:
    """*result* ready to print; *tell* gives the French of the notes. Groups as they may be shown.

    *evidence*: votes elsewhere, shown beside it and not weighed.
    """
    sections = [Section("reponses", "Qui a répondu", tuple(_who(consultation, result)))]
    if result.groups:
        tables = tuple(_table(consultation, one) for one in result.groups)
        sections.append(Section("priorites", "Ce qui compte, groupe par groupe", tables))
    if evidence:
        votes = tuple(block for one in evidence for block in _votes(one, tell))
        sections.append(Section("votes", "Des votes ailleurs, pour éclairer", votes))
    notes = tuple(note.tell(tell) for note in result.notes)
    sections.append(Section("savoir", "Ce qu'il faut savoir", (Items("Remarques", notes),)))
    counted = number(result.answers)
    return Document(
        title=consultation.title,
        lead=f"Ce qu'il est ressorti de la consultation : {counted} réponses comptent.",
        banner=None,
        dated=f"Consultation {consultation.id}, "
        f"{interval(consultation.opens, consultation.closes)}.",
        facts=(
            Fact(label="Réponses qui comptent", value=counted),
            Fact(label="Formulaires blancs", value=number(result.blank)),
            Fact(label="Venus deux fois", value=number(result.doubles)),
            Fact(label="Lignes refusées", value=number(result.refused)),
        ),
        sections=tuple(sections),
    )


def _who(
    consultation: Consultation, result: ConsultationResult
) -> Iterator[Note | Paragraph | Table]:
    yield Note("plain", "À lire d'abord.", _SELECTION)
    if not result.groups:
        yield Paragraph(f"Moins de {LEAST_GROUP} réponses : rien de plus ne peut en être montré.")
        return
    people = {one.group: one.population for one in consultation.groups}
    rows = tuple(
        (
            _name(consultation, one),
            number(one.answers),
            _known(people.get(one.group or "") if one.insee_code is None else None),
            "non connu" if one.rate is None else percent(one.rate),
        )
        for one in result.groups
    )
    heads = ("Groupe", "Réponses", "Personnes du groupe", "Taux")
    yield Table("Réponses par groupe", heads, rows, frozenset({1, 2, 3}))
    yield Paragraph(
        f"Un groupe de moins de {LEAST_GROUP} réponses n'est jamais montré à part, ni ne se "
        "retrouve par soustraction."
    )


def _known(people: int | None) -> str:
    return "non connu" if people is None else number(people)


def _name(consultation: Consultation, one: GroupAnswers) -> str:
    names = {group.group: group.name for group in consultation.groups}
    name = _TOGETHER if one.group is None else names.get(one.group, one.group)
    return f"{name} ({one.insee_code})" if one.insee_code else name


def _table(consultation: Consultation, one: GroupAnswers) -> Table:
    """The questions as one group ranks them, the one of the best mean rank first."""
    found = zip(one.mean_rank, one.first, consultation.questions, strict=True)
    rows = sorted(found, key=lambda row: row[0])
    return Table(
        f"{_name(consultation, one)}, {number(one.answers)} réponses",
        ("Question", "Premier pour", "Rang moyen"),
        tuple((asked.label, percent(first), number(rank, 2)) for rank, first, asked in rows),
        frozenset({1, 2}),
    )


def _votes(one: Evidence, tell: Callable[[str], str]) -> Iterator[Table | Items]:
    voters = "" if one.voters is None else f", {number(one.voters)} votants"
    yield Table(
        f"{one.source} : {_KINDS[one.kind]}{voters}",
        ("Catégorie", "Voix ou points", "Projets"),
        tuple((row.category, number(row.votes), number(row.projects)) for row in one.by_category),
        frozenset({1, 2}),
    )
    if one.notes:
        yield Items("Remarques sur ces votes", tuple(note.tell(tell) for note in one.notes))
