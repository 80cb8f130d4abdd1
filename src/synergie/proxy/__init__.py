"""The relay on this machine for tools that make no DPoP proof: QGIS, Grafana, Grist, curl.

It listens on loopback only, reads only, under one agreement; docs/decisions/0026.
"""

from synergie.proxy.app import Proxy
from synergie.proxy.door import Door, new_secret
from synergie.proxy.run import open_loopback_socket, serve_app
from synergie.proxy.said import Opened

__all__ = ["Door", "Opened", "Proxy", "new_secret", "open_loopback_socket", "serve_app"]
