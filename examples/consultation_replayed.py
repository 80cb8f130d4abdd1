"""A consultation replayed: questions with real ranges, answers read back, groups side by side.

Needs `pip install synergie[plan]`. The answers are drawn (reponses-consultation.csv, as an agent
keys it in); no group with fewer than ten is shown apart, and nothing is averaged over groups.
"""

from datetime import date
from pathlib import Path

from synergie.lighting.plan.compare import compare
from synergie.lighting.plan.consultation import questions, read_answers, result, scales, voices
from synergie.lighting.plan.weighing import weigh
from synergie.lighting.records.consultation import Consultation, ConsultedGroup
from synergie.lighting.records.effects import LightingComparison, LightingCriterion
from synergie.lighting.records.weighing import LightingVoices
from synergie.lighting.samples.study import study

ANSWERS = Path(__file__).with_name("reponses-consultation.csv")
GROUPS = (
    ConsultedGroup(group="habitants", kind="citizens", name="Habitants", population=39_626),
    ConsultedGroup(group="naturalistes", kind="naturalists", name="Associations naturalistes"),
    ConsultedGroup(group="elus", kind="council", name="Conseil communautaire", population=45),
    ConsultedGroup(group="agents", kind="agents", name="Agents du service", population=9),
)


def main() -> None:
    """Ask, read the file of the agent, say what may be shown, weigh group by group."""
    found = compare(study())
    asked = consultation(found)
    read = read_answers(ANSWERS, asked)
    shown = result(asked, read)
    print(f"{shown.answers} answers, {shown.doubles} twice, {shown.refused} refused")
    for fault in read.refused:
        print("  refused:", fault.tell(str))
    for told in shown.groups:
        print(f"  {told.group or 'all others together'}: {told.answers}")
    for note in shown.notes:
        print("  -", note.tell(str))
    spoken = LightingVoices(bounds=scales(asked), groups=voices(asked, read.answers))
    weighed = weigh(found, spoken)
    for group in weighed.groups:
        shares = ", ".join(f"{one.scenario} {one.ranks[0]:.0%}" for one in group.ranks)
        print(f"{group.group}: first in {shares}")
        for flip in group.flips[:1]:
            print(f"  {flip.scenario} if {flip.criterion} weighed {flip.to_weight:.0%}")
    print("first for every group:", ", ".join(weighed.robust) or "no scenario")


def consultation(found: LightingComparison) -> Consultation:
    """Five swings, from the worst to the best of what is proposed."""
    swings: tuple[LightingCriterion, ...]
    swings = ("net_present_cost", "carbon", "dark_hours", "priority_hours", "points_out")
    return Consultation(
        id="eclairer-mieux-2027", title="Éclairer mieux", contact="mairie, accueil",
        intro="Le conseil choisit en mars ; vos réponses lui sont remises, groupe par groupe.",
        opens=date(2027, 1, 4), closes=date(2027, 2, 1), groups=GROUPS,
        questions=questions(found, swings),
    )  # fmt: skip


if __name__ == "__main__":
    main()
