"""What may not be meant in a policy that loads: dead, needless, constant, about to end."""

from gate.policy.review.notices import MEANING, SOON, Notice, NoticeCode
from gate.policy.review.reviewer import review

__all__ = ["MEANING", "SOON", "Notice", "NoticeCode", "review"]
