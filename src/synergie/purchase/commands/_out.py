"""The folder of a purchase: plan, problem, report, workbook, and a note for each member."""

from collections.abc import Iterable
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from synergie.cli.extras import needs
from synergie.cli.folder import write_whole_folder
from synergie.purchase.commands._purchase import PurchaseResult

if TYPE_CHECKING:
    from synergie.plan.certificate import Certificate
    from synergie.plan.sharing.certificate import NucleolusProof
    from synergie.purchase.reports.words import Brief

OURS = frozenset(
    {"plan.json", "probleme.json", "etude.json", "partage.json", "rapport.html", "classeur.xlsx",
     "preuve.vipr", "nucleole.json", "notes"}
)  # fmt: skip
"""What such a folder may hold."""
MOST_PRINTED = 200
"""Most members whose notes are set as PDF, too: a browser prints the page of any note."""


def brief_of(made: PurchaseResult, at: datetime) -> "Brief":
    """What is told of a plan, made at *at*."""
    from synergie.purchase.plan.offers.compare import compare
    from synergie.purchase.reports.words import Brief
    from synergie.reports.language import choose_text
    from synergie.reports.teller import build_translator

    given = made.given
    award = given.problem.award_at
    moment = "" if award is None else f' --at "{award:%Y-%m-%dT%H:%M:%S%z}"'
    study = "" if made.study is None else " --study"
    folder = choose_text("DOSSIER", "FOLDER")
    return Brief(
        problem=given.problem,
        plan=made.plan,
        comparison=compare(given.problem),
        study=made.study,
        sharing=made.sharing,
        names={},
        tell=build_translator(),
        made_at=at,
        perimeter=given.perimeter,
        sources=given.sources(),
        command=f"synergie plan purchase probleme.json{moment}{study} --out {folder}",
        certified=made.certified,
        nucleolus_certified=made.nucleolus is not None,
    )


def write_folder(
    brief: "Brief",
    out: Path,
    certificate: "Certificate | None" = None,
    nucleolus: "NucleolusProof | None" = None,
) -> None:
    """Everything into *out*, or nothing. MissingExtra for the report and the workbook."""
    with needs("report"):
        from synergie.purchase.reports.brief import purchase_document
        from synergie.reports.page import html
    from synergie.purchase.reports.workbook import write_purchase

    with write_whole_folder(out) as folder:
        _write_text_file(folder / "probleme.json", brief.problem.model_dump_json(indent=2) + "\n")
        _write_text_file(folder / "plan.json", brief.plan.model_dump_json(indent=2) + "\n")
        if certificate is not None:
            _write_certificate(certificate, folder / "preuve.vipr")
        if nucleolus is not None:
            nucleolus.write(folder / "nucleole.json")
        for name, part in (("etude.json", brief.study), ("partage.json", brief.sharing)):
            if part is not None:
                _write_text_file(folder / name, part.model_dump_json(indent=2) + "\n")
        _write_text_file(folder / "rapport.html", html(purchase_document(brief)))
        with (folder / "classeur.xlsx").open("wb") as sink:
            write_purchase(brief, sink)
        _write_member_notes(brief, folder / "notes")


def _write_certificate(certificate: "Certificate", path: Path) -> None:
    from synergie.plan.certificate import write_certificate

    write_certificate(certificate, path)


def _write_text_file(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _write_member_notes(brief: "Brief", folder: Path) -> None:
    """One note a member, as a page, and as a PDF while they are few and the typesetter is there."""
    from synergie.policy.trust.decide import permit_own_data
    from synergie.policy.trust.principal import Principal
    from synergie.purchase.plan.award.view import MemberViews
    from synergie.purchase.reports.note import NoteFrame, note_document
    from synergie.reports.page import html
    from synergie.reports.pdf import render_pdf

    at = brief.made_at
    if at is None:
        raise TypeError("a folder is of a plan whose moment is known")
    folder.mkdir()
    who = Principal(client_id="cli", organisation="coordonnateur", scopes=frozenset())
    permit = permit_own_data(who, action="read", now=at)
    members = [one.member for one in brief.plan.members]
    printed = find_spec("typst") is not None and len(members) <= MOST_PRINTED
    views = MemberViews(brief.problem, brief.plan)
    for member, name in zip(members, file_names(members), strict=True):
        view = views.view(member, permit)
        frame = NoteFrame(
            name=brief.member(member), group=brief.group, tell=brief.tell, made_at=at, tz=brief.tz,
            banner=brief.banner,
        )  # fmt: skip
        note = note_document(view, frame)
        _write_text_file(folder / f"{name}.html", html(note))
        if printed:
            (folder / f"{name}.pdf").write_bytes(
                render_pdf(note, day=at.astimezone(brief.tz).date())
            )


def file_names(members: Iterable[str]) -> list[str]:
    """A name of a file for each member: plain letters and digits, each once, none a path."""
    from synergie.reports.file_names import file_name

    found: list[str] = []
    for member in members:
        found.append(file_name(member, found, none="membre"))
    return found
