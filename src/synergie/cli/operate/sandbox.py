"""`synergie sandbox`: a territory to try everything on, and nothing left of it."""

import json as codec
import re
import sys
from contextlib import closing
from datetime import UTC, datetime
from html import unescape
from http import HTTPStatus
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Annotated

import typer

from synergie.cli.extras import needs
from synergie.cli.texts import N_, _

if TYPE_CHECKING:
    from synergie.demo.sandbox import Sandbox

SUMMARY = N_(
    "Try everything on a synthetic territory: pages, people to log in as, a late file to deposit."
)
EXAMPLE = "synergie sandbox"

_ROLES = {
    "reader": N_("reads"),
    "agent": N_("reads and deposits"),
    "signer": N_("signs agreements too"),
    "keeper": N_("keeps the accounts too"),
}

_TOUR: tuple[tuple[str, int | None, tuple[tuple[str, str], ...]], ...] = (
    (N_("A councillor"), 0, (
        ("/?pour=elu", N_("What did we use and pay, against last year?")),
        ("/sites", N_("Which buildings weigh most?")),
        ("/accords", N_("Who sees what of our data, until when?")),
    )),
    (N_("Who is in charge of energy"), 1, (
        ("/?pour=energie", N_("What is missing, and from whom?")),
        ("/sites?vue=factures", N_("Do the bills fit the meters?")),
        ("/depot", N_("How does the file that I have get in?")),
    )),
    (N_("Who is in charge of lighting"), 4, (
        ("/?pour=eclairage", N_("What do the lights draw?")),
        ("/alertes", N_("Which lamp burns by day, which street is dark?")),
        ("/contrats", N_("Did the savings that were promised come?")),
    )),
    (N_("A technician"), 4, (
        ("/?pour=technicien", N_("Who comes when, at our places?")),
        ("/carte?vue=tableau", N_("What stands where, and how old is it?")),
        ("/plans", N_("What is planned together this year?")),
    )),
    (N_("Anybody, without an account"), None, (
        ("/public", N_("What does everybody know of the territory?")),
        ("/public/politique", N_("By which rules is nobody singled out?")),
        ("/aide", N_("What does each word mean?")),
    )),
)  # fmt: skip
"""Each role, whose seat it takes (None: nobody's), and its questions, each with its page."""
_FACT = re.compile(r"<div><dt>(.*?)</dt><dd>(.*?)</dd></div>", re.DOTALL)
_LEAD = re.compile(r'<p class="lead[^"]*"[^>]*>(.*?)</p>', re.DOTALL)
_TITLE = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)


def run(
    *,
    whole: Annotated[
        bool, typer.Option("--whole", help=N_("All thirteen communes instead of three."))
    ] = False,
    tour: Annotated[
        bool,
        typer.Option("--tour", help=N_("Then five minutes of each role: questions and answers.")),
    ] = False,
    json: Annotated[
        bool, typer.Option("--json", help=N_("What stands, as one JSON document."))
    ] = False,
) -> None:
    """Runs until Ctrl-C; then its folder, its keys and its data are gone. Exit 0."""
    with needs("server"), needs("plan"):
        from synergie.demo.play import convert_stop_signals, wait_for_interrupt
        from synergie.demo.sandbox import open_sandbox
        from synergie.demo.screen import Screen
    with (
        convert_stop_signals(),
        open_sandbox(whole=whole, screen=Screen(), now=datetime.now(UTC), guided=tour) as made,
    ):
        typer.echo(
            codec.dumps(made.as_json(), ensure_ascii=False) if json else _describe_sandbox(made)
        )
        if tour:
            _play_tour(made)
        wait_for_interrupt()
    typer.echo(_("Gone: the folder, the keys and the data of the sandbox."), err=True)


def _describe_sandbox(made: "Sandbox") -> str:
    """What a person needs: where to go, as whom, and what there is to do."""
    people = [
        _("  {}, {}: {}").format(seat.label, seat.organisation, _(_ROLES[seat.role]))
        + f"\n    {seat.link}"
        for seat in made.seats
    ]
    return "\n".join([
        "",
        _("The sandbox is open: {}").format(made.url),
        "",
        _("Log in as one of these people; each address is good once:"),
        *people,
        "",
        _("To try:"),
        *_list_sandbox_tasks(made),
        "",
        _("Everything is synthetic, and nothing is kept: Ctrl-C removes it all."),
    ])  # fmt: skip


def _play_tour(made: "Sandbox") -> None:
    """Each role asks its questions, on its pages; on a terminal the reader says when to go on."""
    for n, (role, seat, stops) in enumerate(_TOUR, start=1):
        typer.echo(f"\n{n}/{len(_TOUR)}  {_(role)}")
        session = "" if seat is None else made.seats[seat].session
        for path, question in stops:
            answer = _read_first_words(_read_page(made.url, path, session))
            typer.echo(f"  {_(question)}\n    {made.url}{path}\n    {answer}")
        if sys.stdin.isatty() and n < len(_TOUR):
            typer.prompt(_("Enter to go on"), default="", show_default=False, prompt_suffix="")


def _read_page(url: str, path: str, session: str) -> str:
    """A page of the sandbox as *session* reads it; "": as anybody does. OSError for a refusal."""
    asking = HTTPConnection(url.partition("://")[2], timeout=60)
    with closing(asking):
        asking.request("GET", path, headers={"Cookie": f"synergie={session}"} if session else {})
        answer = asking.getresponse()
        if answer.status != HTTPStatus.OK:
            raise OSError(f"{path}: {answer.status}")
        return answer.read().decode()


def _read_first_words(page: str) -> str:
    """What a page says first: its figures, else its sentence, else its title."""
    facts = [
        _("{}: {}").format(_strip_marks(label), _strip_marks(value))
        for label, value in _FACT.findall(page)
    ]
    found = _LEAD.search(page) or _TITLE.search(page)
    return "; ".join(facts) or ("" if found is None else _strip_marks(found[1]))


def _strip_marks(text: str) -> str:
    return re.sub(r"\s*\n\s*", " ", unescape(re.sub(r"<[^>]+>", "", text))).strip()


def _list_sandbox_tasks(made: "Sandbox") -> list[str]:
    late = _("  1. Flow {} is late. Log in to deposit, drop this file, and it is up to date again:")
    sign = _("  2. Log in to sign, and sign “{}”: {}/accords")
    return [
        late.format(made.flow),
        f"     {made.missing}",
        sign.format(made.to_sign.terms.title, made.url),
        _("  3. A maintenance plan waits for an answer: {}/plans").format(made.url),
        _("  4. Ways to light are compared: {}/scenarios").format(made.url),
        _("  5. A program calls the API with the keys in {}").format(made.partner.folder),
    ]
