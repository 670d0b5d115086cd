"""Inputs that are nearly certificates: bytes changed blindly, or elements that stay whole."""

from dataclasses import dataclass, field
from random import Random

from gate.x509.der import OCTET_STRING, encode

INTERESTING = bytes.fromhex("000102030506070c13161718191f3031587f8081828486a0a3feff")
LENGTHS = (1, 1, 2, 3, 10, 40)
_DEEP = 12


@dataclass(slots=True)
class Element:
    """An element as it may be changed: its parts if there are any, else its contents."""

    tag: int
    content: bytes = b""
    parts: list["Element"] = field(default_factory=list)

    def write(self) -> bytes:
        """The element, with the length its contents have."""
        return encode(self.tag, self.content, *(part.write() for part in self.parts))


def parse(data: bytes, depth: int = 0) -> list[Element] | None:
    """The elements that these bytes are, as far as a careless reader sees any."""
    elements, at = [], 0
    while at < len(data):
        head = data[at : at + 6]
        if len(head) < 2 or head[1] > 0x83:
            return None
        size = head[1] - 0x80 if head[1] >= 0x80 else 0
        length = int.from_bytes(head[2 : 2 + size]) if size else head[1]
        start = at + 2 + size
        at = start + length
        if at > len(data):
            return None
        elements.append(_element(head[0], data[start:at], depth))
    return elements


def _element(tag: int, content: bytes, depth: int) -> Element:
    inside = content and depth < _DEEP and (tag & 0x20 or tag == OCTET_STRING)
    parts = parse(content, depth + 1) if inside else None
    return Element(tag, parts=parts) if parts else Element(tag, content)


def mutate_bytes(data: bytes, other: bytes, random: Random) -> bytes:
    """The same with a few bytes flipped, put in, taken out, doubled or taken from `other`."""
    out = bytearray(data)
    for _ in range(random.choice((1, 1, 1, 2, 4, 8))):
        at, length = random.randrange(len(out) + 1), random.choice(LENGTHS)
        start = random.randrange(len(other) + 1)
        out[at : at + random.choice((0, 1, length))] = random.choice(
            (
                b"",
                bytes(value ^ 1 << random.randrange(8) for value in out[at : at + 1]),
                bytes((random.choice(INTERESTING),)),
                random.randbytes(length),
                bytes(out[at : at + length]) * 2,
                other[start : start + length],
            )
        )
    return bytes(out)


def mutate_elements(data: bytes, other: bytes, random: Random) -> bytes:
    """The same with a few elements changed, doubled, moved or dropped, and lengths that fit."""
    whole = parse(data) or [Element(OCTET_STRING, data)]
    for _ in range(random.choice((1, 1, 2, 3))):
        parents = [element for element in _all(whole) if element.parts]
        parent = random.choice(parents) if parents else Element(0, parts=whole)
        at = random.randrange(len(parent.parts)) if parent.parts else 0
        foreign = random.choice([*_all(parse(other) or []), Element(5)])
        _change(parent.parts, at, foreign, random)
    return b"".join(element.write() for element in whole)


def _change(parts: list[Element], at: int, foreign: Element, random: Random) -> None:
    chosen = parts[at] if parts else foreign
    match random.randrange(7):
        case 0:
            chosen.tag = random.choice(INTERESTING)
        case 1 | 2 if not chosen.parts:
            chosen.content = mutate_bytes(chosen.content, foreign.content, random)
        case 3:
            parts.insert(random.randrange(len(parts) + 1), parse(chosen.write())[0])  # type: ignore[index] # what was written is an element
        case 4:
            del parts[at : at + 1]
        case 5:
            random.shuffle(parts)
        case _:
            parts[at : at + random.randrange(2)] = [foreign]


def _all(elements: list[Element]) -> list[Element]:
    """Every element at any depth."""
    return [one for element in elements for one in (element, *_all(element.parts))]
