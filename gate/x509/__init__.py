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
from gate.x509.disagreement import Disagreement, disagreements
from gate.x509.extensions import KEY_USAGES, Extension
from gate.x509.general_name import GeneralName, GeneralNameKind, address_text
from gate.x509.name import Attribute, Name
from gate.x509.pem import der_from
from gate.x509.writing import complete, write_tbs_certificate

__all__ = [
    "KEY_USAGES",
    "AlgorithmIdentifier",
    "Attribute",
    "Certificate",
    "Disagreement",
    "Extension",
    "GeneralName",
    "GeneralNameKind",
    "Name",
    "TBSCertificate",
    "address_text",
    "complete",
    "der_from",
    "disagreements",
    "read_certificate",
    "read_tbs_certificate",
    "write_tbs_certificate",
]
