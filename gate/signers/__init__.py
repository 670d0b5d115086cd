"""Where keys live: in files now, in HSMs later."""

from gate.signers.key_file import FileKey, write_key
from gate.signers.public_key import read_public_key, write_public_key

__all__ = ["FileKey", "read_public_key", "write_key", "write_public_key"]
