"""The headers that every answer bears, whoever makes it."""

from starlette.datastructures import MutableHeaders

_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
"""On every answer that does not say otherwise: data are kept by no cache, and drawn by no page."""

_VARY = "Authorization, DPoP"
"""For a cache that keeps answers in spite of `no-store`: another caller is another answer."""

_STRICT = "max-age=31536000"
"""Strict-Transport-Security (RFC 6797), a year; other names of the domain are not ours to bind."""

TRACE_ID = "Synergie-Trace-Id"


def fill_headers(headers: MutableHeaders, *, https: bool) -> None:
    """Add to *headers* what every answer bears beside its trace id."""
    for name, value in _HEADERS.items():
        headers.setdefault(name, value)
    if https:
        headers["Strict-Transport-Security"] = _STRICT
    if "no-store" in headers["Cache-Control"]:
        headers.add_vary_header(_VARY)
