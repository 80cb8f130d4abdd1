"""`synergie digest`: the morning of an organisation, to read, to mail, or for a calendar."""

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from synergie.cli._store import StoreUrl, on_behalf, opened, read_cli_settings
from synergie.cli.misuse import Misuse
from synergie.cli.print import as_json as print_json
from synergie.cli.texts import N_, _, speaks_french

SUMMARY = N_("The morning: what is up to date, what is late and why, what is to be done.")
EXAMPLE = (
    "synergie digest --org cc-bassin-de-pompey\n"
    "synergie digest --org X --mail energie@ville.example | sendmail -t\n"
    "synergie digest --org X --ics > echeances.ics"
)


def run(
    *,
    org: Annotated[
        str | None, typer.Option(metavar="ORG", help=N_("Whose data it is (local store only)."))
    ] = None,
    as_text: Annotated[
        bool, typer.Option("--text", help=N_("As plain lines: what is given without an option."))
    ] = False,
    mail: Annotated[
        str | None,
        typer.Option(
            "--mail",
            metavar="ADDRESS",
            help=N_("As a whole e-mail to this address (RFC 5322), for sendmail -t."),
        ),
    ] = None,
    as_ics: Annotated[
        bool, typer.Option("--ics", help=N_("What is due as a calendar (iCalendar)."))
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help=N_("One JSON document; its keys are stable."))
    ] = False,
    store: StoreUrl = None,
) -> None:
    """Exit 0 whatever is late: the state is in the answer."""
    if org is None:
        raise Misuse(_("say whose data it is with --org"))
    if sum((as_text, mail is not None, as_ics, as_json)) > 1:
        raise Misuse(_("say one of --text, --mail, --ics and --json"))
    with opened(store) as place:
        from synergie.exchange.readings.morning import Mornings
        from synergie.exchange.trust.organisations import Directory

        caller, now = on_behalf(place, org), datetime.now(UTC)
        name = Directory(place).read(caller, org, now=now).name
        settings = read_cli_settings(database_url=store)
        told = Mornings(place, settings.quiet).read(caller, tell=_, now=now)
    address = settings.public_url
    from synergie.reports.readings import digest, digest_ics
    from synergie.reports.readings.digest_words import Lang

    lang: Lang = "fr" if speaks_french() else "en"
    if as_ics:
        sys.stdout.buffer.write(digest_ics.render_calendar(lang, told, name=name, address=address))
    elif as_json:
        print_json(digest.as_json(lang, told))
    elif mail is not None:
        sys.stdout.buffer.write(
            digest.build_message(lang, told, name=name, address=address, to=mail)
        )
    else:
        typer.echo(digest.render_letter(lang, told, name=name, address=address), nl=False)
