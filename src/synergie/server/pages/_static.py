"""Styles, scripts and drawings of the pages: files of the package, named with their digest.

What others publish is packed in the package (`.gz`) and unpacked when the server first sends one.
"""

import gzip
import mimetypes
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from fastapi import Request
from starlette.responses import Response

from synergie.errors import NotFound
from synergie.reports.palette import render_css_variables, render_figure_rules
from synergie.server.house import get_services
from synergie.server.router import Router
from synergie.server.settings import Settings

_YEAR = "public, max-age=31536000, immutable"
_SHORT = "public, max-age=300"
_KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_BASE = "pages.css"
ACCENT, LOGO = "marque.css", "marque.svg"
"""What the operator gives by settings."""

router = Router(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent."""

    content: bytes
    digest: str
    kind: str


def get_asset_address(name: str) -> str:
    """The address of a file of `static/`: another one when its content changes. KeyError."""
    return f"/pages/{name}?v={_load_assets()[name].digest}"


@router.get("/pages/{name:path}")
async def asset(request: Request, name: str) -> Response:
    """One file of `static/`; who asks by its digest may keep it for good."""
    found = _load_assets().get(name) or load_brand(get_services(request).problems.settings).get(
        name
    )
    if found is None:
        raise NotFound
    exact = request.query_params.get("v") == found.digest
    headers = {"Cache-Control": _YEAR if exact else _SHORT}
    if name == LOGO:
        headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return Response(found.content, headers=headers, media_type=found.kind)


def load_brand(settings: Settings) -> dict[str, Asset]:
    """What the operator gave: an accent as a style, a logo; neither: nothing."""
    return _build_brand(settings.logo, settings.accent)


@lru_cache(maxsize=4)
def _build_brand(logo: Path | None, accent: str) -> dict[str, Asset]:
    found = {}
    if accent:
        light = f"@media screen and (prefers-color-scheme:light){{:root{{--accent:{accent}}}}}\n"
        found[ACCENT] = _build_asset(ACCENT, light.encode())
    if logo is not None:
        found[LOGO] = _build_asset(LOGO, logo.read_bytes())
    return found


@lru_cache(maxsize=1)
def _load_assets() -> dict[str, Asset]:
    """Every file of `static/` by its name below it."""
    return dict(_list_assets_below(files("synergie.server.pages").joinpath("static"), ""))


def _list_assets_below(folder: Traversable, prefix: str) -> list[tuple[str, Asset]]:
    found: list[tuple[str, Asset]] = []
    for one in folder.iterdir():
        name = f"{prefix}{one.name}"
        if one.is_dir():
            found += _list_assets_below(one, f"{name}/")
        elif not one.name.endswith(".py"):
            content, plain = one.read_bytes(), name.removesuffix(".gz")
            unpacked = content if plain == name else gzip.decompress(content)
            found.append((plain, _build_asset(plain, unpacked)))
    return found


def _build_asset(name: str, content: bytes) -> Asset:
    if name == _BASE:
        content = f"{render_css_variables()}{render_figure_rules()}".encode() + content
    suffix = name[name.rfind(".") :]
    kind = _KINDS.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Asset(content, sha256(content).hexdigest()[:16], kind)
