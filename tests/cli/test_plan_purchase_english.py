"""The folder of a purchase in English, where English is spoken around the command."""

from pathlib import Path

from markupsafe import Markup

from synergie.cli import main
from synergie.purchase.records.purchase import PurchaseProblem
from synergie.reports.language import use_language
from tests.reports.english import french_left

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "achat-groupe.json"


def _page(path: Path) -> Markup:
    page = path.read_text("utf-8")
    assert '<html lang="en"' in page
    return Markup(page.partition("</style>")[2])  # noqa: S704 (a page of ours)


def test_report_and_notes_are_told_in_english(tmp_path: Path) -> None:
    problem = PurchaseProblem.model_validate_json(EXAMPLE.read_bytes())
    typed = [lot.name for lot in problem.lots] + [one.supplier for one in problem.offers]
    typed += [one.mandate or "" for one in problem.members] + [EXAMPLE.name]
    typed += sorted({point.member for point in problem.points})
    out = tmp_path / "achat"
    with use_language("en"):
        assert main(["plan", "purchase", str(EXAMPLE), "--out", str(out), "--locale", "en"]) == 0
    report = _page(out / "rapport.html")
    assert french_left(report, typed) == []
    assert "purchase problem" in report and "--out FOLDER" in report
    notes = sorted((out / "notes").glob("*.html"))
    assert len(notes) > 2
    for note in notes:
        assert french_left(_page(note), typed) == [], note.name
