"""Small wrong changes of the SQL that moves money: each one has to make a test fail.

A unit is what PostgreSQL replaces as a whole: a function, a trigger, a view. Its text is cut into tokens, so that words
of comments and of messages are left alone. What is no SQL any more is refused by the database and not counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_TOKEN: Final = re.compile(
    r"--[^\n]*|\$function\$|'(?:[^']|'')*'|\d+(?:\.\d+)?|[A-Za-z_][A-Za-z_0-9]*|:=|::|->>|->|<=|>=|<>|!~|\|\||[-+*/=<>~]"
    r"|[(),;.\[\]%#]"
)
_SWAPS: Final = {
    "<": ("<=", ">"),
    "<=": ("<",),
    ">": (">=", "<"),
    ">=": (">",),
    "=": ("<>",),
    "<>": ("=",),
    "!~": ("~",),
    "and": ("OR",),
    "or": ("AND",),
    "desc": ("ASC",),
    "true": ("false",),
    "false": ("true",),
    "floor": ("ceil",),
    "sum": ("min",),
    "exists": ("NOT EXISTS",),
    "least": ("greatest",),
    "greatest": ("least",),
}
_WORDS: Final = {
    "'PENDING'": ("'PAID'", "'CASH'"),
    "'PAID'": ("'PENDING'", "'SETTLED'"),
    "'SETTLED'": ("'PAID'",),
    "'REFUNDED'": ("'PAID'",),
    "'FAILED'": ("'PAID'",),
    "'PARTIAL_REFUND'": ("'REFUNDED'",),
    "'CASH'": ("'PENDING'",),
    "'PLATFORM'": ("'CASH'",),
    "'DEPOSIT'": ("'FEE'",),
    "'FEE'": ("'DEPOSIT'",),
    "'TRANSFER'": ("'DEPOSIT'",),
    "'WITHDRAW'": ("'TRANSFER'",),
    "'REFUND'": ("'ADJUSTMENT'",),
    "'ADJUSTMENT'": ("'REFUND'",),
    "'TRANSACTION'": ("'LEDGER'",),
    "'LEDGER'": ("'TRANSACTION'",),
    "'PAYMENT'": ("'PAYOUT'",),
    "'PAYOUT'": ("'PAYMENT'",),
}
_PHRASES: Final = (
    (r"\bFOR NO KEY UPDATE SKIP LOCKED\b", "FOR NO KEY UPDATE"),
    (r"\s+FOR NO KEY UPDATE(?: SKIP LOCKED)?\b", ""),
    (r"\s+ON CONFLICT(?: \([a-z_, ]+\))? DO NOTHING\b", ""),
    (r"\bDISTINCT (?!ON\b|FROM\b)", ""),
    (r"\bIS NOT NULL\b", "IS NULL"),
    (r"\bIS NULL\b", "IS NOT NULL"),
    (r"\bIS DISTINCT FROM\b", "IS NOT DISTINCT FROM"),
    (r"\bNOT (?=IN\b|EXISTS\b|FOUND\b|[a-z_])", ""),
    (r"\bIF NOT FOUND\b", "IF FOUND"),
    (r"\bIF FOUND\b", "IF NOT FOUND"),
)
_STATEMENTS: Final = ("PERFORM", "INSERT", "UPDATE", "RAISE", "RETURN", "WITH", "DELETE")
_ENDS_OF_WHERE: Final = {
    *("group", "order", "limit", "for", "returning", "on", "loop", "into", "window", "having", "union", "then"),
    *(";", ")"),
}


@dataclass(frozen=True)
class Unit:
    """One function, trigger or view. `line` is where its text begins; `name` as the database knows it."""

    kind: str
    name: str
    table: str
    path: Path
    line: int
    text: str

    def statements(self, text: str) -> list[str]:
        """What puts `text` in the place of this unit."""
        if self.kind == "TRIGGER":
            again = f"ALTER TABLE {self.table} ENABLE ALWAYS TRIGGER {self.name}" if text else ""
            return [f"DROP TRIGGER IF EXISTS {self.name} ON {self.table}", *filter(None, (text, again))]
        return [re.sub(r"^CREATE (?:OR REPLACE )?", "CREATE OR REPLACE ", text)]


@dataclass(frozen=True)
class Mutant:
    """One unit with one change at `line` of its file."""

    unit: Unit
    line: int
    change: str
    said: str
    text: str

    @property
    def key(self) -> str:
        """The same mutant after lines have moved: unit, change, and the line it stands in."""
        return f"{self.unit.name} | {self.change} | {self.said}"

    @property
    def place(self) -> str:
        return f"{self.unit.path.name}:{self.line}"


_UNITS: Final = {
    "FUNCTION": r"^CREATE (?:OR REPLACE )?FUNCTION (?P<name>\S+?)\s*\(.*?\$function\$.*?\$function\$",
    "TRIGGER": r"^CREATE (?:CONSTRAINT )?TRIGGER (?P<name>\S+)\s.*?\bON (?P<table>\S+).*?(?=;)",
    "VIEW": r"^CREATE VIEW (?P<name>\S+) AS.*?(?=;)",
}


def units(path: Path) -> list[Unit]:
    """Everything in a file that can be replaced on its own."""
    text = path.read_text(encoding="utf-8")
    return [
        _unit(kind, match, path, text)
        for kind, pattern in _UNITS.items()
        for match in re.finditer(pattern, text, re.DOTALL | re.MULTILINE)
    ]


def _unit(kind: str, match: re.Match[str], path: Path, text: str) -> Unit:
    table = match["table"] if kind == "TRIGGER" else ""
    return Unit(kind, match["name"], table, path, text.count("\n", 0, match.start()) + 1, match[0])


def mutants(unit: Unit) -> Iterator[Mutant]:
    """All of them, in the order of the text; none twice."""
    start = unit.text.find("$function$") + len("$function$") if unit.kind == "FUNCTION" else 0
    end = unit.text.rfind("$function$") if unit.kind == "FUNCTION" else len(unit.text)
    seen = {unit.text}
    changes = sorted(
        {*_words(unit.text), *_phrases(unit.text), *_calls(unit.text), *_clauses(unit.text), *_dropped(unit.text)}
    )
    for first, last, put in changes:
        if first < start or last > end:
            continue
        text = unit.text[:first] + put + unit.text[last:]
        if text not in seen:
            seen.add(text)
            yield _mutant(unit, first, last, put, text)
    if unit.kind == "TRIGGER":
        yield Mutant(unit, unit.line, "no trigger", unit.name, "")


def _mutant(unit: Unit, first: int, last: int, put: str, text: str) -> Mutant:
    old = " ".join(unit.text[first:last].split())
    line_start = unit.text.rfind("\n", 0, first + 1) + 1
    said = unit.text[line_start : unit.text.find("\n", first + 1)].strip()
    change = f"{old[:60]} -> {' '.join(put.split())[:60] or 'nothing'}"
    return Mutant(unit, unit.line + unit.text.count("\n", 0, first + 1), change, said, text)


Change = tuple[int, int, str]


def _tokens(text: str) -> list[tuple[int, str]]:
    return [(match.start(), match[0]) for match in _TOKEN.finditer(text) if not match[0].startswith("--")]


def _words(text: str) -> Iterator[Change]:
    tokens = _tokens(text)
    for place, (at, token) in enumerate(tokens):
        before = tokens[place - 1][1] if place else ""
        after = tokens[place + 1][1] if place + 1 < len(tokens) else ""
        end = at + len(token)
        # An option is no comparison; and INTO takes the first row, whatever LIMIT says.
        if before == "ERRCODE" or before in {"LIMIT", "RETURNING"}:
            continue
        if token.lower() == "exists" and before.lower() in {"not", "if"}:
            continue
        for put in _WORDS.get(token, _SWAPS.get(token.lower(), ())):
            if not (token == "sum" and after != "("):
                yield at, end, put
        if re.fullmatch(r"'(SA\d{3}|22023|40001)'", token):
            yield at, end, "'XX999'"
        if token.isdigit():
            yield at, end, str(int(token) + 1)
        if token in {"+", "-"}:
            binary = before in {")", "]"} or (before[:1].isalnum() and before.upper() not in {"ELSE", "THEN"})
            yield at, end, ({"+": "-", "-": "+"}[token] if binary else "")
        if token == "*" and before not in {"(", ".", ","} and before.upper() != "SELECT":
            yield at, end, "+"


def _phrases(text: str) -> Iterator[Change]:
    comments = [match.span() for match in re.finditer(r"--[^\n]*|'(?:[^']|'')*'", text)]
    for pattern, put in _PHRASES:
        for match in re.finditer(pattern, text):
            if not any(first <= match.start() < last for first, last in comments):
                yield match.start(), match.end(), put


def _calls(text: str) -> Iterator[Change]:
    """`coalesce(x, y)` becomes `x`."""
    for match in re.finditer(r"\bcoalesce\(", text):
        depth, comma, at = 1, 0, match.end()
        while depth:
            if text[at] in "([":
                depth += 1
            elif text[at] in ")]":
                depth -= 1
            elif text[at] == "," and depth == 1 and not comma:
                comma = at
            at += 1
        yield match.start(), at, f"({text[match.end() : comma]})"


def _clauses(text: str) -> Iterator[Change]:
    """One condition of a WHERE less; the only one becomes true; an IF or WHEN asks the contrary."""
    tokens = _tokens(text)
    for place, (at, token) in enumerate(tokens):
        if token.upper() == "WHERE":
            yield from _conditions(tokens, place + 1)
        if token.upper() in {"IF", "ELSIF"} and tokens[place - 1][1].upper() != "END":
            end = next(index for index in range(place, len(tokens)) if tokens[index][1].upper() == "THEN")
            first = tokens[place + 1][0]
            if tokens[place + 1][1].upper() == "NOT" or tokens[place + 1][1].upper() == "FOUND":
                continue
            yield first, tokens[end][0], f"NOT ({text[first : tokens[end][0]].strip()}) "
        if token.upper() == "EXIT" and tokens[place + 1][1].upper() == "WHEN":
            yield at, text.index(";", at), "EXIT"


def _conditions(tokens: list[tuple[int, str]], first: int) -> Iterator[Change]:
    depth, ands, ors, between = 0, [], 0, False
    end = first
    for index in range(first, len(tokens)):
        word = tokens[index][1].lower()
        end = index
        if depth == 0 and word in _ENDS_OF_WHERE:
            break
        depth += (word in "([" and 1) or (word in ")]" and -1) or 0
        between = between or word == "between"
        if depth == 0 and word == "and" and not between:
            ands.append(index)
        elif word == "and":
            between = False
        ors += depth == 0 and word == "or"
    if ors:
        return
    if not ands:
        yield tokens[first][0], tokens[end][0], "true "
        return
    yield tokens[first][0], tokens[ands[0] + 1][0], ""
    for place, index in enumerate(ands):
        last = ands[place + 1] if place + 1 < len(ands) else end
        yield tokens[index][0], tokens[last][0], ""


def _dropped(text: str) -> Iterator[Change]:
    """A statement of a PL/pgSQL body less, or an assignment."""
    if "LANGUAGE plpgsql" not in text:
        return
    body = text.find("BEGIN", text.find("$function$"))
    for match in re.finditer(rf"^[ ]+(?P<word>{'|'.join(_STATEMENTS)}|v_[\w.]+ :=)[^;]*;", text, re.MULTILINE):
        if match.start() > body:
            yield match.start("word"), match.end(), "NULL;"
