"""Where keys live: in files now, in HSMs later."""

from gate.signers.key_file import FileKey, write_key

__all__ = ["FileKey", "write_key"]
