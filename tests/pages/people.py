"""People of the furnished place: browsers that are logged in, and forms sent as a browser does."""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import httpx2

from synergie.exchange.trust.accounts import Accounts, Browser
from synergie.schemas.trust.account import ROLES, Account
from tests.http_client import HttpClient
from tests.server.partner import NOW, URL
from tests.server.place import Furnished

COOKIE = "__Host-synergie"
SAME = {"Origin": URL, "Sec-Fetch-Site": "same-origin"}
"""What a browser adds to a form of the same site."""

_TOKEN = re.compile(r'<input type="hidden" name="_csrf" value="([^"]*)">')


@dataclass
class People:
    """One account of each role in the owner's organisation; two in the partner's.

    Names: `reader`, `agent`, `signer`, `keeper` (of `org-one`), `other-reader`, `other-signer` (of
    `org-two`, the partner of an agreement), `stranger` (a keeper of `org-three`, which shares
    nothing).
    """

    furnished: Furnished
    accounts: dict[str, Account] = field(default_factory=dict)
    _logged_in: int = 0

    @classmethod
    def of(cls, furnished: Furnished) -> "People":
        """The people of *furnished*, with their accounts."""
        people = cls(furnished)
        for role in ROLES:
            people.add(role, furnished.owner.organisation, role)
        for role in ("reader", "signer"):
            people.add(f"other-{role}", furnished.partner.organisation, role)
        people.add("stranger", furnished.stranger.organisation, "keeper")
        return people

    @property
    def book(self) -> Accounts:
        """The use case behind the pages."""
        found: Accounts = self.furnished.place.app.state.house.trust.accounts
        return found

    @property
    def ids(self) -> dict[str, str]:
        """Noun -> the identifier of the owner's one, as in `tests.server.place`."""
        return self.furnished.ids

    def add(self, name: str, organisation: str, role: str) -> Account:
        """One more account."""
        label = f"la personne chargée de {name}"
        self.accounts[name] = self.book.add(organisation, label, role, by=None, now=NOW)
        return self.accounts[name]

    def browser(self, name: str | None = None, **headers: str) -> httpx2.Client:
        """A browser; logged in as the account *name*, or as nobody."""
        client = HttpClient(
            self.furnished.place.app, base_url=URL, follow_redirects=False, headers=headers
        )
        if name is not None:
            self._logged_in += 1  # the oldest sitting ends first: none began at another's moment
            now = self.furnished.place.clock.now + timedelta(microseconds=self._logged_in)
            token = self.book.link(self.accounts[name].id, by=None, now=now)
            entered = self.book.enter(token, browser=Browser(), now=now)
            client.cookies.set(COOKIE, entered.token, domain=urlsplit(URL).netloc)
        return client

    def form(
        self, client: httpx2.Client, path: str, *, at: str | None = None, **fields: Any
    ) -> httpx2.Response:
        """Read the page *path*, take its token, and send *fields* to it (or to *at*).

        A value that is a tuple (name, bytes) is a file: the form is then multipart.
        """
        files = {name: value for name, value in fields.items() if isinstance(value, tuple)}
        data = {name: value for name, value in fields.items() if name not in files}
        data["_csrf"] = token_of(client.get(path))
        return client.post(at or path, data=data, files=files or None, headers=SAME)


def token_of(page: httpx2.Response) -> str:
    """The token of the forms of *page*."""
    found = _TOKEN.search(page.text)
    assert found is not None, page.text[:2000]
    return unescape(found[1])
