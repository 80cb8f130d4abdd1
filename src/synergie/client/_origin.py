"""Addresses we may send a key's work to: https, or this machine."""

import ipaddress
from urllib.parse import urlsplit

from synergie.errors import Misconfigured


def check_secure(url: str, name: str) -> str:
    """*url* without its last slash; Misconfigured when it is neither https nor on this machine."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise Misconfigured("{}: found {!r}, expected an address", name, url) from error
    if not host or parts.query or parts.fragment or "@" in parts.netloc:
        raise Misconfigured("{}: found {!r}, expected https://host, no query or user", name, url)
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        raise Misconfigured("{}: found {!r}, expected https (http on this machine only)", name, url)
    return url.rstrip("/")


def is_loopback(host: str) -> bool:
    """Whether *host* is this machine, by name or by number."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def parse_origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port of *url* (RFC 6454)."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return parts.scheme, (parts.hostname or "").lower(), port


def well_known(issuer: str) -> str:
    """Address of the metadata of *issuer* (RFC 8414 §3: the well-known part before the path)."""
    parts = urlsplit(issuer)
    path = parts.path.rstrip("/")
    return f"{parts.scheme}://{parts.netloc}/.well-known/oauth-authorization-server{path}"
