"""The words of the Donations and the Wallet page, typed like those of `words`.

Braces are `str.format` fields, the same in both languages.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from streamer_app.ui.language import Language


@dataclass(frozen=True, kw_only=True, slots=True)
class PageWords:
    """One language. `_hint` is a tooltip, `_more` a second sentence."""

    # Both pages
    retry_page: str
    retry_page_hint: str
    cancel: str
    cancel_hint: str
    new_rows: str
    new_rows_hint: str
    copy: str
    copy_hint: str
    copied: str
    not_an_amount: str
    period: str
    period_ever: str
    period_today: str
    period_week: str
    period_month: str
    period_this_month: str
    period_last_month: str
    period_year: str
    period_custom: str
    since: str
    until: str

    # Streaming mode
    streaming: str
    streaming_hint: str
    streaming_on: str
    streaming_on_hint: str

    # Who speaks
    speaker_nobody: str
    speaker_is: str
    speaker_hint: str
    speaker_best: str
    speaker_on_air: str
    speaker_off_air: str
    speaker_frozen: str
    speaker_pinned: str
    speaker_pinned_more: str
    speaker_unpinned: str
    play_anyway: str
    playing_anyway: str

    # Donations
    donations: str
    search: str
    search_hint: str
    least: str
    least_hint: str
    most: str
    most_hint: str
    state: str
    state_any: str
    state_refunded: str
    media: str
    media_any: str
    media_none: str
    media_tts: str
    media_youtube: str
    only_one: str
    clear_filters: str
    clear_filters_hint: str
    nothing_found: str
    searching: str
    choose_one: str
    proof: str
    step_paid: str
    step_posted: str
    step_recorded: str
    step_queued: str
    step_sent: str
    step_started: str
    step_finished: str
    step_not_yet: str
    runs: str
    run_none: str
    run_first: str
    run_replay: str
    run_on_page: str
    run_shown: str
    run_audible: str
    run_inaudible: str
    run_played: str
    run_skipped: str
    run_interrupted: str
    run_unplayable: str
    run_withdrawn: str
    run_going_on: str
    deeds: str
    deed_skipped: str
    deed_unskipped: str
    deed_replayed: str
    deed_held: str
    deed_approved: str
    deed_rejected: str
    deed_moved: str
    deed_queued: str
    deed_dismissed: str
    deed_withdrawn: str
    deed_unplayable: str
    deed_retried: str
    deed_recorded_rule: str
    deed_by: str
    block: str
    block_hint: str
    blocked: str
    blocked_more: str
    unblocked: str

    # Wallet
    wallet: str
    pending: str
    pending_more: str
    pending_settled: str
    cash: str
    cash_more: str
    debt: str
    debt_more: str
    today: str
    today_more: str
    today_none: str
    ledger: str
    ledger_more: str
    wallet_empty: str
    charts: str
    donors: str
    payouts: str
    column_time: str
    column_explained: str
    column_transaction: str
    column_amount: str
    column_balance: str
    entry_donation: str
    entry_donation_free: str
    entry_payment: str
    entry_settled_out: str
    entry_settled_in: str
    entry_refund: str
    entry_refund_settlement: str
    entry_withdraw: str
    entry_withdraw_back: str
    entry_adjustment: str
    entry_reason: str
    entry_unknown: str
    transaction_payment: str
    transaction_none: str
    status_pending: str
    status_paid: str
    status_settled: str
    status_failed: str
    status_refunded: str
    copy_transaction: str
    show_donation: str
    by_day: str
    by_week: str
    by_month: str
    by_hour: str
    income_by_day: str
    income_by_week: str
    income_by_month: str
    income_by_hour: str
    income_sum: str
    income_none: str
    bar_hint: str
    week_of: str
    hour_of: str
    legend_gross: str
    legend_net: str
    donors_none: str
    donors_more: str
    donor_count: str
    payout_amount: str
    payout_all: str
    payout_all_hint: str
    payout_ask: str
    payout_ask_hint: str
    payout_sure: str
    payout_yes: str
    payout_too_much: str
    payout_in_debt: str
    payout_nothing: str
    payout_asked: str
    payout_asked_more: str
    payouts_none: str
    payout_waits: str
    payout_waits_more: str
    payout_done: str
    payout_done_more: str
    payout_reference: str
    payout_failed: str
    payout_failed_more: str
    payout_reason: str
    verify: str
    verify_hint: str
    verifying: str
    verified_good: str
    verified_bad: str
    verified_wallet: str
    verified_off: str
    verified_nothing: str
    export: str
    export_hint: str
    export_ledger: str
    export_donations: str
    export_statement_cash: str
    export_statement_pending: str
    export_where: str
    export_csv: str
    exporting: str
    exporting_start: str
    exported: str
    export_failed: str
    export_stopped: str


@cache
def page_words(language: Language) -> PageWords:
    """The words of a language."""
    if language is Language.ENGLISH:
        from streamer_app.ui.page_words_en import ENGLISH  # noqa: PLC0415

        return ENGLISH
    from streamer_app.ui.page_words_id import INDONESIAN  # noqa: PLC0415

    return INDONESIAN
