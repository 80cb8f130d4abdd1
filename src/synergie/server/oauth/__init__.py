"""The authorization server: authlib's core under our profile."""

from synergie.server.oauth.authority import Authority
from synergie.server.oauth.details import Live
from synergie.server.oauth.partner_keys import PartnerKeys
from synergie.server.oauth.routes import oauth_router

__all__ = ["Authority", "Live", "PartnerKeys", "oauth_router"]
