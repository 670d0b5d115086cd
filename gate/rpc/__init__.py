"""The gate over gRPC: messages to values and back, roles, statuses, the server."""

from gate.rpc.logs import log_as_json
from gate.rpc.metrics import Metrics
from gate.rpc.roles import Identities, Role
from gate.rpc.scope import Scope
from gate.rpc.server import Listener, RunningServer, serve
from gate.rpc.tls import TLSFiles

__all__ = [
    "Identities",
    "Listener",
    "Metrics",
    "Role",
    "RunningServer",
    "Scope",
    "TLSFiles",
    "log_as_json",
    "serve",
]
