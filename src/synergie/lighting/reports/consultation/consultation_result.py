"""What came of a consultation, as a page: who answered, what counts for whom, how far it stands."""

from collections.abc import Callable, Iterator, Sequence

from synergie.lighting.records.consultation import (
    LEAST_GROUP,
    Consultation,
    ConsultationResult,
    GroupAnswers,
)
from synergie.lighting.records.weighing import Evidence, EvidenceKind
from synergie.lighting.reports.words import format_colon, select_column_heads
from synergie.reports.document import Document, Fact, Items, Note, Paragraph, Section, Table
from synergie.reports.language import Pair, choose_text
from synergie.reports.written import format_count, format_interval, format_number, format_percent

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
    days = format_interval(consultation.opens, consultation.closes)
    return Document(
        title=consultation.title,
        lead=_describe_result_lead(result),
        banner=None,
        dated=f"Consultation {consultation.id}, {days}.",
        facts=_build_result_facts(result),
        sections=tuple(_iterate_result_sections(consultation, result, evidence, tell)),
    )


def _describe_result_lead(result: ConsultationResult) -> str:
    french = f"{format_count(result.answers, 'réponse compte', 'réponses comptent')}."
    english = f"{format_count(result.answers, 'answer counts', 'answers count')}."
    return choose_text(
        f"Ce qu'il est ressorti de la consultation : {french}",
        f"What came of the consultation: {english}",
    )


def _build_result_facts(result: ConsultationResult) -> tuple[Fact, ...]:
    told = (
        (choose_text("Réponses qui comptent", "Answers that count"), result.answers),
        (choose_text("Formulaires blancs", "Blank forms"), result.blank),
        (choose_text("Venus deux fois", "Came twice"), result.doubles),
        (choose_text("Lignes refusées", "Rows refused"), result.refused),
    )
    return tuple(Fact(label=label, value=format_number(many)) for label, many in told)


def _iterate_result_sections(
    consultation: Consultation,
    result: ConsultationResult,
    evidence: Sequence[Evidence],
    tell: Callable[[str], str],
) -> Iterator[Section]:
    title = choose_text("Qui a répondu", "Who answered")
    yield Section("reponses", title, tuple(_iterate_respondent_blocks(consultation, result)))
    if result.groups:
        tables = tuple(_build_group_table(consultation, one) for one in result.groups)
        title = choose_text("Ce qui compte, groupe par groupe", "What counts, group by group")
        yield Section("priorites", title, tables)
    if evidence:
        votes = tuple(block for one in evidence for block in _iterate_vote_tables(one, tell))
        title = choose_text("Des votes ailleurs, pour éclairer", "Votes elsewhere, to shed light")
        yield Section("votes", title, votes)
    notes = tuple(note.tell(tell) for note in result.notes)
    title = choose_text("Ce qu'il faut savoir", "What you need to know")
    yield Section("savoir", title, (Items(choose_text("Remarques", "Remarks"), notes),))


def _iterate_respondent_blocks(
    consultation: Consultation, result: ConsultationResult
) -> Iterator[Note | Paragraph | Table]:
    yield Note(
        "plain", choose_text("À lire d'abord.", "Read this first."), choose_text(*_SELECTION)
    )
    if not result.groups:
        few = choose_text(
            f"Moins de {LEAST_GROUP} réponses : rien de plus ne peut en être montré.",
            f"Fewer than {LEAST_GROUP} answers: nothing more can be shown of them.",
        )
        yield Paragraph(few)
        return
    people = {one.group: one.population for one in consultation.groups}
    rows = tuple(
        (
            _describe_group_name(consultation, one),
            format_number(one.answers),
            _format_population(people.get(one.group or "") if one.insee_code is None else None),
            _describe_unknown() if one.rate is None else format_percent(one.rate),
        )
        for one in result.groups
    )
    columns = select_column_heads(
        ("Groupe", "Réponses", "Personnes du groupe", "Taux"),
        ("Group", "Answers", "People in the group", "Rate"),
    )
    caption = choose_text("Réponses par groupe", "Answers by group")
    yield Table(caption, columns, rows, frozenset({1, 2, 3}))
    apart = choose_text(
        f"Un groupe de moins de {LEAST_GROUP} réponses n'est jamais montré à part, ni ne se "
        "retrouve par soustraction.",
        f"A group of fewer than {LEAST_GROUP} answers is never shown apart, nor can it be found "
        "by subtraction.",
    )
    yield Paragraph(apart)


def _format_population(people: int | None) -> str:
    return _describe_unknown() if people is None else format_number(people)


def _describe_unknown() -> str:
    return choose_text("non connu", "not known")


def _describe_group_name(consultation: Consultation, one: GroupAnswers) -> str:
    names = {group.group: group.name for group in consultation.groups}
    name = choose_text(*_TOGETHER) if one.group is None else names.get(one.group, one.group)
    return f"{name} ({one.insee_code})" if one.insee_code else name


def _build_group_table(consultation: Consultation, one: GroupAnswers) -> Table:
    """The questions as one group ranks them, the one of the best mean rank first."""
    found = zip(one.mean_rank, one.first, consultation.questions, strict=True)
    rows = sorted(found, key=lambda row: row[0])
    name, many = (
        _describe_group_name(consultation, one),
        format_count(one.answers, choose_text("réponse", "answer")),
    )
    return Table(
        f"{name}, {many}",
        select_column_heads(
            ("Question", "Premier pour", "Rang moyen"), ("Question", "First for", "Mean rank")
        ),
        tuple(
            (asked.label, format_percent(first), format_number(rank, 2))
            for rank, first, asked in rows
        ),
        frozenset({1, 2}),
    )


def _iterate_vote_tables(one: Evidence, tell: Callable[[str], str]) -> Iterator[Table | Items]:
    yield Table(
        f"{one.source}{format_colon()}{choose_text(*_KINDS[one.kind])}{_describe_voter_count(one)}",
        select_column_heads(
            ("Catégorie", "Voix ou points", "Projets"), ("Category", "Votes or points", "Projects")
        ),
        tuple(
            (row.category, format_number(row.votes), format_number(row.projects))
            for row in one.by_category
        ),
        frozenset({1, 2}),
    )
    if one.notes:
        title = choose_text("Remarques sur ces votes", "Remarks on these votes")
        yield Items(title, tuple(note.tell(tell) for note in one.notes))


def _describe_voter_count(one: Evidence) -> str:
    if one.voters is None:
        return ""
    return f", {format_count(one.voters, choose_text('votant', 'voter'))}"
