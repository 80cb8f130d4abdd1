"""What came of a consultation, as a page: who answered, what counts for whom, how far it stands."""

from collections.abc import Callable, Iterator, Sequence

from synergie.lighting.records.consultation import (
    LEAST_GROUP,
    Consultation,
    ConsultationResult,
    GroupAnswers,
)
from synergie.lighting.records.weighing import Evidence, EvidenceKind
from synergie.lighting.reports.words import colon, heads
from synergie.reports.document import Document, Fact, Items, Note, Paragraph, Section, Table
from synergie.reports.language import Pair, say
from synergie.reports.written import count, interval, number, percent

_KINDS: dict[EvidenceKind, Pair] = {
    "approval": ("approbations", "approvals"),
    "knapsack": ("choix dans un budget", "choices within a budget"),
    "ranking": ("classements", "rankings"),
    "cumulative": ("points", "points"),
}
_SELECTION: Pair = (
    "Ces réponses viennent de celles et ceux qui ont choisi de répondre : ce n'est pas un sondage.",
    "These answers come from those who chose to answer: this is not an opinion poll.",
)
_TOGETHER: Pair = ("Tous les autres, ensemble", "All others together")


def result_document(
    consultation: Consultation,
    result: ConsultationResult,
    evidence: Sequence[Evidence] = (),
    *,
    tell: Callable[[str], str],
) -> Document:
    """*result* ready to print, groups as they may be shown; *tell*: notes in the language spoken.

    *evidence*: votes elsewhere, shown beside it and not weighed.
    """
    days = interval(consultation.opens, consultation.closes)
    return Document(
        title=consultation.title,
        lead=_lead(result),
        banner=None,
        dated=f"Consultation {consultation.id}, {days}.",
        facts=_facts(result),
        sections=tuple(_sections(consultation, result, evidence, tell)),
    )


def _lead(result: ConsultationResult) -> str:
    french = f"{count(result.answers, 'réponse compte', 'réponses comptent')}."
    english = f"{count(result.answers, 'answer counts', 'answers count')}."
    return say(
        f"Ce qu'il est ressorti de la consultation : {french}",
        f"What came of the consultation: {english}",
    )


def _facts(result: ConsultationResult) -> tuple[Fact, ...]:
    told = (
        (say("Réponses qui comptent", "Answers that count"), result.answers),
        (say("Formulaires blancs", "Blank forms"), result.blank),
        (say("Venus deux fois", "Came twice"), result.doubles),
        (say("Lignes refusées", "Rows refused"), result.refused),
    )
    return tuple(Fact(label=label, value=number(many)) for label, many in told)


def _sections(
    consultation: Consultation,
    result: ConsultationResult,
    evidence: Sequence[Evidence],
    tell: Callable[[str], str],
) -> Iterator[Section]:
    title = say("Qui a répondu", "Who answered")
    yield Section("reponses", title, tuple(_who(consultation, result)))
    if result.groups:
        tables = tuple(_table(consultation, one) for one in result.groups)
        title = say("Ce qui compte, groupe par groupe", "What counts, group by group")
        yield Section("priorites", title, tables)
    if evidence:
        votes = tuple(block for one in evidence for block in _votes(one, tell))
        title = say("Des votes ailleurs, pour éclairer", "Votes elsewhere, to shed light")
        yield Section("votes", title, votes)
    notes = tuple(note.tell(tell) for note in result.notes)
    title = say("Ce qu'il faut savoir", "What you need to know")
    yield Section("savoir", title, (Items(say("Remarques", "Remarks"), notes),))


def _who(
    consultation: Consultation, result: ConsultationResult
) -> Iterator[Note | Paragraph | Table]:
    yield Note("plain", say("À lire d'abord.", "Read this first."), say(*_SELECTION))
    if not result.groups:
        few = say(
            f"Moins de {LEAST_GROUP} réponses : rien de plus ne peut en être montré.",
            f"Fewer than {LEAST_GROUP} answers: nothing more can be shown of them.",
        )
        yield Paragraph(few)
        return
    people = {one.group: one.population for one in consultation.groups}
    rows = tuple(
        (
            _name(consultation, one),
            number(one.answers),
            _known(people.get(one.group or "") if one.insee_code is None else None),
            _unknown() if one.rate is None else percent(one.rate),
        )
        for one in result.groups
    )
    columns = heads(
        ("Groupe", "Réponses", "Personnes du groupe", "Taux"),
        ("Group", "Answers", "People in the group", "Rate"),
    )
    caption = say("Réponses par groupe", "Answers by group")
    yield Table(caption, columns, rows, frozenset({1, 2, 3}))
    apart = say(
        f"Un groupe de moins de {LEAST_GROUP} réponses n'est jamais montré à part, ni ne se "
        "retrouve par soustraction.",
        f"A group of fewer than {LEAST_GROUP} answers is never shown apart, nor can it be found "
        "by subtraction.",
    )
    yield Paragraph(apart)


def _known(people: int | None) -> str:
    return _unknown() if people is None else number(people)


def _unknown() -> str:
    return say("non connu", "not known")


def _name(consultation: Consultation, one: GroupAnswers) -> str:
    names = {group.group: group.name for group in consultation.groups}
    name = say(*_TOGETHER) if one.group is None else names.get(one.group, one.group)
    return f"{name} ({one.insee_code})" if one.insee_code else name


def _table(consultation: Consultation, one: GroupAnswers) -> Table:
    """The questions as one group ranks them, the one of the best mean rank first."""
    found = zip(one.mean_rank, one.first, consultation.questions, strict=True)
    rows = sorted(found, key=lambda row: row[0])
    name, many = _name(consultation, one), count(one.answers, say("réponse", "answer"))
    return Table(
        f"{name}, {many}",
        heads(("Question", "Premier pour", "Rang moyen"), ("Question", "First for", "Mean rank")),
        tuple((asked.label, percent(first), number(rank, 2)) for rank, first, asked in rows),
        frozenset({1, 2}),
    )


def _votes(one: Evidence, tell: Callable[[str], str]) -> Iterator[Table | Items]:
    yield Table(
        f"{one.source}{colon()}{say(*_KINDS[one.kind])}{_voters(one)}",
        heads(
            ("Catégorie", "Voix ou points", "Projets"),
            ("Category", "Votes or points", "Projects"),
        ),
        tuple((row.category, number(row.votes), number(row.projects)) for row in one.by_category),
        frozenset({1, 2}),
    )
    if one.notes:
        title = say("Remarques sur ces votes", "Remarks on these votes")
        yield Items(title, tuple(note.tell(tell) for note in one.notes))


def _voters(one: Evidence) -> str:
    if one.voters is None:
        return ""
    return f", {count(one.voters, say('votant', 'voter'))}"
