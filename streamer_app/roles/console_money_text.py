"""Money documents as people read them in a terminal. Donors' words are cleaned: a terminal obeys control characters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from streamer_app.core.money import format_money
from streamer_app.core.presentation import MESSAGE_LIMIT, NAME_LIMIT, cleaned

_DESCRIPTION_LIMIT: Final = 60
_SHOWN: Final = 20
_TOLD: Final = ("created_at", "paid_at", "settled_at", "payee_user_id", "payer_user_id", "external_reference")
Row = dict[str, Any]


def spoken(kind: str, document: Any) -> str:
    """Plain lines for a document of one of `KINDS`."""
    return KINDS[kind](document)


def _lines(rows: list[Row], empty: str, line: Callable[[Row], str]) -> str:
    return "\n".join(line(row) for row in rows) or empty


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}" + ("" if number == 1 else "s")


def _recorded(plain: Row) -> str:
    again = "Recorded before" if plain["repeated"] else "Recorded"
    message = f", donation message {plain['donation_message_id']}" if plain["donation_message_id"] else ""
    return f"{again}: payment {plain['transaction_id']}{message}."


def _settled(plain: Row) -> str:
    if "left_out" in plain:
        left = f" {plain['left_out']} are due but left out: run ledger verify." if plain["left_out"] else ""
        return f"Settled {_counted(plain['settled'], 'payment')}, {plain['net_amount']} net in all.{left}"
    again = "Settled before" if plain["repeated"] else "Settled"
    return f"{again}: payment {plain['transaction_id']}, {plain['net_amount']} net."


def _refunded(plain: Row) -> str:
    said = {
        "REFUNDED": "Given back",
        "PARTIAL": "Noted; a part waits for an operator",
        "WAITING": "Noted; it is given back in the moment it is paid",
    }[plain["outcome"]]
    again = " (recorded before)" if plain["repeated"] else ""
    return f"{said}: payment {plain['transaction_id']}{again}. Event {plain['event']} of {plain['provider']}."


def _payout_state(plain: Row) -> str:
    again = " (as before)" if plain["repeated"] else ""
    return f"Payout {plain['transaction_id']} is {plain['status']}{again}."


def _payout(row: Row) -> str:
    amount = format_money(row["amount"], row["currency"])
    why = cleaned(row["reason"] or row["reference"], _DESCRIPTION_LIMIT)
    return f"{row['requested_at']}  {row['transaction_id']}  {row['status']:<8} {amount:>16}  {why}".rstrip()


def _adjusted(plain: Row) -> str:
    again = "Corrected before" if plain["repeated"] else "Corrected"
    return f"{again}: wallet {plain['wallet_id']} by entry {plain['entry_id']}."


def _wallet(row: Row) -> str:
    line = f"{row['type']:<9} {format_money(row['balance'], row['currency']):>16}  {row['user_id']}"
    if row["debt"]:
        line += f"  debt of {format_money(row['debt'], row['currency'])}: no payout until it is covered"
    if row.get("stored", row["balance"]) != row["balance"]:
        line += f"  (stored: {format_money(row['stored'], row['currency'])})"
    return line


def _entry(row: Row) -> str:
    amount = format_money(row["amount"], row["currency"])
    why = cleaned(row["description"], _DESCRIPTION_LIMIT)
    line = (
        f"{row['created_at']}  {row['wallet_type']:<8} {row['entry_type']:<10} {amount:>16}  {row['source_id']}  {why}"
    )
    return line.rstrip()


def _ledger(plain: Any) -> str:
    if isinstance(plain, list):
        return _lines(plain, "No entries yet.", _entry)
    more = f"\nThe next page: --before {plain['next']}" if plain["next"] else ""
    return _lines(plain["lines"], "No entries.", _entry) + more


def _statement(plain: Row) -> str:
    head = plain["head"]
    currency = head["currency"]

    def money(amount: int) -> str:
        return f"{format_money(amount, currency):>16}"

    period = head["period"]
    lines = [
        f"{head['wallet_type']} {head['wallet_id']}, {period['since']} to {period['until']} ({period['zone']})",
        f"{'opening':<54} {money(head['opening'])}",
    ]
    for line in plain["lines"]:
        entry = line["entry"]
        lines.append(
            f"{entry['created_at']:<27}  {entry['entry_type']:<10} {money(entry['amount'])} {money(line['balance'])}"
        )
    lines += [f"{total['entry_type']:<10} {total['entries']:>8} {money(total['amount'])}" for total in head["totals"]]
    lines.append(f"{'closing':<54} {money(head['closing'])}")
    return "\n".join(lines)


def _exported(plain: Row) -> str:
    return f"{_counted(plain['rows'], 'row')} in {plain['path']}, as of {plain['taken_at']}."


def _fees(plain: Row) -> str:
    return _lines(plain["terms"], "No terms: nothing is kept.", _terms)


def _terms(row: Row) -> str:
    hundredths = int(row["fee_percentage"].replace(".", ""))
    percentage = f"{hundredths // 100},{hundredths % 100:02}".rstrip("0").rstrip(",")
    now = "  in force" if row.get("in_force") else ""
    return f"from {row['valid_from']}: {percentage} % and {row['fee_fixed']} fixed{now}"


def _payment(plain: Row) -> str:
    money = plain["transaction"]
    lines = [f"Transaction {plain['transaction_id']}"]
    if money is None:
        lines.append("  It is not here yet; these events were faster.")
    else:
        currency = money["currency"]
        lines.append(
            f"  {money['kind']} {money['status']}: {format_money(money['amount'], currency)}, fee"
            f" {format_money(money['fee_amount'], currency)}, net {format_money(money['net_amount'], currency)}"
        )
        lines += [f"  {name}: {cleaned(money[name], NAME_LIMIT)}" for name in _TOLD if money[name] is not None]
    for event in plain["events"]:
        why = f" ({cleaned(event['reason'], _DESCRIPTION_LIMIT)})" if event["reason"] else ""
        lines.append(
            f"  {event['recorded_at']}  event {cleaned(event['event'], NAME_LIMIT)} of"
            f" {cleaned(event['provider'], NAME_LIMIT)}: {event['status']} {event['amount']}{why}"
        )
    for name in ("entries", "reversals", "adjustments"):
        lines += [f"{name.capitalize()}:"] * bool(plain[name]) + [f"  {_entry(row)}" for row in plain[name]]
    return "\n".join(lines + _donation(plain["donation_message"]))


def _donation(said: Row | None) -> list[str]:
    if said is None:
        return []
    donor = "Seseorang" if said["is_anonymous"] else cleaned(said["donor_name"], NAME_LIMIT) or "Seseorang"
    played = f"played {said['played_at']}" if said["played_at"] else "not played yet"
    lines = [f"Donation message {said['donation_message_id']}, {played}:", f"  {donor}"]
    if said["message"]:
        lines[-1] += f": {cleaned(said['message'], MESSAGE_LIMIT)}"
    return lines + [f"  {run['opened_at']}  {run['kind']} run: {run['outcome'] or 'open'}" for run in said["runs"]]


def _rebuilt(plain: Row) -> str:
    if plain["drifted"] == 0:
        lag = f" {plain['lagging']} only lag behind." if plain["lagging"] else ""
        return f"Every stored balance is what the ledger says.{lag}"
    did = "are not what the ledger says" if plain["check"] else "were put right"
    lines = [f"{plain['drifted']} stored balances {did}:"]
    lines += [
        f"  {row['type']:<9} {row['wallet_id']}  stored {row['stored']}, true {row['true']}, drift {row['drift']}"
        for row in plain["drift"][:_SHOWN]
    ]
    return "\n".join(lines)


def _verified(plain: Row) -> str:
    read = [_counted(plain[name], what) for name, what in (("blocks", "block"), ("transactions", "transaction"))]
    verdict = _counted(plain["problems"], "problem") if plain["problems"] else "No problem"
    checked = f"Checked: {', '.join(read)}, {plain['entries']:,} sealed entries. Head: {plain['head'] or 'none'}."
    lines = [f"{verdict}, {_counted(plain['warnings'], 'warning')}. {checked}"]
    for row in plain["findings"][:_SHOWN]:
        named = ("transaction_id", "entry_id", "wallet_id", "block")
        where = " ".join(f"{name} {row[name]}" for name in named if row[name] is not None)
        lines.append(
            f"  {row['severity']:<8} {row['kind']:<20} {where}: expected {row['expected']}, found {row['found']}"
        )
    if plain["problems"] + plain["warnings"] > _SHOWN:
        lines.append("  ... --json has more of them.")
    return "\n".join(lines)


def _reconciled(plain: Row) -> str:
    there = plain["missing_there"]
    different = [line for line in plain["duplicates"] if not line["same"]]
    lines = [
        f"{_counted(plain['lines'], 'line')}, {plain['matched']} as in the books. "
        + ("They agree." if plain["agrees"] else "They do not agree:")
    ]
    lines += [f"  missing here   line {one['line']}: {_filed(one)}" for one in plain["missing_here"][:_SHOWN]]
    lines += [
        f"  missing there  {row['payment']['transaction_id']}  {_ours(row['payment'])}"
        + ("  (near the edge of the period)" if row["near_edge"] else "")
        for row in (there or [])[:_SHOWN]
    ]
    for name in ("amount_differs", "status_differs"):
        lines += [
            f"  {name.replace('_', ' ')} line {row['line']['line']}: {_filed(row['line'])}, here {_ours(row['ours'])}"
            for row in plain[name][:_SHOWN]
        ]
    lines += [
        f"  twice          line {row['line']['line']}, first in {row['first_line']}" for row in different[:_SHOWN]
    ]
    lines += [f"  unreadable     line {row['line']}: {row['problem']}" for row in plain["unreadable"][:_SHOWN]]
    if there is None:
        lines.append(
            "Nothing says which period the file is about: --from and --to say it; nothing is missing there yet."
        )
    return "\n".join(lines)


def _filed(line: Row) -> str:
    status = f" {cleaned(line['status'], NAME_LIMIT)}" if line["status"] else ""
    return f"{cleaned(line['reference'], NAME_LIMIT)} {format_money(line['amount'], line['currency'])}{status}"


def _ours(payment: Row) -> str:
    reference = cleaned(payment["reference"], NAME_LIMIT) or "-"
    return f"{reference} {format_money(payment['amount'], payment['currency'])} {payment['status']}"


KINDS: Final[dict[str, Callable[[Any], str]]] = {
    "payment record": _recorded,
    "payment settle": _settled,
    "payment refund": _refunded,
    "payment show": _payment,
    "payout request": _payout_state,
    "payout complete": _payout_state,
    "payout fail": _payout_state,
    "payout list": lambda rows: _lines(rows, "No payouts yet.", _payout),
    "wallet list": lambda rows: _lines(rows, "No wallet yet: the first donation makes them.", _wallet),
    "wallet rebuild": _rebuilt,
    "wallet adjust": _adjusted,
    "ledger list": _ledger,
    "ledger verify": _verified,
    "ledger export": _exported,
    "ledger statement": _statement,
    "fee show": _fees,
    "fee set": _terms,
    "reconcile": _reconciled,
}
