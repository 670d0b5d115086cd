"""The boundaries of certificate profiles, as far as tests can write certificates."""

from collections.abc import Iterator

from gate.model import CertificateType
from gate.policy import Rule
from gate.policy.certificate_profile.profile import AttributePin, CertificateProfile
from gate.policy.kinds.extensions_as_profile import ExtensionsAsProfile
from gate.workbench.boundary import Boundary, Scene, Value
from gate.workbench.suite_scalars import SUBJECT_FIELDS

_COUNTRIES = frozenset({"c", "jurisdiction_c"})


def extensions_as_profile(rule: Rule, scene: Scene) -> Iterator[Boundary]:
    """Each type of certificate, and each attribute of the subject more, less and twice."""
    requirement = rule.requirement
    if not isinstance(requirement, ExtensionsAsProfile):
        raise TypeError(rule.kind)
    for name, profile in requirement.files.items():
        asked: dict[str, Value] = {"request.profile": name}
        needed: dict[str, Value] = {
            pin.name: _text(pin) for pin in _written(profile) if not pin.optional
        }
        yield Boundary(
            name=f"each type for {name}",
            path="certificate.type",
            values=tuple(each.value for each in CertificateType),
            change={**asked, "certificate.subject": needed},
        )
        asked["certificate.type"] = scene.policy.profiles[name].certificate_type.value
        for told, values in _subjects(profile, needed):
            yield Boundary(
                name=f"{told} for {name}", path="certificate.subject", values=values, change=asked
            )


def _subjects(
    profile: CertificateProfile, needed: dict[str, Value]
) -> Iterator[tuple[str, tuple[Value, ...]]]:
    pins = {pin.name: pin for pin in _written(profile)}
    without = ({key: text for key, text in needed.items() if key != left} for left in needed)
    yield "the least subject, and each attribute left out", (needed, *without)
    yield (
        "each attribute more",
        tuple(
            {
                name: _text(pins.get(name))
                for name in (*pins, *(SUBJECT_FIELDS.keys() - pins.keys()))
                if name in needed or name == more
            }
            for more in sorted(SUBJECT_FIELDS)
            if more not in needed
        ),
    )
    yield (
        "each attribute twice",
        tuple(
            {
                each: (_text(pin), _text(pin)) if each == name else _text(pin)
                for each, pin in pins.items()
                if each in needed or each == name
            }
            for name in pins
        ),
    )


def _written(profile: CertificateProfile) -> list[AttributePin]:
    """The attributes that tests have words for."""
    return [pin for pin in profile.subject if pin.name in SUBJECT_FIELDS]


def _text(pin: AttributePin | None) -> str:
    if pin is not None and pin.values is not None:
        return min(pin.values)
    return "HR" if pin is not None and pin.name in _COUNTRIES else "Plovidba"
