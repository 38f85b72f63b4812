"""Money is integers (and exact decimals while a fee is worked out), in every line of code and SQL that touches it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from streamer_app.store import schema
from tests.postgres_servers import MigratedDatabase

PROGRAM = Path(__file__).resolve().parents[2] / "streamer_app"
MONEY_MODULES = (
    "core/exports.py",
    "core/money.py",
    "core/provider_files.py",
    "core/reconciliation.py",
    "core/statements.py",
    "services/exports.py",
    "services/payments.py",
    "services/reconciliation.py",
    "services/statements.py",
    "store/audit.py",
    "store/balances.py",
    "store/exports.py",
    "store/ledger_pages.py",
    "store/money.py",
    "store/movements.py",
    "store/payments.py",
    "store/reconciliation.py",
    "store/statements.py",
)
INEXACT_TYPES = re.compile(r"\b(real|float[48]?|double\s+precision|money)\b", re.IGNORECASE)


def inexact(code: str) -> list[str]:
    """What in this code could make a float of an amount: literals, the type, true division, round()."""
    found = []
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.Constant(value=float()):
                found.append(f"{node.lineno}: {node.value!r}")
            case ast.Name(id="float" | "round"):
                found.append(f"{node.lineno}: {node.id}")
            case ast.BinOp(op=ast.Div()) | ast.AugAssign(op=ast.Div()):
                found.append(f"{node.lineno}: /")
            case ast.Import(names=[ast.alias(name="math" | "statistics")]) | ast.ImportFrom(module="math"):
                found.append(f"{node.lineno}: {ast.unparse(node)}")
    return found


@pytest.mark.parametrize(
    "code",
    ["x = 0.05", "x = float(a)", "def f(a: float): ...", "x = a / 2", "a /= 2", "round(a, 2)", "import math", "1e3"],
)
def test_the_scan_sees_what_is_inexact(code: str) -> None:
    assert inexact(code)


@pytest.mark.parametrize("code", ["x = a // 2", "x = a * 5", "x: int = 5", "divmod(a, 3)", "Decimal('0.05')"])
def test_the_scan_passes_what_is_exact(code: str) -> None:
    assert not inexact(code)


@pytest.mark.parametrize("module", MONEY_MODULES)
def test_no_money_code_makes_floats(module: str) -> None:
    assert inexact((PROGRAM / module).read_text(encoding="utf-8")) == []


def test_no_version_makes_an_amount_of_an_inexact_type() -> None:
    statements = schema.offline_sql("upgrade", "base:head")
    without_words = re.sub(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'", " ", statements, flags=re.DOTALL)
    assert "bigint" in without_words
    assert INEXACT_TYPES.findall(without_words) == []


def test_no_statement_of_the_program_makes_an_amount_of_an_inexact_type() -> None:
    for folder in ("money", "ledger"):
        for path in (PROGRAM / "store" / "sql" / folder).glob("*.sql"):
            text = re.sub(r"--[^\n]*|'(?:[^']|'')*'", " ", path.read_text(encoding="utf-8"))
            assert INEXACT_TYPES.findall(text) == [], path


def test_no_column_in_the_database_is_inexact(migrated_database_18: MigratedDatabase) -> None:
    with migrated_database_18.as_admin() as admin:
        found = admin.execute(
            "SELECT attrelid::regclass::text, attname FROM pg_attribute JOIN pg_class c ON c.oid = attrelid"
            " WHERE c.relnamespace IN ('public'::regnamespace, 'streamer_app'::regnamespace)"
            " AND atttypid IN ('float4'::regtype, 'float8'::regtype, 'money'::regtype)"
        ).fetchall()
    assert found == []
