"""A group purchase as a workbook: everything that stands behind the report, cell by cell."""

from typing import BinaryIO

from synergie.purchase.reports.answers import answers
from synergie.purchase.reports.costs import awards_sheet, members_sheet, sharing_sheet
from synergie.purchase.reports.points import perimeter_sheet
from synergie.purchase.reports.requirements import build_limit_items
from synergie.purchase.reports.sheets import offers_sheet, sensitivity_sheet
from synergie.purchase.reports.unknown import iterate_unknown_inputs
from synergie.purchase.reports.words import Brief
from synergie.reports.language import choose_text
from synergie.reports.sheets import Column, Sheet, write
from synergie.reports.workbook import About, read_me

_SHEETS: About = (
    (
        ("Périmètre", "Perimeter"),
        (
            "Un point de livraison par ligne, avec l'énergie de chaque classe.",
            "One delivery point a row, with the energy of each class.",
        ),
    ),
    (
        ("Offres", "Offers"),
        (
            "Une case de prix par ligne, avec ce qu'il est advenu de l'offre.",
            "One price cell a row, with what became of the offer.",
        ),
    ),
    (
        ("Attribution", "Awards"),
        (
            "Qui gagne chaque lot, le suivant, et de combien.",
            "Who wins each lot, the next best, and by how much.",
        ),
    ),
    (
        ("Membres", "Members"),
        (
            "Un membre dans un lot par ligne : ce qu'il paie, seul et ensemble.",
            "One member in one lot a row: what it pays, alone and together.",
        ),
    ),
    (
        ("Partage", "Sharing"),
        ("Un membre par ligne, tous ses lots réunis.", "One member a row, all its lots together."),
    ),
    (
        ("Sensibilité", "Sensitivity"),
        (
            "Ce qui changerait si les volumes, les membres ou les offres changeaient.",
            "What would change if the volumes, the members or the offers changed.",
        ),
    ),
    (
        ("Hypothèses", "Assumptions"),
        (
            "Ce qui est supposé, exigé, ou n'était pas connu.",
            "What is assumed, required, or was not known.",
        ),
    ),
)
"""The sheets after the first, each with what it holds."""


def write_purchase(brief: Brief, sink: BinaryIO) -> None:
    """The workbook of *brief* into *sink*. MissingExtra("frames")."""
    write(build_workbook_sheets(brief), sink, brief.tz)


def build_workbook_sheets(brief: Brief) -> tuple[Sheet, ...]:
    """Its sheets, in order."""
    return (
        _read_me(brief),
        perimeter_sheet(brief),
        offers_sheet(brief),
        awards_sheet(brief),
        members_sheet(brief),
        sharing_sheet(brief),
        sensitivity_sheet(brief),
        _build_assumption_sheet(brief),
    )


def _read_me(brief: Brief) -> Sheet:
    run, zone = brief.plan.run, brief.tz.key
    program = choose_text(
        f"synergie {run.synergie} ; {run.solver}", f"synergie {run.synergie}; {run.solver}"
    )
    return read_me(
        brief.group,
        answers(brief),
        units=choose_text(
            f"Montants en euros hors taxes {brief.span} ; heures de {zone}.",
            f"Amounts in euros {brief.span} excluding VAT; times in {zone}.",
        ),
        about=_SHEETS,
        made_of=(
            (
                choose_text("Empreinte du problème", "Digest of the problem"),
                brief.plan.inputs_digest,
            ),
            (choose_text("Programme", "Program"), program),
        ),
        files=[(one, one.what) for one in brief.sources],
        banner=brief.banner,
    )


def _build_assumption_sheet(brief: Brief) -> Sheet:
    plan = brief.plan
    assumed, unknown = choose_text("supposé", "assumed"), choose_text("pas connu", "not known")
    told = [
        *((assumed, text) for text in brief.assumptions),
        *((assumed, text) for text in brief.sentences((*plan.assumptions, *plan.baseline))),
        *((choose_text("exigé", "required"), text) for text in build_limit_items(brief).items),
        *(
            (choose_text("exigence qui pèse", "requirement that costs something"), text)
            for text in brief.sentences(plan.binding)
        ),
        *((unknown, text) for text in iterate_unknown_inputs(brief)),
    ]
    heads = (
        Column(choose_text("Nature", "Kind")),
        Column(choose_text("Énoncé", "Statement"), "long"),
    )
    return Sheet(choose_text("Hypothèses", "Assumptions"), heads, told)
