"""The tests of the money code are tested themselves: nine of ten small wrong changes have to be noticed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.money import mutation
from tests.money.python_mutants import python_mutants
from tests.money.sql_mutants import mutants, units

FUNCTION = """CREATE FUNCTION streamer_app.f(p_a bigint) RETURNS bigint
LANGUAGE plpgsql
AS $function$
BEGIN
  IF p_a <= 0 THEN  -- less = than > nothing
    RAISE EXCEPTION 'Not > 0' USING ERRCODE = 'SA001';
  END IF;
  UPDATE public.wallets SET balance = balance + p_a WHERE type = 'CASH' AND NOT closed;
  RETURN coalesce(p_a, 0);
END
$function$;
"""


def test_sql_is_changed_in_one_place_at_a_time(tmp_path: Path) -> None:
    file = tmp_path / "0001_f.sql"
    file.write_text(FUNCTION, encoding="utf-8")
    [unit] = units(file)
    made = {f"{mutant.line} {mutant.change}" for mutant in mutants(unit)}
    assert made >= {
        "5 <= -> <",
        "5 p_a <= 0 -> NOT (p_a <= 0)",
        "6 RAISE EXCEPTION 'Not > 0' USING ERRCODE = 'SA001'; -> NULL;",
        "6 'SA001' -> 'XX999'",
        "8 + -> -",
        "8 AND -> OR",
        "8 'CASH' -> 'PENDING'",
        "8 type = 'CASH' AND -> nothing",
        "8 AND NOT closed -> nothing",
        "8 NOT -> nothing",
        "9 coalesce(p_a, 0) -> (p_a)",
    }
    assert not any(change.startswith(("5 = ", "5 >")) for change in made)


def test_python_is_changed_in_one_place_at_a_time(tmp_path: Path) -> None:
    file = tmp_path / "m.py"
    file.write_text(
        "def f(a: int | None) -> int:\n    if a is None:\n        g()\n    return a + 1\n", encoding="utf-8"
    )
    made = {f"{mutant.line} {mutant.change}" for mutant in python_mutants(file, "m")}
    assert made == {
        "2 Is -> IsNot",
        "2 if -> if not",
        "2 without g()",
        "4 Add -> Sub",
        "4 1 -> 2",
        "4 return nothing",
    }


def test_every_equivalent_mutant_exists_and_has_a_reason() -> None:
    found = {mutant.key for mutant in mutation.money_mutants()}
    for key, reason in mutation.equivalents().items():
        assert key in found, f"no longer there: {key}"
        assert reason


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_nine_of_ten_wrong_changes_are_noticed() -> None:
    """Every fourth, by turns through all units; `python -m tests.money.mutation` meets all of them."""
    assert mutation.main(["--every", "4"]) == 0
