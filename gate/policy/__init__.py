"""The policy: files that compliance people write, and the rules that judge a case by them.

Pure: files come as bytes by path, the moment comes with the case.
"""

from gate.policy.coverage import MANDATORY_KINDS
from gate.policy.exceptions import PolicyException
from gate.policy.holders import ApprovedHolder
from gate.policy.load import load
from gate.policy.policy import Policy, Profile
from gate.policy.problems import PolicyError, Problem
from gate.policy.rule import Rule
from gate.policy.site import LintCatalogue, Person, Site

__all__ = [
    "MANDATORY_KINDS",
    "ApprovedHolder",
    "LintCatalogue",
    "Person",
    "Policy",
    "PolicyError",
    "PolicyException",
    "Problem",
    "Profile",
    "Rule",
    "Site",
    "load",
]
