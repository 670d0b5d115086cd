"""The reader: a cursor over the elements of one DER value."""

from datetime import datetime

from gate.errors import Malformed
from gate.x509.der import contents, tags

END = -1
"""What `Reader.next_tag` says where nothing is left."""

MAX_BYTES = 1 << 20
"""The largest input that is read: the limit of a message to the gate."""

MAX_DEPTH = 32
"""How deep elements of any type may be nested below the field that allows any type."""

_MAX_LENGTH_OCTETS = 4
_MAX_TAG_OCTETS = 4
_CLASS = 0xC0
"""The bits of a leading octet that are zero in the universal class."""


class Reader:
    """Reads the elements between two offsets of `data`, one after the other.

    Every method takes `what`, the field's name for the message, and raises Malformed with
    the offset in `data` where the element is missing, of another type, or not canonical.
    A reader of the whole of `data` refuses more than MAX_BYTES.
    """

    __slots__ = ("_data", "_end", "at")

    def __init__(self, data: bytes, start: int = 0, end: int | None = None) -> None:
        if end is None and len(data) > MAX_BYTES:
            raise Malformed(f"{len(data)} bytes, of which {MAX_BYTES} at most are read")
        self._data = data
        self._end = len(data) if end is None else end
        self.at = start

    @property
    def next_tag(self) -> int:
        """The leading identifier octet of the next element, or END."""
        return self._data[self.at] if self.at < self._end else END

    @property
    def remaining(self) -> int:
        """How many octets are left."""
        return self._end - self.at

    def content(self, tag: int, what: str) -> tuple[int, int]:
        """Step over the next element, which has this tag, and say where its contents are."""
        if self.at == self._end:
            raise Malformed(f"{what}: {tags.spell(tag)} is missing", offset=self.at)
        found, start, stop = _header(self._data, self.at, self._end, what)
        if found != tag:
            text = f"{what}: {tags.spell(tag)} expected, {tags.spell(found)} found"
            raise Malformed(text, offset=self.at)
        self.at = stop
        return start, stop

    def enter(self, tag: int, what: str) -> "Reader":
        """Step over the next element, which has this tag, and read what is inside."""
        return Reader(self._data, *self.content(tag, what))

    def finish(self, what: str) -> None:
        """Nothing may be left."""
        if self.at != self._end:
            raise Malformed(f"{what}: bytes after its end", offset=self.at)

    def skip(self, what: str) -> None:
        """Step over the next element without looking into it."""
        self.at = _header(self._data, self.at, self._end, what)[2]

    def element(self, what: str) -> bytes:
        """The next element of whatever type as its bytes, canonical to its innermost part."""
        start = self.at
        self.skip(what)
        check(self._data, start, self.at, what)
        return self._data[start : self.at]

    def since(self, start: int) -> bytes:
        """The bytes from an offset up to where this reader stands."""
        return self._data[start : self.at]

    def boolean(self, what: str) -> bool:
        """A BOOLEAN."""
        return contents.boolean(self._data, *self.content(tags.BOOLEAN, what), what)

    def integer(self, what: str, tag: int = tags.INTEGER) -> int:
        """An INTEGER."""
        return contents.integer(self._data, *self.content(tag, what), what)

    def bit_string(self, what: str, tag: int = tags.BIT_STRING) -> tuple[bytes, int]:
        """A BIT STRING: its octets and how many bits of the last are unused."""
        return contents.bit_string(self._data, *self.content(tag, what), what)

    def octet_string(self, what: str, tag: int = tags.OCTET_STRING) -> bytes:
        """An OCTET STRING."""
        start, stop = self.content(tag, what)
        return self._data[start:stop]

    def null(self, what: str) -> None:
        """A NULL."""
        contents.null(self._data, *self.content(tags.NULL, what), what)

    def oid(self, what: str, tag: int = tags.OBJECT_IDENTIFIER) -> str:
        """An OBJECT IDENTIFIER in dotted form."""
        return contents.object_identifier(self._data, *self.content(tag, what), what)

    def text(self, type_: int, what: str, tag: int | None = None) -> str:
        """A string of one of TEXT_TAGS, under its own tag or an implicit one."""
        start, stop = self.content(type_ if tag is None else tag, what)
        return contents.TEXTS[type_](self._data, start, stop, what)

    def time(self, what: str) -> datetime:
        """A Time: UTCTime through 2049, GeneralizedTime from 2050 on (RFC 5280 §4.1.2.5)."""
        if self.next_tag == tags.UTC_TIME:
            return contents.utc_time(self._data, *self.content(tags.UTC_TIME, what), what)
        start, stop = self.content(tags.GENERALIZED_TIME, what)
        moment = contents.generalized_time(self._data, start, stop, what)
        if moment.year < 2050:  # noqa: PLR2004 - RFC 5280 §4.1.2.5
            raise Malformed(f"{what}: GeneralizedTime for a year before 2050", offset=start)
        return moment


