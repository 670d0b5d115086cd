"""The gate over gRPC: messages to values and back, roles, statuses, the server."""

from gate.rpc.roles import Identities, Role
from gate.rpc.server import Listener, RunningServer, serve
from gate.rpc.tls import TLSFiles

__all__ = ["Identities", "Listener", "Role", "RunningServer", "TLSFiles", "serve"]
