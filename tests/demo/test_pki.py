from hashlib import sha256

from gate.model import Environment, Trust
from gate.x509 import read_tbs_certificate
from tests import pki

KNOWN = {
    "tbs": "e277ac624d97673e6d8c961c51e51f192a21a341b9200e493bf1c9a909344a6d",
    "precertificate": "d4b1281915671133c2e649f689e5c03d73aa72111505b7701347e26cc7e369f6",
}


def test_the_bytes_are_the_same_on_every_run() -> None:
    made = {
        "tbs": sha256(pki.tbs("example.com")).hexdigest(),
        "precertificate": sha256(pki.precertificate("example.com", "1.1.1.1")).hexdigest(),
    }

    assert made == KNOWN


def test_names_validity_and_issuer_are_arguments() -> None:
    tbs = read_tbs_certificate(pki.tbs("example.org", "1.1.1.1", days=201, ca=pki.TEST))

    assert [name.text for name in tbs.subject_alt_name] == ["example.org", "1.1.1.1"]
    assert tbs.validity_seconds == 201 * 86_400
    assert tbs.issuer.der == pki.issuer(pki.TEST).subject


def test_the_two_issuers_share_neither_name_nor_key() -> None:
    public, test = pki.issuer(), pki.issuer(pki.TEST)

    assert (public.trust, public.environment) == (Trust.PUBLIC, Environment.PRODUCTION)
    assert (test.trust, test.environment) == (Trust.TEST, Environment.STAGING)
    assert public.spki != test.spki
    assert public.subject != test.subject
