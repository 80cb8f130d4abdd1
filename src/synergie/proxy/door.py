"""Who may knock: tools of this machine that were given the address, and no web page.

Three things keep a page of the Internet out, each by itself: the `Host` must be the relay's own (a
name that a hostile DNS points here is refused), `Origin` and `Sec-Fetch-Site` say that a browser
asks for a page (Fetch §3.2, Fetch Metadata), and the path begins with a secret that nobody guesses.
"""

import re
import secrets
from dataclasses import dataclass
from hmac import compare_digest

from starlette.datastructures import Headers

from synergie.proxy.said import NO_SECRET, OTHER_HOST, OTHER_PAGE, READS_ONLY, Refusal

METHODS = ("GET", "HEAD")

SECRET = re.compile(r"[A-Za-z0-9_-]{24,86}", re.ASCII)
"""The form of a secret: 144 bits or more, as they stand in a path."""

_BYTES = 24
_NAVIGATION = {"none", "same-origin"}


def new_secret() -> str:
    """A new pass word, 192 random bits."""
    return secrets.token_urlsafe(_BYTES)


@dataclass(frozen=True, slots=True)
class Door:
    """The relay's own names, and the pass word that every address begins with."""

    hosts: frozenset[str]
    secret: str

    @classmethod
    def of(cls, host: str, port: int, secret: str) -> "Door":
        """The door of a relay that listens at *host* (an address) and *port*."""
        name = f"[{host}]" if ":" in host else host
        return cls(frozenset({f"{name}:{port}", f"localhost:{port}"}), secret)

    def inner(self, path: str) -> str | None:
        """*path* behind the pass word; None when it does not begin with it."""
        word, _, rest = path.removeprefix("/").partition("/")
        if not compare_digest(word.encode(), self.secret.encode()):
            return None
        return f"/{rest}"

    def refusal(self, method: str, path: str, headers: Headers) -> Refusal | None:
        """Why the request is refused at the door; None when it may come in."""
        if len(hosts := headers.getlist("host")) != 1 or hosts[0].lower() not in self.hosts:
            return Refusal(421, OTHER_HOST)
        if "origin" in headers or headers.get("sec-fetch-site", "none") not in _NAVIGATION:
            return Refusal(403, OTHER_PAGE)
        if self.inner(path) is None:
            return Refusal(404, NO_SECRET)
        if method not in METHODS:
            return Refusal(405, READS_ONLY, (("Allow", ", ".join(METHODS)),))
        return None
