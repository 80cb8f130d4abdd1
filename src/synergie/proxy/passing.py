"""What is passed on, and what stays behind: paths, headers, and links turned to the relay.

Headers that speak of one connection only are dropped (RFC 9110 §7.6.1); so is what would give a
web page more than it has, and the coding, which the relay takes off.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import unquote

from starlette.datastructures import Headers

ASKED = (
    "accept", "accept-language", "if-match", "if-modified-since", "if-none-match", "if-range",
    "if-unmodified-since", "range",
)  # fmt: skip
"""Headers of a request that go on to the server."""

_CONNECTION = {
    "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection",
    "te", "trailer", "transfer-encoding", "upgrade",
}  # fmt: skip
_KEPT_BACK = _CONNECTION | {
    "alt-svc", "content-encoding", "date", "dpop-nonce", "server", "set-cookie",
    "strict-transport-security",
}  # fmt: skip
_LINKED = ("link", "location", "content-location")

OPENED = (
    "sites", "supply-points", "series", "curves", "cabinets", "light-points", "freshness",
    "records", "organisations",
)  # fmt: skip
"""What of `/v1` a tool may read: data, and how fresh they are; no agreement, no journal, no key."""

_PATH = re.compile(r"/v1/(?P<noun>[a-z-]+)(?:/[^/?#\\]+)*|/ogc(?:/[^/?#\\]*)*", re.ASCII)
_OGC_AGREEMENT = re.compile(r"/ogc/agreements/([^/]*)", re.ASCII)
_UP = re.compile(r"/(?:\.|%2e){1,2}(?:/|$)", re.IGNORECASE)
_ESCAPED = re.compile(r"%(?:2f|5c|00|0a|0d)", re.IGNORECASE)
_MEMBERS = rb"href|next|prev|first|last|url|self|collection"
_AFTER = rb'(?=[/"?#])'
_LONGEST_NAME = 32


def opened(path: str) -> bool:
    """Whether the relay passes on a reading of *path*, as it travels (still escaped)."""
    match = _PATH.fullmatch(path)
    if match is None or _UP.search(path) or _ESCAPED.search(path):
        return False
    return match["noun"] is None or match["noun"] in OPENED


def agreement_of(path: str) -> set[str]:
    """The agreement that an OGC address names: `/ogc/agreements/{agreement}/…`."""
    match = _OGC_AGREEMENT.match(unquote(path))
    return {match[1]} if match else set()


def is_under(path: str) -> bool:
    """Whether a reading of *path* takes the agreement as a parameter: `/v1` but the names."""
    return path.startswith("/v1/") and not path.startswith("/v1/organisations")


def select_request_headers(headers: Headers) -> dict[str, str]:
    """The headers of a tool's request that go on; a part of a body is asked for uncoded."""
    kept = {name: headers[name] for name in ASKED if name in headers}
    if "range" in kept:
        kept["accept-encoding"] = "identity"
    return {"accept": "*/*"} | kept


def rewrite_answer_headers(
    headers: Iterable[tuple[str, str]], there: str, here: str, *, same_length: bool
) -> Iterator[tuple[str, str]]:
    """The headers of the server's answer that come back, links turned from *there* to *here*.

    *same_length*: the body is passed on byte for byte, so that its length and its digest hold.
    """
    told = [(name.lower(), value) for name, value in headers]
    named = {
        one.strip().lower() for name, value in told if name == "connection"
        for one in value.split(",")
    }  # fmt: skip
    changed = {"content-length", "content-digest", "repr-digest", "signature", "signature-input"}
    coded = any(name == "content-encoding" for name, _ in told)
    dropped = _KEPT_BACK | named | (changed if coded or not same_length else set())
    for name, value in told:
        if name in dropped or name.startswith("access-control-"):
            continue
        yield name, _rewrite_url(value, there, here) if name in _LINKED else value


def _rewrite_url(value: str, there: str, here: str) -> str:
    return re.sub(rf"{re.escape(there)}(?=[/?#>\"]|$)", lambda _: here, value)


def has_links(path: str, headers: Mapping[str, str]) -> bool:
    """Whether links of the body are to be turned: those of OGC documents, which are absolute.

    `/v1` pages by cursors and holds no link, so its bodies stay as they were signed.
    """
    return path.startswith("/ogc") and "json" in headers.get("content-type", "")


class Links:
    """Links of a JSON document turned from the server's address to the relay's, piece by piece."""

    def __init__(self, there: str, here: str) -> None:
        form = rb'("(?:' + _MEMBERS + rb')"\s{0,8}:\s{0,8}")' + re.escape(there.encode()) + _AFTER
        self._form, self._here = re.compile(form), here.encode()
        self._most = len(there) + _LONGEST_NAME + 20
        self._held = b""

    def feed(self, piece: bytes) -> bytes:
        """What of the document is settled once *piece* came."""
        return self._settled(self._held + piece, keep=self._most)

    def close(self) -> bytes:
        """The rest."""
        return self._settled(self._held, keep=0)

    def _settled(self, text: bytes, *, keep: int) -> bytes:
        out, done = [], 0
        for match in self._form.finditer(text):
            out += [text[done : match.start()], match[1], self._here]
            done = match.end()
        upto = max(done, len(text) - keep)
        out.append(text[done:upto])
        self._held = text[upto:]
        return b"".join(out)
