"""A territory with a year of readings, its server, and the people who may open it to everybody."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2

from synergie.exchange.publication.cell_schemes import CellSchemes
from synergie.exchange.trust.accounts import Accounts, Browser
from synergie.schemas.publication.cell_scheme import CellScheme
from synergie.storage.store import Store
from tests.databases import postgres, sqlite
from tests.exchange.people import NOW, Body, body
from tests.exchange.sums import Territory, codes, scheme
from tests.http_client import HttpClient
from tests.pages.people import COOKIE, SAME, token_of
from tests.server.partner import URL
from tests.server.place import Place

ALL = tuple([1_000_000] * 12)
HERE = {"how": "held", "confirm": "yes"}
"""What the form of a signature holds when the key that is held here signs."""
SCRIPT = "<script>alert(1)</script>"
CANARY = "99000000000001"
"""The number of a delivery point: in no answer of these pages."""


@dataclass
class Opening:
    """Twelve homes of one commune and three of another, with a server and browsers."""

    place: Place
    owner: Body
    stranger: Body
    territory: Territory
    scheme: CellScheme
    browsers: dict[str, httpx2.Client] = field(default_factory=dict)

    @property
    def dataset(self) -> str:
        """The name of what is opened."""
        return f"{self.scheme.id}-electricity"

    @property
    def where(self) -> str:
        """Where anybody reads it."""
        return f"/public/donnees/{self.dataset}"

    def browser(self, role: str | None = None, organisation: str = "cc-une") -> httpx2.Client:
        """A browser of nobody, or of an account of that role."""
        name = f"{organisation}/{role}"
        if name not in self.browsers:
            client = HttpClient(self.place.app, base_url=URL, follow_redirects=False)
            if role is not None:
                book: Accounts = self.place.app.state.house.trust.accounts
                account = book.add(organisation, f"la personne de {role}", role, by=None, now=NOW)
                token = book.link(account.id, by=None, now=self.place.clock.now)
                entered = book.enter(token, browser=Browser(), now=self.place.clock.now)
                client.cookies.set(COOKIE, entered.token)
            self.browsers[name] = client
        return self.browsers[name]

    def typed(self, period: str = "2025-01", **more: str) -> dict[str, str]:
        """What a signer types."""
        return {
            "decoupage": self.scheme.id,
            "energie": "electricity",
            "periode": period,
            "titre": "Électricité par commune",
            "description": "Ce que consomment les logements.",
            "licence": "etalab-2.0",
            "contact": "service énergie, energie@exemple.test",
            "ouest": "5,9",
            "sud": "48.6",
            "est": "6,3",
            "nord": "48.9",
        } | more

    def preview(self, period: str = "2025-01", **more: str) -> httpx2.Response:
        """What a signer is shown first."""
        query = self.typed(period, **more)
        return self.browser("signer").get("/publications/apercu", params=query)

    def record(self, period: str = "2025-01", **more: str) -> httpx2.Response:
        """The sums are computed and recorded, as a signer asks for it."""
        signer = self.browser("signer")
        token = token_of(signer.get("/public"))
        sent = self.typed(period, **more) | {"_csrf": token}
        return signer.post("/publications/sommes", data=sent, headers=SAME)

    def recorded(self, period: str = "2025-01", **more: str) -> httpx2.Response:
        """What a signer is shown once the sums are recorded."""
        answer = self.record(period, **more)
        assert answer.status_code == 303, answer.text
        return self.preview(period, **more)

    def sign(self, period: str = "2025-01", **more: str) -> httpx2.Response:
        """Every step, as a signer takes them; the answer to the last."""
        query = self.typed(period, **more)
        seen = hidden(self.recorded(period, **more), "vu")
        signer = self.browser("signer")
        second = signer.get("/publications/signature", params=query | {"vu": seen})
        assert second.status_code == 200, second.text
        sent = query | {"vu": seen, "_csrf": token_of(second)} | HERE
        return signer.post("/publications", data=sent, headers=SAME)

    def move(self, move: str) -> httpx2.Response:
        """Suspend, resume or end, in two steps."""
        signer, path = self.browser("signer"), f"/publications/{self.dataset}/{move}"
        return signer.post(path, data={"_csrf": token_of(signer.get(path))}, headers=SAME)

    def file(self, name: str, period: str = "2025-01", version: int = 1) -> httpx2.Response:
        """A file of one version, as anybody reads it."""
        return self.browser().get(f"{self.where}/{period}/v{version}/{name}")

    def read(self, path: str) -> dict[str, Any]:
        """The JSON at *path* below it, as anybody reads it."""
        told: dict[str, Any] = self.browser().get(f"{self.where}{path}").json()
        return told

    def catalogue(self) -> dict[str, Any]:
        """The one dataset, as the catalogue tells it."""
        graph = self.browser().get("/catalog.jsonld").json()["@graph"]
        (told,) = graph[0]["dcat:dataset"]
        found: dict[str, Any] = told
        return found


@dataclass(frozen=True)
class Ground:
    """The territory without a server, to be copied: it is declared and measured once."""

    url: str
    owner: Body
    stranger: Body
    territory: Territory
    scheme: CellScheme

    @classmethod
    def made(cls, url: str) -> "Ground":
        """Twelve homes of one commune and three of another, a year each, in the store at *url*."""
        store = Store.open(url)
        owner, stranger = body(store, "cc-une"), body(store, "cc-autre")
        territory = Territory(store, owner).add(codes(12), ALL)
        territory.add(codes(3, 300), ALL, insee="54318")
        book = CellSchemes(store)
        made = book.save(owner.caller, "communes", scheme("54430", "54318", "54357"), now=NOW)
        store.close()
        return cls(url, owner, stranger, territory, made)

    @contextmanager
    def opening(self, folder: Path, *, held: bool = True, **settings: Any) -> Iterator[Opening]:
        """A server over a copy in *folder*, at the moment of the test.

        *held*: whether it holds the signing key of who may open.
        """
        with ExitStack() as stack:
            if self.url.startswith("sqlite"):
                url = sqlite(folder, like=self.url)
            else:
                url = stack.enter_context(postgres(like=self.url))
            store = Store.open(url)
            stack.callback(store.close)
            place = Place.of(store, folder / "data", **settings)
            place.clock.now = NOW
            if held:
                key = json.dumps(self.owner.key.as_dict(private=True))
                place.app.state.house.trust.held_keys.bring(self.owner.caller, key, now=NOW)
            territory = replace(
                self.territory,
                store=store,
                series=dict(self.territory.series),
                points=dict(self.territory.points),
            )
            yield Opening(place, self.owner, self.stranger, territory, self.scheme)


def hidden(page: httpx2.Response, name: str) -> str:
    """The value of a hidden field of *page*."""
    assert page.status_code == 200, page.text
    _, _, rest = page.text.partition(f'<input type="hidden" name="{name}" value="')
    assert rest, page.text
    return rest.partition('"')[0]


def query_of(answer: httpx2.Response) -> dict[str, list[str]]:
    """The query of the address that *answer* sends to."""
    return parse_qs(urlsplit(answer.headers["location"]).query)
