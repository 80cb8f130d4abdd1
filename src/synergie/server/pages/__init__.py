"""Pages for people: one room a page, one frame, one door."""

from fastapi import APIRouter

from synergie.server.pages import (
    _static,
    accessibilite,
    comptes,
    deposit,
    entrer,
    journal,
    plans,
    seances,
)

__all__ = ["page_routers"]


def page_routers() -> tuple[APIRouter, ...]:
    """The routers of all pages, in the order in which their paths are tried."""
    return (
        _static.router,
        entrer.router,
        seances.router,
        comptes.router,
        accessibilite.router,
        deposit.router,
        journal.router,
        plans.router,
    )
