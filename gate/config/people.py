"""The people of gate.yaml whose signatures count, each with a key of their own."""

from gate.config.named_files import NamedFiles
from gate.config.shape import PersonShape
from gate.policy import Person
from gate.policy.approvals import same_person
from gate.policy.definitions import Place
from gate.policy.quoting import quoted


def people_of(
    shapes: tuple[PersonShape, ...], files: NamedFiles, top: Place
) -> tuple[Person, ...] | None:
    """Everyone whose signature counts; None, with the reasons noted, where anything is wrong.

    No two may have one name or one key: an approval by two people would then be one by a
    single person.
    """
    found = list[Person]()
    for at, shape in enumerate(shapes):
        place = top.below(at)
        key = files.public_key(shape.key, place.below("key"))
        doubles = {
            which: f"this is {quoted(other.name)} once more: each person has their own {which}"
            for other in found
            for which, same in (
                ("name", same_person(shape.name, other.name)),
                ("key", key == other.public_key),
            )
            if same
        }
        for which, problem in doubles.items():
            place.below(which).note(problem)
        if key and not doubles:
            found.append(Person(name=shape.name, public_key=key, until=shape.until))
    return tuple(found) if len(found) == len(shapes) else None
