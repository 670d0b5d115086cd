"""The kind `extensions_as_profile`: the certificate looks as all of its product do."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from gate.model import Case, Finding
from gate.policy.certificate_profile.comparing import profile_differences
from gate.policy.certificate_profile.english import profile_in_words
from gate.policy.certificate_profile.judging import mismatches
from gate.policy.certificate_profile.profile import CertificateProfile, Signer
from gate.policy.change import Change
from gate.policy.definitions import Definitions, Place
from gate.policy.differences import Difference
from gate.policy.named import ProfileName
from gate.policy.problems import did_you_mean, listed
from gate.policy.quoting import quoted
from gate.policy.requirement import Requirement, certificate_of
from gate.policy.rule_shape import RuleShape
from gate.policy.scalars import NotEmpty, Text


@dataclass(frozen=True, slots=True)
class ExtensionsAsProfile(Requirement):
    """The certificate has just what the profile file of its product says, field by field.

    `files` has what each product's certificates look like, by the product's name.
    """

    kind: ClassVar[str] = "extensions_as_profile"
    faults: ClassVar[Mapping[str, str]] = {
        "extension": "an extension is missing, is one too many, has another criticality, or "
        "stands elsewhere",
        "content": "something else stands in an extension",
        "subject": "the subject has other attributes, another order or another string type",
        "signature": "the signature algorithm is another",
        "field": "the version is not 3, or a unique identifier is there",
        "unknown": "no file says how certificates of the product look",
    }
    sections: ClassVar[tuple[str, ...]] = ("BR 7.1.2.7", "BR 7.1.2.7.6", "BR 7.1.4.1", "BR 7.1.4.2")
    files: Mapping[str, CertificateProfile]

    def judge(self, case: Case) -> tuple[Finding, ...]:
        """Compare the certificate with the file of its product; one finding for each difference."""
        context, certificate = case.request.context, certificate_of(case)
        profile = self.files.get(context.profile)
        if profile is None:
            text = f"no file says how certificates of {quoted(context.profile)} look"
            return (self.finding(text, location="context.profile", more="unknown"),)
        issuer = case.issuer
        signer = None
        if issuer is not None:
            signer = Signer(spki=issuer.spki, key_id=issuer.subject_key_identifier)
        found = mismatches(profile, certificate, signer=signer)
        return tuple(
            self.finding(f"{each.location}: {each.text}", location=each.location, more=each.part)
            for each in found
        )

    def in_words(self) -> str:
        """For each product, everything that is pinned."""
        return " ".join(
            f"A certificate for {quoted(name)}, “{profile.title}”, looks so. "
            f"{profile_in_words(profile)}"
            for name, profile in self.files.items()
        )

    def differences(self, older: "ExtensionsAsProfile") -> tuple[Difference, ...]:
        """The pins of each product's file."""
        return tuple(self._differences(older))

    def _differences(self, older: "ExtensionsAsProfile") -> Iterator[Difference]:
        for name in sorted({*self.files, *older.files}):
            new, old = self.files.get(name), older.files.get(name)
            if new is None or old is None:
                # What has no file is blocked.
                change = Change.STRICTER if new is None else Change.LOOSER
                yield Difference(change, f"{quoted(name)} {'removed' if new is None else 'added'}")
                continue
            for each in profile_differences(new, old):
                yield Difference(each.change, f"{quoted(name)}: {each.text}")


class ExtensionsAsProfileShape(RuleShape):
    """`profiles` has, for each product, the file that says how its certificates look."""

    kind: Literal["extensions_as_profile"] = Field(
        description="The certificate looks as the profile file of its product says. It has just "
        "those extensions, subject attributes and signature algorithms, with the content that is "
        "pinned there; every difference is told."
    )
    profiles: Annotated[dict[ProfileName, Text], NotEmpty] = Field(
        description="The profile file of each product that the rule is for, in the folder "
        "`profiles` of the policy.",
        examples=[{"tls-dv": "profiles/tls-dv.yaml"}],
    )

    def resolve(self, definitions: Definitions, place: Place) -> ExtensionsAsProfile:
        """Looks up products and files; notes a product of the rule that has no file."""
        where = place.below("profiles")
        files = {}
        for name, path in self.profiles.items():
            if name not in definitions.profiles:
                text = f"no profile is called {quoted(name)}"
                hint = did_you_mean(name, definitions.profiles)
                where.below(name).note(f"{text}{hint}", at_key=True)
            found = definitions.certificate_profile(path, where.below(name))
            if found is not None:
                files[name] = found
        meant = self.when.profiles or tuple(definitions.profiles)
        types = self.when.certificate_types
        missing = [
            name
            for name, profile in definitions.profiles.items()
            if name in meant and name not in self.profiles
            if types is None or profile.certificate_type in types
        ]
        if missing:
            text = f"there is no file for {listed(missing)}, to which the rule applies"
            where.note(f"{text}: name one, or limit the rule by `when`", at_key=True)
        return ExtensionsAsProfile(files)
