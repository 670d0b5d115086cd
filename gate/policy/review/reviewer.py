"""Reads a policy as a colleague would, and says what its author may not have meant."""

from collections.abc import Mapping
from datetime import datetime

from gate.policy.policy import Policy
from gate.policy.review.covered import review_covered
from gate.policy.review.dates import review_dates
from gate.policy.review.expiry import review_expiry
from gate.policy.review.notices import Notice, Notices
from gate.policy.review.patterns import review_patterns
from gate.policy.review.reach import review_reach
from gate.policy.review.unused import review_unused
from gate.policy.review.written import Written
from gate.policy.site import Site

_REVIEWS = (
    review_reach,
    review_covered,
    review_unused,
    review_patterns,
    review_dates,
    review_expiry,
)


def review(
    policy: Policy, files: Mapping[str, bytes], *, site: Site, at: datetime
) -> tuple[Notice, ...]:
    """Everything worth saying of a policy that was loaded from these files for this site.

    Notices come in the order of the files' lines; only what is certain is said. `at` is the
    moment that dates are compared with.
    """
    written = Written.of(policy, files, site.issuers)
    notices = Notices(written.documents, at)
    for each in _REVIEWS:
        each(written, notices)
    return tuple(sorted(notices.found))
