"""Where agreements are, for `synergie agreement`: the local store, or a server, with one face."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from synergie.cli._store import on_behalf, opened
from synergie.cli.extras import needs
from synergie.cli.misuse import Misuse
from synergie.cli.texts import _, speaks_french
from synergie.errors import BadInput, NotAllowed, NotFound

if TYPE_CHECKING:
    from synergie.client import Client
    from synergie.policy import Principal
    from synergie.policy.readings.sentence import Lang
    from synergie.schemas.trust.agreement import Act, Agreement, Terms
    from synergie.schemas.trust.clause import Clauses
    from synergie.storage.store import Store

type Form = Literal["html", "json", "pdf"]

_HERE = "http://localhost"


class Book(Protocol):
    """Agreements of one organisation, wherever they are."""

    def all(self, since: datetime | None) -> Iterator["Agreement"]:
        """Those it is a party of."""

    def read_agreement(self, agreement: str, version: int | None) -> "Agreement":
        """One of them."""

    def clauses(self, agreement: str, version: int | None, lang: "Lang") -> "Clauses":
        """Clause by clause."""

    def paper(
        self, agreement: str, version: int | None, form: Form, lang: "Lang"
    ) -> tuple[bytes, "Lang"]:
        """The paper to print, and the language it is in: a server prints French."""

    def draft(self, terms: "Terms", of: str | None) -> "Agreement":
        """A new draft; the next version of the agreement *of*."""

    def sign(self, act: "Act", shown: "Agreement") -> "Agreement":
        """Propose or accept *shown*, and nothing else."""

    def act(self, agreement: str, act: "Act") -> "Agreement":
        """Any other act."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """What the command line says of it."""

    org: str | None
    store: str | None
    server: str | None
    client: str | None
    key: Path | None

    @contextmanager
    def open(self) -> Iterator[Book]:
        """The book there; Misuse when the line does not say enough."""
        if self.server is None:
            if self.org is None:
                raise Misuse(_("say whose data it is with --org, or name a server with --server"))
            with opened(self.store) as place:
                yield _Here(place, on_behalf(place, self.org), self.key)
            return
        if self.client is None or self.key is None:
            raise Misuse(_("--server needs --client and --key"))
        from synergie.client import Auth, Client

        auth = Auth.from_files(
            key=self.key, client_id=self.client, issuer=self.server, organisation=self.org
        )
        with Client(self.server, auth) as partner:
            yield _There(partner)


@dataclass(frozen=True, slots=True)
class _Here:
    """In the local store, as its operator on behalf of the organisation."""

    place: "Store"
    caller: "Principal"
    key: Path | None

    def all(self, since: datetime | None) -> Iterator["Agreement"]:
        from synergie.exchange.trust.agreements import Agreements

        book, now, after = Agreements(self.place), _now(), None
        while True:
            page = book.page(self.caller, after=after, changed_since=since, now=now)
            yield from page.items
            after = page.next
            if after is None:
                return

    def read_agreement(self, agreement: str, version: int | None) -> "Agreement":
        from synergie.exchange.trust.agreements import Agreements

        return Agreements(self.place).read(self.caller, agreement, version=version, now=_now())

    def clauses(self, agreement: str, version: int | None, lang: "Lang") -> "Clauses":
        from synergie.exchange.trust.agreement_papers import AgreementPapers
        from synergie.reports.language import use_language

        papers = AgreementPapers(self.place)
        with use_language(lang):
            return papers.clauses(self.caller, agreement, version=version, now=_now())

    def paper(
        self, agreement: str, version: int | None, form: Form, lang: "Lang"
    ) -> tuple[bytes, "Lang"]:
        if form == "json":
            return self._proof(agreement, version), lang
        with needs("report"):
            from synergie.exchange.trust.agreement_papers import AgreementPapers
        from synergie.reports.language import use_language

        papers, now = AgreementPapers(self.place), _now()
        with use_language(lang):
            if form == "pdf":
                return papers.pdf(self.caller, agreement, version=version, now=now), lang
            sheet = papers.html(self.caller, agreement, version=version, now=now)
            return sheet.text.encode(), lang

    def _proof(self, agreement: str, version: int | None) -> bytes:
        with needs("report"):
            from synergie.exchange.trust.agreement_papers import AgreementPapers

        papers = AgreementPapers(self.place)
        told = papers.proof(self.caller, agreement, version=version, now=_now())
        return told.model_dump_json(indent=2).encode()

    def draft(self, terms: "Terms", of: str | None) -> "Agreement":
        from synergie.exchange.trust.agreements import Agreements

        book = Agreements(self.place)
        if of is None:
            return book.draft(self.caller, terms, now=_now())
        return book.redraft(self.caller, of, terms, now=_now())

    def sign(self, act: "Act", shown: "Agreement") -> "Agreement":
        from synergie.client import Auth
        from synergie.exchange.trust.agreements import Agreements

        if self.key is None:
            raise Misuse(_("say with which key you sign: --key FILE"))
        mine = self.caller.organisation
        role: Literal["owner", "recipient"] = "owner" if shown.terms.owner == mine else "recipient"
        auth = Auth.from_files(key=self.key, client_id=mine, issuer=_HERE, organisation=mine)
        signature = auth.sign(shown, role, mine)
        return Agreements(self.place).act(
            self.caller, shown.id, act, signature=signature, now=_now()
        )

    def act(self, agreement: str, act: "Act") -> "Agreement":
        from synergie.exchange.trust.agreements import Agreements

        return Agreements(self.place).act(self.caller, agreement, act, now=_now())


@dataclass(frozen=True, slots=True)
class _There:
    """On a server, as the program that holds the key."""

    partner: "Client"

    def all(self, since: datetime | None) -> Iterator["Agreement"]:
        yield from self.partner.agreements(changed_since=since)

    def read_agreement(self, agreement: str, version: int | None) -> "Agreement":
        return self.partner.agreement(agreement, version=version)

    def clauses(self, agreement: str, version: int | None, lang: "Lang") -> "Clauses":
        """As the server gives them; in English made here, out of the terms."""
        if lang == "fr":
            return self.partner.papers.clauses(agreement, version=version)
        from synergie.policy.trust.clauses import build_clauses

        one = self.partner.agreement(agreement, version=version)
        names = {side: self._name(side) for side in (one.terms.owner, one.terms.recipient)}
        return build_clauses(one, names, lang=lang)

    def _name(self, organisation: str) -> str:
        """Its official name; its identifier where the directory is not open to the program."""
        try:
            return self.partner.organisation(organisation).name
        except (NotAllowed, NotFound):
            return organisation

    def paper(
        self, agreement: str, version: int | None, form: Form, lang: "Lang"
    ) -> tuple[bytes, "Lang"]:
        if form == "json":
            told = self.partner.papers.proof(agreement, version=version)
            return told.model_dump_json(indent=2).encode(), lang
        if form == "pdf":
            return self.partner.papers.pdf(agreement, version=version), "fr"
        return self.partner.papers.html(agreement, version=version).encode(), "fr"

    def draft(self, terms: "Terms", of: str | None) -> "Agreement":
        return self.partner.draft(terms) if of is None else self.partner.redraft(of, terms)

    def sign(self, act: "Act", shown: "Agreement") -> "Agreement":
        signing = self.partner.propose if act == "propose" else self.partner.accept
        return signing(shown.id, terms_sha256=shown.terms_sha256)

    def act(self, agreement: str, act: "Act") -> "Agreement":
        done: Agreement = getattr(self.partner, act)(agreement)
        return done


def to_sign(book: Book, agreement: str, act: "Act") -> "Agreement":
    """The version of *agreement* that waits for this signature; else the one that holds."""
    shown, wanted = (
        book.read_agreement(agreement, None),
        "draft" if act == "propose" else "proposed",
    )
    for version in range(shown.version_pending or 0, 0, -1):
        try:
            one = book.read_agreement(agreement, version)
        except NotFound:
            continue
        if one.state == wanted:
            return one
    return shown


def form_of(out: Path) -> Form:
    """What *out* is to hold, by its name."""
    forms: dict[str, Form] = {".pdf": "pdf", ".html": "html", ".htm": "html", ".json": "json"}
    if out.suffix.casefold() not in forms:
        raise BadInput("--out", out.name, "a name that ends with .pdf, .html or .json")
    return forms[out.suffix.casefold()]


def get_terminal_language() -> "Lang":
    """The language of who reads the terminal."""
    return "fr" if speaks_french() else "en"


def _now() -> datetime:
    return datetime.now(UTC)
