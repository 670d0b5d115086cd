"""JSON Schema of a policy's files, with the names of this very policy, for editors."""

from gate.policy.schema.names import Names, names_in
from gate.policy.schema.shapes import FILES, schema_of

__all__ = ["FILES", "Names", "names_in", "schema_of"]
