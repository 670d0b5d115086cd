"""What stands in an extension, in the words of profiles."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from gate.policy.certificate_profile.words import purpose_name
from gate.x509 import (
    KEY_USAGES,
    ECKey,
    Extension,
    GeneralName,
    GeneralNameKind,
    RSAKey,
    TBSCertificate,
    oids,
    read_access_descriptions,
    read_certificate_policies,
    read_distribution_points,
    read_public_key,
)

_METHODS = {oids.OCSP: "ocsp", oids.CA_ISSUERS: "ca_issuers"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """The lists in an extension by the keys that pin them, and what no profile can allow."""

    lists: Mapping[str, tuple[str, ...]]
    qualified: tuple[str, ...] = ()
    odd: tuple[str, ...] = ()


def contents_of(extension: Extension, certificate: TBSCertificate) -> Contents | None:
    """The lists of an extension; None where it is of a kind that holds none.

    Raises Malformed where it cannot be read.
    """
    read = _READERS.get(extension.oid)
    return None if read is None else read(extension.value, certificate)


def _access(value: bytes, _: TBSCertificate) -> Contents:
    found: dict[str, list[str]] = {"ocsp": [], "ca_issuers": []}
    odd = []
    for each in read_access_descriptions(value):
        key = _METHODS.get(each.method)
        if key is None:
            odd.append(f"the access method `{each.method}` is found, and none such is expected")
        else:
            found[key] += _url(each.location, odd)
    return Contents(lists={key: tuple(urls) for key, urls in found.items()}, odd=tuple(odd))


def _policies(value: bytes, _: TBSCertificate) -> Contents:
    found = read_certificate_policies(value)
    return Contents(
        lists={"policies": tuple(each.oid for each in found)},
        qualified=tuple(each.oid for each in found if each.qualified),
    )


def _points(value: bytes, _: TBSCertificate) -> Contents:
    points, odd = read_distribution_points(value), []
    if len(points) > 1:
        odd.append(f"one distribution point is expected, {len(points)} found")
    if not all(point.plain for point in points):
        odd.append("a distribution point has something else than full names")
    urls = [url for point in points for name in point.names for url in _url(name, odd)]
    return Contents(lists={"urls": tuple(urls)}, odd=tuple(odd))


def _purposes(_: bytes, certificate: TBSCertificate) -> Contents:
    return Contents(lists={"purposes": tuple(map(purpose_name, certificate.extended_key_usage))})


def _usages(_: bytes, certificate: TBSCertificate) -> Contents:
    usages = certificate.key_usage or frozenset()
    found = tuple(name for name in KEY_USAGES if name in usages)
    match read_public_key(certificate.subject_public_key_info):
        case RSAKey():
            return Contents(lists={"rsa": found})
        case ECKey():
            return Contents(lists={"ec": found})
        case _:
            return Contents(lists={}, odd=("the key is neither RSA nor EC",))


def _url(name: GeneralName, odd: list[str]) -> Iterator[str]:
    if name.kind is GeneralNameKind.URI:
        yield name.text
    else:
        odd.append(f"a URL is expected, {name.kind} found")


_READERS: Mapping[str, Callable[[bytes, TBSCertificate], Contents]] = {
    oids.AUTHORITY_INFO_ACCESS: _access,
    oids.CERTIFICATE_POLICIES: _policies,
    oids.CRL_DISTRIBUTION_POINTS: _points,
    oids.EXTENDED_KEY_USAGE: _purposes,
    oids.KEY_USAGE: _usages,
}
