"""Page tokens: opaque to the client, and good for the listing they came from alone."""

import base64
from hashlib import sha256

from gate.errors import Malformed
from gate.v1.evidence_registry_pb2 import ListEvidenceRequest

_INDEX_LENGTH = 8
_DIGEST_LENGTH = 8


def write_page_token(after: int, listing: ListEvidenceRequest) -> str:
    """Return the token of the page that follows the record at this log index."""
    index = after.to_bytes(_INDEX_LENGTH, signed=True)
    return base64.urlsafe_b64encode(index + _digest(listing)).decode()


def read_page_token(token: str, listing: ListEvidenceRequest) -> int:
    """Return the log index that the page begins after; -1 where there is no token.

    Raises Malformed unless the token was made for a listing with the same filter.
    """
    if not token:
        return -1
    try:
        data = base64.b64decode(token, altchars=b"-_", validate=True)
    except ValueError:
        data = b""
    after = int.from_bytes(data[:_INDEX_LENGTH], signed=True)
    if after < 0 or write_page_token(after, listing) != token:
        raise Malformed("is not from this listing: send back what the last page gave")
    return after


def _digest(listing: ListEvidenceRequest) -> bytes:
    """Digest the filter, without what changes from page to page."""
    shown = ListEvidenceRequest(
        account=listing.account,
        applicant=listing.applicant,
        identifier=listing.identifier if listing.HasField("identifier") else None,
    )
    return sha256(shown.SerializeToString(deterministic=True)).digest()[:_DIGEST_LENGTH]
