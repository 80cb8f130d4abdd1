"""A secret that one page hands to the next and nothing keeps: shown once, then gone."""

from dataclasses import dataclass

from starlette.responses import Response

from synergie.server.pages.visit import Visit

_LASTS_S = 60


@dataclass(frozen=True, slots=True)
class Once:
    """A secret for the page at *path*, in a cookie of one minute that only this page is sent.

    The address would keep it in histories, and the store is to hold no secret in clear.
    """

    name: str
    path: str

    def hand(self, visit: Visit, answer: Response, value: str) -> Response:
        """*answer*, which hands *value* to the page; an empty one takes it away."""
        answer.set_cookie(
            self._cookie(visit),
            value,
            max_age=_LASTS_S if value else 0,
            path=self.path,
            secure=_is_public_https(visit),
            httponly=True,
            samesite="strict",
        )
        return answer

    def value(self, visit: Visit) -> str:
        """What was handed to the page; empty when nothing was."""
        return visit.request.cookies.get(self._cookie(visit), "")

    def forget_secret(self, visit: Visit, answer: Response) -> Response:
        """*answer*, after which the secret is there no more."""
        return self.hand(visit, answer, "") if self.value(visit) else answer

    def _cookie(self, visit: Visit) -> str:
        return f"{'__Secure-' if _is_public_https(visit) else ''}once-{self.name}"


def _is_public_https(visit: Visit) -> bool:
    return visit.services.problems.settings.public_url.startswith("https:")
