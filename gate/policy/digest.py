"""The digest that names a policy."""

from gate.model.policy_digest import MANIFEST, digest_of

__all__ = ["MANIFEST", "digest_of"]
