"""Certificate profiles: what certificates of one product look like, field by field.

A profile is a file of a policy, `profiles/NAME.yaml`. What differs from it is told one by one.
"""

from gate.policy.certificate_profile.judging import Mismatch, Signer, mismatches
from gate.policy.certificate_profile.profile import CertificateProfile
from gate.policy.certificate_profile.reading import profile_of, read_profile
from gate.policy.certificate_profile.shape import CertificateProfileFile

__all__ = [
    "CertificateProfile",
    "CertificateProfileFile",
    "Mismatch",
    "Signer",
    "mismatches",
    "profile_of",
    "read_profile",
]
