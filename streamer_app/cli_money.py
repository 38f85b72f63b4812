"""The money commands' arguments: what they are called, what they want, and which function answers them."""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from streamer_app import cli_values as values
from streamer_app.settings import Settings, UsageError

Work = Callable[[], Awaitable[Any]]
Command = Callable[[Any, str, str], argparse.ArgumentParser]
"""Adds a command to a group of them: (group, name, what it is for)."""

DEFAULT_ZONE: Final = "Asia/Jakarta"
DEFAULT_CURRENCY: Final = "IDR"
_FORMS: Final = {"csv": "csv", "json": "jsonl"}


def add_commands(commands: Any, command: Command) -> None:
    """All of them, to the parser's commands."""
    _add_payment(
        command(commands, "payment", "payments: what came in").add_subparsers(dest="verb", required=True), command
    )
    _add_payout(command(commands, "payout", "money that goes out").add_subparsers(dest="verb", required=True), command)
    _add_wallet(command(commands, "wallet", "balances").add_subparsers(dest="verb", required=True), command)
    _add_ledger(command(commands, "ledger", "the ledger").add_subparsers(dest="verb", required=True), command)
    _add_fee(command(commands, "fee", "what the platform keeps").add_subparsers(dest="verb", required=True), command)
    _add_reconcile(
        command(commands, "reconcile", "compare a provider's CSV file with the books; exit 1 on a difference")
    )


def _add_payment(payment: Any, command: Command) -> None:
    record = command(payment, "record", "record one event of a payment provider; the same event again changes nothing")
    record.add_argument("--provider", type=values.name, required=True)
    record.add_argument(
        "--payment", type=values.name, required=True, metavar="REF", help="the provider's own reference"
    )
    record.add_argument(
        "--event", type=values.name, required=True, metavar="ID", help="the provider's id of this event"
    )
    record.add_argument("--status", choices=["PENDING", "PAID", "FAILED"], required=True)
    _amount(record, required=True)
    _currency(record)
    _payee(record)
    record.add_argument("--name", help="the donor's")
    record.add_argument("--message", help="the donor's")
    record.add_argument("--anonymous", action="store_true")
    record.add_argument("--media", type=values.media, metavar="youtube:ID@START-END", help="times in seconds")

    settle = command(payment, "settle", "move what was paid from PENDING to CASH: one payment, or all that are due")
    which = settle.add_mutually_exclusive_group(required=True)
    which.add_argument("id", nargs="?", type=values.uuid, metavar="ID")
    which.add_argument("--due", action="store_true", help="all that were paid before --before; can be stopped any time")
    settle.add_argument(
        "--before", type=values.before, metavar="DATE|AGE", help="2026-11-30, 7d, 12h, or a moment with its zone; now"
    )
    _zone(settle)

    refund = command(payment, "refund", "give a payment back, chargebacks included")
    _named(refund)
    refund.add_argument("--event", type=values.name, metavar="ID", help="the provider's; by id it is made from it")
    _amount(refund, required=False, text="less than all is noted for an operator")
    refund.add_argument("--reason", type=values.reason, required=True)
    _named(command(payment, "show", "all about one payment or payout"))


def _add_payout(payout: Any, command: Command) -> None:
    request = command(payout, "request", "take an amount from CASH, to be sent out")
    _amount(request, required=True)
    _currency(request)
    _payee(request)
    _key(request)
    complete = command(payout, "complete", "it has arrived")
    complete.add_argument("id", type=values.uuid, metavar="ID")
    complete.add_argument("--reference", type=values.name, help="the bank's")
    fail = command(payout, "fail", "it came back; CASH has it again")
    fail.add_argument("id", type=values.uuid, metavar="ID")
    fail.add_argument("--reason", type=values.reason, required=True)
    listed = command(payout, "list", "the latest payouts")
    _payee(listed)
    _limit(listed)


def _add_wallet(wallet: Any, command: Command) -> None:
    listed = command(wallet, "list", "exact balances, and debts")
    listed.add_argument("--at", type=values.moment, metavar="MOMENT", help="as of 2026-11-30T23:59:59+07:00")
    rebuild = command(wallet, "rebuild", "put every stored balance right from the ledger")
    rebuild.add_argument("--check", action="store_true", help="only look; exit 1 when one is wrong")
    adjust = command(wallet, "adjust", "correct the wallet of one ledger entry, with a reason")
    adjust.add_argument("entry", type=values.uuid, metavar="ENTRY")
    adjust.add_argument("--amount", type=values.signed_amount, required=True, metavar="+N|-N")
    adjust.add_argument("--reason", type=values.reason, required=True)
    _key(adjust)


