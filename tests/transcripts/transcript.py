"""Transcripts: command lines with what they print and how they exit, played in a folder.

A transcript is a text file of these lines:

    # a remark
    + NAME                  a file is written, of the lines beginning `| ` that follow
    % NAME HOST [HOST ...]  a TBSCertificate for these names is written, from the public issuer
    $ COMMAND               run; VARIABLE=value may stand before it, `< FILE` after it
    ! LINE                  a line that the command writes on standard error
    [exit N]                how it ends; every command has this line
    LINE                    any other line is one that the command prints

In what is printed, `<id>`, `<time>`, `<n>`, `<hex>` and `<any>` stand for what differs from run
to run, and a line `...` for any number of lines. `<id:NAME>` keeps what it stood for, and
stands for just this from then on, in commands and files too. `<ago N>` is the time N minutes
ago, and `<in N>` the time N minutes ahead.
"""

import io
import os
import re
import shlex
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from gate.cli.main import main
from gate.cli.plain import rfc3339
from gate.config import now
from gate.specimens.certificates import CertificateFields, tbs_certificate
from gate.x509 import der_from

STANDS_FOR = {
    "id": r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "time": r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?Z?",
    "n": r"\d+",
    "hex": r"[0-9a-f]+",
    "any": r"[^\n]*?",
}
PLACEHOLDER = re.compile(r"<(id|time|n|hex|any)(?::(\w+))?>")
KEPT = re.compile(r"<\w+:(\w+)>")
MINUTES = re.compile(r"<(ago|in) (\d+)>")
EXIT = re.compile(r"\[exit (\d+)\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One command with what it must print."""

    line: int
    command: str
    out: tuple[str, ...]
    err: tuple[str, ...]
    code: int


@dataclass(slots=True, kw_only=True)
class Player:
    """Plays a transcript in the present folder."""

    issuer: Path
    kept: dict[str, str] = field(default_factory=dict)

    def play(self, text: str) -> None:
        """Write the files, run the commands, and compare; raises AssertionError at the first."""
        for part in parts(text):
            if isinstance(part, Step):
                self._run(part)
            elif part[0] == "+":
                Path(part[1]).parent.mkdir(exist_ok=True)
                Path(part[1]).write_text(self._filled(part[2]))
            else:
                self._write_certificate(part[1], tuple(part[2].split()))

    def _run(self, step: Step) -> None:
        out, err, code = run(self._filled(step.command))
        where = f"line {step.line}: {step.command}"
        assert code == step.code, f"{where}\nexit {code}\n{out}{err}"
        self._compare(step.out, out, where)
        self._compare(step.err, err, f"{where} (standard error)")

    def _compare(self, expected: tuple[str, ...], printed: str, where: str) -> None:
        names: list[str] = []
        pattern = "".join(self._pattern(line, names) for line in expected)
        found = re.fullmatch(pattern, printed)
        shown = "\n".join(expected)
        assert found, f"{where}\n--- expected\n{shown}\n--- printed\n{printed}"
        self.kept.update(zip(names, found.groups(), strict=True))

    def _pattern(self, line: str, names: list[str]) -> str:
        """The expression for a line, with its end; the names of what it keeps are added."""
        if line == "...":
            return r"(?:[^\n]*\n)*?"
        pattern, end = "", 0
        for found in PLACEHOLDER.finditer(line):
            inner = STANDS_FOR[found[1]]
            if found[2] in self.kept:
                inner = re.escape(self.kept[found[2]])
            elif found[2]:
                names.append(found[2])
                inner = f"({inner})"
            pattern += re.escape(line[end : found.start()]) + inner
            end = found.end()
        return f"{pattern}{re.escape(line[end:])}\n"

    def _filled(self, text: str) -> str:
        text = KEPT.sub(lambda match: self.kept[match[1]], text)
        return MINUTES.sub(_minutes, text)

    def _write_certificate(self, name: str, names: tuple[str, ...]) -> None:
        fields = CertificateFields(names=names, seed=name)
        issuer = der_from(self.issuer.read_bytes())
        Path(name).write_bytes(tbs_certificate(fields, issuer=issuer, not_before=now()))


def _minutes(match: re.Match[str]) -> str:
    away = timedelta(minutes=int(match[2]))
    moment = now() - away if match[1] == "ago" else now() + away
    return rfc3339(moment.replace(microsecond=0))


def parts(text: str) -> Iterator[Step | tuple[str, str, str]]:
    """Each command with its output, each file and certificate to write, in order."""
    lines = list(enumerate(text.splitlines(), start=1))
    while lines:
        number, line = lines.pop(0)
        mark, _, rest = line.partition(" ")
        match mark:
            case "" | "#":
                continue
            case "+":
                content = []
                while lines and lines[0][1].startswith("|"):
                    content.append(lines.pop(0)[1][2:] + "\n")
                yield "+", rest, "".join(content)
            case "%":
                name, _, names = rest.partition(" ")
                yield "%", name, names
            case "$":
                yield _step(number, rest, lines)
            case _:
                raise AssertionError(f"line {number} is no part of a transcript: {line}")


def run(command: str) -> tuple[str, str, int]:
    """Run one command line here: what it printed on either stream, and how it exited."""
    words = [os.path.expandvars(word) for word in shlex.split(command)]
    given = b""
    if "<" in words:
        at = words.index("<")
        given = Path(words[at + 1]).read_bytes()
        words = words[:at]
    before = dict(os.environ)
    while "=" in words[0]:
        name, _, value = words.pop(0).partition("=")
        os.environ[name] = value
    assert words[0] == "gate", f"only `gate` is played, not `{words[0]}`"
    stdin, out, err = sys.stdin, io.StringIO(), io.StringIO()
    sys.stdin = io.TextIOWrapper(io.BytesIO(given))
    try:
        with redirect_stdout(out), redirect_stderr(err):
            code = _exit_code(words[1:])
    finally:
        sys.stdin = stdin
        os.environ.clear()
        os.environ.update(before)
    return out.getvalue(), err.getvalue(), code


def _exit_code(arguments: list[str]) -> int:
    try:
        return main(arguments)
    except SystemExit as stopped:
        return int(stopped.code or 0)


def _step(number: int, command: str, lines: list[tuple[int, str]]) -> Step:
    out: list[str] = []
    err: list[str] = []
    while lines:
        _, line = lines.pop(0)
        if ended := EXIT.fullmatch(line):
            return Step(
                line=number, command=command, out=tuple(out), err=tuple(err), code=int(ended[1])
            )
        if line.startswith("! "):
            err.append(line[2:])
        else:
            out.append(line)
    raise AssertionError(f"line {number} has no `[exit N]` after it")
