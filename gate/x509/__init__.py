"""X.509 as the gate reads it: strictly, from the bytes that would be signed.

What is judged is what is signed: a value exists only if its encoding is exactly the input.
"""

from gate.x509.certificate import (
    AlgorithmIdentifier,
    Certificate,
    TBSCertificate,
    read_certificate,
    read_tbs_certificate,
)
from gate.x509.certificate_policies import PolicyInformation, read_certificate_policies
from gate.x509.disagreement import Disagreement, disagreements
from gate.x509.extensions import KEY_USAGES, Extension
from gate.x509.general_name import GeneralName, GeneralNameKind, address_text
from gate.x509.name import Attribute, Name
from gate.x509.name_constraints import NameConstraints, Subtree, read_name_constraints
from gate.x509.pem import der_from
from gate.x509.pointers import (
    AccessDescription,
    DistributionPoint,
    read_access_descriptions,
    read_distribution_points,
)
from gate.x509.public_key import ECKey, OtherKey, PublicKey, RSAKey, read_public_key
from gate.x509.transparency import (
    SignedCertificateTimestamp,
    correspondence_faults,
    read_timestamps,
)
from gate.x509.writing import complete, write_tbs_certificate

__all__ = [
    "KEY_USAGES",
    "AccessDescription",
    "AlgorithmIdentifier",
    "Attribute",
    "Certificate",
    "Disagreement",
    "DistributionPoint",
    "ECKey",
    "Extension",
    "GeneralName",
    "GeneralNameKind",
    "Name",
    "NameConstraints",
    "OtherKey",
    "PolicyInformation",
    "PublicKey",
    "RSAKey",
    "SignedCertificateTimestamp",
    "Subtree",
    "TBSCertificate",
    "address_text",
    "complete",
    "correspondence_faults",
    "der_from",
    "disagreements",
    "read_access_descriptions",
    "read_certificate",
    "read_certificate_policies",
    "read_distribution_points",
    "read_name_constraints",
    "read_public_key",
    "read_tbs_certificate",
    "read_timestamps",
    "write_tbs_certificate",
]