def _add_ledger(ledger: Any, command: Command) -> None:
    listed = command(ledger, "list", "the latest entries; those of one wallet in pages")
    listed.add_argument("--wallet", type=values.uuid, metavar="UUID")
    listed.add_argument("--before", type=values.page_key, metavar="KEY", help="`next` of the page before")
    _limit(listed)
    verify = command(ledger, "verify", "seal, then check sums, sources, statuses and the chain; exit 1 on a problem")
    verify.add_argument("--new", action="store_true", help="only what came since the last verify without a problem")
    export = command(ledger, "export", "write a file for other programs")
    export.add_argument("what", choices=["ledger", "donations"])
    export.add_argument("file", type=Path, metavar="FILE", help="replaced as a whole, or left as it was")
    export.add_argument("--format", choices=sorted(_FORMS), required=True, help="json: one document a line")
    export.add_argument("--wallet", type=values.uuid, metavar="UUID", help="one wallet's entries only")
    export.add_argument("--from", type=values.day, dest="first", metavar="DATE", help="the first day")
    export.add_argument("--to", type=values.day, dest="last", metavar="DATE", help="the last day, included")
    _zone(export)
    statement = command(ledger, "statement", "one wallet's month, with the balance after each entry")
    which = statement.add_mutually_exclusive_group()
    which.add_argument("--wallet", type=values.uuid, metavar="UUID")
    which.add_argument("--type", choices=["CASH", "PENDING", "PLATFORM"], default="CASH")
    statement.add_argument("--month", type=values.month, required=True, metavar="2026-11")
    _zone(statement)


def _add_fee(fee: Any, command: Command) -> None:
    show = command(fee, "show", "the terms, and since when")
    change = command(fee, "set", "new terms from a moment on; what is not given stays as it is")
    for one in (show, change):
        one.add_argument("--streamer", type=values.uuid, metavar="UUID")
    change.add_argument("--percentage", type=values.percentage, metavar="5%", help="with its sign, up to two decimals")
    change.add_argument("--fixed", type=values.fixed_fee, metavar="N", help="per payment, in the smallest unit")
    change.add_argument("--from", type=values.start, dest="start", metavar="DATE", help="not in the past; now")
    _zone(change)


def _add_reconcile(reconcile: argparse.ArgumentParser) -> None:
    reconcile.add_argument("file", type=Path, metavar="FILE")
    reconcile.add_argument("--provider", type=values.name, required=True)
    reconcile.add_argument(
        "--column",
        type=values.column,
        action="append",
        default=[],
        metavar="ROLE=NAME",
        help="which column is the reference, amount, status, currency or event_time, where its header does not say it",
    )
    reconcile.add_argument(
        "--means", type=values.meaning, action="append", default=[], metavar="WORD=STATUS", help="the provider's words"
    )
    reconcile.add_argument("--time-format", help="of times that are not ISO 8601, as %%d/%%m/%%Y %%H:%%M")
    reconcile.add_argument("--decimal-mark", choices=[",", "."])
    reconcile.add_argument("--minor-units", action="store_true", help="amounts count the smallest unit")
    reconcile.add_argument(
        "--from", type=values.day, dest="first", metavar="DATE", help="the file is complete from here"
    )
    reconcile.add_argument("--to", type=values.day, dest="last", metavar="DATE", help="to the end of this day")
    _currency(reconcile)
    _zone(reconcile)


def _named(command: argparse.ArgumentParser) -> None:
    command.add_argument("id", nargs="?", type=values.uuid, metavar="ID")
    command.add_argument("--provider", type=values.name)
    command.add_argument("--payment", type=values.name, metavar="REF", help="the provider's reference, instead of ID")


def _amount(command: argparse.ArgumentParser, *, required: bool, text: str = "whole rupiah: 25000") -> None:
    command.add_argument("--amount", type=values.amount, required=required, metavar="N", help=text)


def _currency(command: argparse.ArgumentParser) -> None:
    command.add_argument("--currency", type=values.currency, default=DEFAULT_CURRENCY)


def _payee(command: argparse.ArgumentParser) -> None:
    command.add_argument("--payee", type=values.uuid, metavar="UUID", help="the profile's streamer unless given")


def _key(command: argparse.ArgumentParser) -> None:
    command.add_argument("--key", type=values.name, help="the same key is the same thing; one is made and said")


def _limit(command: argparse.ArgumentParser) -> None:
    command.add_argument("--limit", type=values.count, default=50, metavar="N")


def _zone(command: argparse.ArgumentParser) -> None:
    command.add_argument("--zone", type=values.zone, default=DEFAULT_ZONE, help="whose days are meant")


def work(settings: Settings, key: str, typed: argparse.Namespace) -> Work | None:
    """What a money command does; None when it is none. Raises `UsageError` for what cannot be meant together."""
    group = key.partition(" ")[0]
    if group in {"payment", "payout"}:
        return _payments(settings, key, typed)
    if group in {"wallet", "ledger", "fee"}:
        return _books(settings, key, typed)
    if group == "reconcile":
        return _reconcile(settings, typed)
    return None


