"""Views that people keep: the address of a page with its order, filters and columns, by a name.

A view grants nothing: it is an address, and what stands there is decided anew each time somebody
opens it.
"""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import parse_qsl, urlencode, urlsplit

from pydantic import TypeAdapter, ValidationError

from synergie.errors import BadInput, Conflict, NotFound
from synergie.policy import Permit, Principal, permit_own_data
from synergie.schemas.trust.account import ACCOUNTS
from synergie.storage.store import Session, Store
from synergie.storage.trust.saved_views import SavedView, delete_view, list_views, save_view
from synergie.units import Text

__all__ = ["MOST_VIEWS", "SavedView", "SavedViews", "may_change_view", "parse_view_address"]

MOST_VIEWS = 100
"""Views that one person may keep."""
_LONGEST_ADDRESS = 2_000
_LEFT_OUT = frozenset({"page", "format", "lang"})
_NAME: TypeAdapter[str] = TypeAdapter(Text)


@dataclass(frozen=True, slots=True)
class SavedViews:
    """Views of the caller, and those that others of its organisation share; one transaction each.

    Who saved a view renames and deletes it; a keeper of the accounts those that are shared, too.
    """

    store: Store

    def save(
        self, caller: Principal, name: str, address: str, *, shared: bool, now: datetime
    ) -> SavedView:
        """Keep *address* by *name*, for oneself or for the organisation.

        BadInput for what is no name, or no address of a page here; Conflict when the caller has
        100 views.
        """
        made = SavedView(
            id=f"view_{secrets.token_hex(8)}",
            client=caller.client_id,
            shared=shared,
            name=_parse_view_name(name),
            address=parse_view_address(address),
            saved_at=now,
        )
        with self.store.write() as session:
            permit = permit_own_data(caller, action="write", now=now)
            known = list_views(permit, session, caller.client_id)
            if sum(one.client == caller.client_id for one in known) >= MOST_VIEWS:
                raise Conflict("100 views", "fewer than 100")
            save_view(permit, session, made)
        return made

    def list_seen(self, caller: Principal, *, now: datetime) -> list[SavedView]:
        """Those of the caller and those that are shared with it, the oldest first."""
        with self.store.read() as session:
            permit = permit_own_data(caller, action="read", now=now)
            return list_views(permit, session, caller.client_id)

    def rename(self, caller: Principal, view: str, name: str, *, now: datetime) -> None:
        """Give a view another name. NotFound for one that the caller may not change; BadInput."""
        told = _parse_view_name(name)
        with self.store.write() as session:
            permit = permit_own_data(caller, action="write", now=now)
            found = _find_changeable(permit, session, caller, view)
            save_view(permit, session, replace(found, name=told))

    def delete(self, caller: Principal, view: str, *, now: datetime) -> None:
        """Forget a view. NotFound for one that the caller may not change."""
        with self.store.write(essential=True) as session:
            permit = permit_own_data(caller, action="write", now=now)
            delete_view(permit, session, _find_changeable(permit, session, caller, view).id)


def may_change_view(caller: Principal, view: SavedView) -> bool:
    """Whether *caller*, who sees *view*, may rename and delete it."""
    return view.client == caller.client_id or (view.shared and ACCOUNTS in caller.scopes)


def parse_view_address(text: str) -> str:
    """The address of a page here: path and query, without page, file or language. BadInput."""
    plain = text.isascii() and text.isprintable() and len(text) <= _LONGEST_ADDRESS
    path, query = "", ""
    if plain and "\\" not in text:
        path, _, query = text.partition("#")[0].partition("?")
    if not path.startswith("/") or path.startswith("//") or urlsplit(path).path != path:
        raise BadInput("/address", text, "the path and query of a page of this server")
    pairs = parse_qsl(query, keep_blank_values=True)
    kept = [(name, told) for name, told in pairs if name not in _LEFT_OUT]
    return f"{path}?{urlencode(kept)}" if kept else path


def _parse_view_name(text: str) -> str:
    try:
        return _NAME.validate_python(" ".join(text.split()))
    except ValidationError as error:
        raise BadInput("/name", text, "a name, 1 to 200 characters") from error


def _find_changeable(permit: Permit, session: Session, caller: Principal, view: str) -> SavedView:
    for one in list_views(permit, session, caller.client_id):
        if one.id == view and may_change_view(caller, one):
            return one
    raise NotFound
