"""The report of a purchase, its workbook, and the note that each member's council reads.

Needs `pip install synergie[plan,frames,report]`. All figures are synthetic.
"""

from pathlib import Path

from synergie.policy import Principal, permit_own_data
from synergie.purchase.plan import award as purchase
from synergie.purchase.plan.award.view import member_view
from synergie.purchase.reports.answers import answers
from synergie.purchase.reports.brief import purchase_document
from synergie.purchase.reports.note import NoteFrame, note_document
from synergie.purchase.reports.words import Brief
from synergie.purchase.reports.workbook import write_purchase
from synergie.purchase.samples.needs import needs
from synergie.purchase.samples.purchase import AWARD_AT, TENDER_ASSUMPTIONS, tender
from synergie.reports.page import html
from synergie.samples import territory


def main() -> None:
    """Solve once; tell it to the group, and to each member its own part."""
    bassin = territory(fast=True)
    problem = tender(needs(bassin))
    brief = Brief(
        problem=problem,
        plan=purchase.solve(problem),
        names={one.id: one.name for one in bassin.organisations},
        tell=str,  # English; the command line gives the French catalogue
        assumptions=TENDER_ASSUMPTIONS,
        made_at=AWARD_AT,
        group="Groupement du Bassin",
        banner="Offres, volumes et membres fictifs.",
    )
    Path("rapport.html").write_text(html(purchase_document(brief)), encoding="utf-8")
    with Path("classeur.xlsx").open("wb") as sink:
        write_purchase(brief, sink)
    coordinator = Principal(client_id="me", organisation="coordinator", scopes=frozenset())
    permit = permit_own_data(coordinator, action="read", now=AWARD_AT)
    for rank, member in enumerate(brief.plan.members):
        view = member_view(problem, brief.plan, member.member, permit)
        frame = NoteFrame(name=brief.member(member.member), group=brief.group, tell=str)
        note = html(note_document(view, frame))
        Path(f"note-{rank}.html").write_text(note, encoding="utf-8")
    for one in answers(brief).answers:
        print(one.question, one.answer)


if __name__ == "__main__":
    main()