def _payments(settings: Settings, key: str, typed: argparse.Namespace) -> Work:
    from streamer_app.roles import console_money as console  # noqa: PLC0415 - a window begins without it

    if key in {"payment refund", "payment show"}:
        _check_named(typed)
    table: dict[str, Work] = {
        "payment record": lambda: console.record(
            settings,
            provider=typed.provider,
            reference=typed.payment,
            event=typed.event,
            status=typed.status,
            amount=typed.amount,
            currency=typed.currency,
            payee=typed.payee,
            words=console.words_of(typed.name, typed.message, is_anonymous=typed.anonymous, clip=typed.media),
        ),
        "payment settle": lambda: console.settle_due(settings, lambda now: _instant(typed.before, typed.zone, now)),
        "payment refund": lambda: console.refund(
            settings,
            transaction_id=typed.id,
            provider=typed.provider,
            reference=typed.payment,
            event=typed.event,
            amount=typed.amount,
            reason=typed.reason,
        ),
        "payment show": lambda: console.show(
            settings, transaction_id=typed.id, provider=typed.provider, reference=typed.payment
        ),
        "payout request": lambda: console.payout_request(
            settings, amount=typed.amount, currency=typed.currency, payee=typed.payee, key=typed.key
        ),
        "payout complete": lambda: console.payout_complete(settings, typed.id, typed.reference),
        "payout fail": lambda: console.payout_fail(settings, typed.id, typed.reason),
        "payout list": lambda: console.payout_list(settings, typed.payee, typed.limit),
    }
    if key == "payment settle" and not typed.due:
        if typed.before is not None:
            raise UsageError("--before goes with --due", "One payment is settled by its id, whenever it was paid.")
        return lambda: console.settle(settings, typed.id)
    return table[key]


def _books(settings: Settings, key: str, typed: argparse.Namespace) -> Work:
    from streamer_app.core.exports import Form  # noqa: PLC0415
    from streamer_app.roles import console_audit, console_money  # noqa: PLC0415

    if key == "ledger list" and typed.before and not typed.wallet:
        raise UsageError("--before goes with --wallet", "Pages are those of one wallet: copy its id from wallet list.")
    if key == "ledger export" and typed.wallet and typed.what == "donations":
        raise UsageError("--wallet is for the ledger", "Donations belong to the streamer, not to a wallet.")
    if key == "fee set" and typed.percentage is None and typed.fixed is None:
        raise UsageError("fee set needs terms", "Give --percentage 5% or --fixed 1000, or both.")
    table: dict[str, Work] = {
        "wallet list": lambda: console_audit.wallet_list(settings, typed.at),
        "wallet rebuild": lambda: console_audit.wallet_rebuild(settings, check=typed.check),
        "wallet adjust": lambda: console_money.adjust(
            settings, typed.entry, amount=typed.amount, reason=typed.reason, key=typed.key
        ),
        "ledger list": lambda: console_audit.ledger_list(
            settings, wallet=typed.wallet, before=typed.before, limit=typed.limit
        ),
        "ledger verify": lambda: console_audit.ledger_verify(settings, new_only=typed.new),
        "ledger export": lambda: console_audit.ledger_export(
            settings,
            typed.what,
            typed.file,
            form=Form(_FORMS[typed.format]),
            wallet=typed.wallet,
            first=typed.first,
            last=typed.last,
            zone=typed.zone,
        ),
        "ledger statement": lambda: console_audit.ledger_statement(
            settings, wallet=typed.wallet, wallet_type=typed.type, month=typed.month, zone=typed.zone
        ),
        "fee show": lambda: console_money.fee_show(settings, typed.streamer),
        "fee set": lambda: console_money.fee_set(
            settings,
            streamer=typed.streamer,
            valid_from=(lambda now: typed.start.at(typed.zone, now)) if typed.start else None,
            fixed=typed.fixed,
            percentage=typed.percentage,
        ),
    }
    return table[key]


def _reconcile(settings: Settings, typed: argparse.Namespace) -> Work:
    from streamer_app.core.provider_files import Reading  # noqa: PLC0415
    from streamer_app.roles import console_audit  # noqa: PLC0415

    columns = dict(typed.column)
    reading = Reading(
        reference=columns.get("reference"),
        amount=columns.get("amount"),
        status=columns.get("status"),
        currency_column=columns.get("currency"),
        event_time=columns.get("event_time"),
        currency=typed.currency,
        zone=typed.zone,
        time_format=typed.time_format,
        decimal_mark=typed.decimal_mark,
        minor_units=typed.minor_units,
        statuses=dict(typed.means),
    )
    return lambda: console_audit.reconcile(
        settings, typed.file, provider=typed.provider, reading=reading, first=typed.first, last=typed.last
    )


def _instant(when: values.When | None, zone: str, now: datetime) -> datetime:
    return now if when is None else when.at(zone, now)


def _check_named(typed: argparse.Namespace) -> None:
    """A payment is named by its id, or by what its provider calls it."""
    by_id = typed.id is not None and typed.payment is None
    by_provider = typed.id is None and typed.payment is not None and typed.provider is not None
    if not (by_id or by_provider) or (by_id and typed.verb == "show" and typed.provider is not None):
        raise UsageError("Which payment is not said", "Give its ID, or both --provider and --payment.")
    if typed.verb != "refund":
        return
    if by_provider and typed.event is None:
        raise UsageError("A provider's refund has an event", "Give --event, the provider's own id of the refund.")
    if by_id and typed.provider is not None and typed.event is None:
        raise UsageError("A provider's refund has an event", "Give --event, or leave --provider away.")