def check(data: bytes, at: int, end: int, what: str) -> None:
    """All elements from `at` to `end`, of whatever type, are canonical or Malformed is raised."""
    around: list[tuple[int, bool, bytes]] = []
    in_set, previous = False, b""
    while at < end or around:
        if at == end:
            end, in_set, previous = around.pop()
            continue
        tag, start, stop = _header(data, at, end, what)
        if in_set and data[at:stop] < previous:
            raise Malformed(f"{what}: SET OF out of order", offset=at)
        previous = data[at:stop] if in_set else b""
        if not _check_type(data, at, (tag, start, stop), what):
            at = stop
            continue
        if len(around) == MAX_DEPTH:
            raise Malformed(f"{what}: nested more than {MAX_DEPTH} deep", offset=at)
        around.append((end, in_set, previous))
        at, end, in_set, previous = start, stop, tag == tags.SET, b""


def _check_type(data: bytes, at: int, header: tuple[int, int, int], what: str) -> bool:
    """Check the contents of a primitive type; whether there are elements inside to check."""
    tag, start, stop = header
    octet = tags.leading_octet(tag)
    if content := contents.PRIMITIVES.get(tag):
        content(data, start, stop, what)
    elif not octet & _CLASS and tag not in {tags.SEQUENCE, tags.SET}:
        text = f"{what}: {tags.spell(tag)} does not stand in certificates"
        raise Malformed(text, offset=at)
    return bool(octet & tags.CONSTRUCTED)


def _header(data: bytes, at: int, end: int, what: str) -> tuple[int, int, int]:
    """The tag of the element at `at`, and where its contents start and stop."""
    if end - at < 2:  # noqa: PLR2004 - a tag and a length
        raise Malformed(f"{what}: cut short", offset=at)
    tag, start = data[at], at + 2
    if tag & tags.HIGH_NUMBER == tags.HIGH_NUMBER:
        tag, start = _high_tag(data, at, end, what)
    length = data[start - 1]
    if length >= 0x80:  # noqa: PLR2004 - the bit that says the length follows
        length, start = _long_length(data, start - 1, end, what)
    stop = start + length
    if stop > end:
        raise Malformed(f"{what}: its length reaches beyond what holds it", offset=at)
    return tag, start, stop


def _high_tag(data: bytes, at: int, end: int, what: str) -> tuple[int, int]:
    """A tag in the high-number form, and the offset after its length octet (X.690 §8.1.2.4)."""
    stop = at + 1
    while stop < end and data[stop] >= 0x80 and stop - at < _MAX_TAG_OCTETS:  # noqa: PLR2004
        stop += 1
    if stop + 1 >= end or data[stop] >= 0x80:  # noqa: PLR2004 - the bit that says more follows
        raise Malformed(f"{what}: tag cut short or of more than four octets", offset=at)
    if data[at + 1] == 0x80 or (stop == at + 1 and data[stop] < tags.HIGH_NUMBER):  # noqa: PLR2004
        raise Malformed(f"{what}: tag not in its shortest form", offset=at)
    return int.from_bytes(data[at : stop + 1]), stop + 2


def _long_length(data: bytes, at: int, end: int, what: str) -> tuple[int, int]:
    """A length of more than one octet, and the offset after it (X.690 §10.1)."""
    octets = data[at] & 0x7F
    if octets == 0:
        raise Malformed(f"{what}: indefinite length", offset=at)
    if octets > _MAX_LENGTH_OCTETS or at + 1 + octets > end:
        raise Malformed(f"{what}: its length reaches beyond what holds it", offset=at)
    length = int.from_bytes(data[at + 1 : at + 1 + octets])
    if length < 0x80 or length < 1 << 8 * (octets - 1):  # noqa: PLR2004 - one octet would do
        raise Malformed(f"{what}: length not in its shortest form", offset=at)
    return length, at + 1 + octets
