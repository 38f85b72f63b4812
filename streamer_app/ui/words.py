"""Every word of the window, typed: a word that one language lacks does not build, let alone ship.

Indonesian is written first and English follows it. Braces are `str.format` fields, the same in both languages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from streamer_app.ui.language import Language


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """One language. Names say where a word stands; `_hint` is a tooltip, `_more` a second sentence."""

    language: Language

    # The window and its pages
    window_title: str
    page_live: str
    page_donations: str
    page_money: str

    # People and time
    somebody: str
    anonymous: str
    anonymous_hint: str
    no_message: str
    just_now: str
    minutes_ago: str
    months: str
    you_receive: str
    thousands_mark: str

    # What plays
    now_playing: str
    test_alert: str
    test_badge: str
    test_explained: str
    replay_mark: str
    refunded_mark: str
    stage_preparing: str
    stage_left: str
    stage_finishing: str
    stage_empty: str
    stage_empty_paused: str
    stage_empty_panic: str

    # The queue
    waiting: str
    paused_mark: str
    panic_mark: str
    queue_empty: str
    queue_more: str
    see_donations: str

    # What the streamer can do
    skip: str
    skip_hint: str
    skip_row: str
    skip_row_hint: str
    undo: str
    undo_hint: str
    replay: str
    replay_hint: str
    retry: str
    retry_hint: str
    pause: str
    pause_hint: str
    resume: str
    resume_hint: str
    release: str
    release_hint: str
    approve: str
    approve_hint: str
    close: str
    close_hint: str

    # What needs the streamer
    needs_you: str
    needs_nothing: str
    held: str
    held_hint: str
    failed: str
    missed: str
    missed_count: str
    missed_count_bare: str
    missed_all: str
    missed_all_hint: str
    missed_newest: str
    missed_newest_hint: str
    missed_newest_count: str
    missed_none: str
    missed_none_hint: str

    # Money
    balances: str
    pending: str
    pending_hint: str
    cash: str
    cash_hint: str
    cash_debt_hint: str
    latest_donations: str
    donations_empty: str
    ledger: str
    ledger_empty: str
    back_to_live: str
    column_time: str
    column_donor: str
    column_message: str
    column_amount: str
    column_net: str
    column_state: str
    column_wallet: str
    column_entry: str
    column_description: str
    column_entry_amount: str
    wallet_platform: str
    entry_deposit: str
    entry_fee: str
    entry_transfer: str
    entry_refund: str
    entry_withdraw: str
    entry_adjustment: str

    # States of a donation
    state_waiting: str
    state_playing: str
    state_held: str
    state_played: str
    state_skipped: str
    state_unplayable: str
    state_withdrawn: str
    state_missed: str
    state_history: str
    state_no_alert: str

    # The overlay
    overlay_card: str
    drag_into_obs: str
    drag_hint: str
    copy_url: str
    copy_url_hint: str
    send_test: str
    send_test_hint: str
    overlay_layer: str

    # Answers
    toast_skipped: str
    toast_money_stays: str
    toast_skipped_test: str
    toast_undone: str
    toast_replay: str
    toast_retry: str
    toast_paused: str
    toast_paused_more: str
    toast_resumed: str
    toast_released: str
    toast_released_more: str
    toast_approved: str
    toast_copied: str
    toast_copied_more: str
    toast_no_url: str
    toast_no_url_more: str
    toast_test_sent: str
    toast_missed_all: str
    toast_missed_newest: str
    toast_missed_none: str
    toast_nothing_to_replay: str
    toast_nothing_to_replay_more: str

    # Lights
    light_database: str
    light_queue: str
    light_overlay: str
    light_ready: str
    light_starting: str
    light_creating: str
    light_unreachable: str
    light_full: str
    light_schema: str
    light_rebuilding: str
    light_elsewhere: str
    light_no_page: str
    light_inactive: str
    light_silent: str
    light_frozen: str
    light_port_changed: str
    light_port_taken: str
    light_pages: str
    light_one_page: str
    light_hint: str
    light_ready_more: str
    light_starting_more: str
    light_creating_more: str
    light_database_more: str
    light_full_more: str
    light_schema_more: str
    light_queue_more: str
    light_elsewhere_more: str
    take_over: str
    take_over_hint: str
    toast_taken_over: str
    light_no_page_more: str
    light_inactive_more: str
    light_silent_more: str
    light_frozen_more: str
    light_port_changed_more: str
    light_port_taken_more: str

    # Being there
    loading: str

    def number(self, count: int) -> str:
        """A count with this language's thousands mark."""
        return f"{count:,}".replace(",", self.thousands_mark)


def words_for(language: Language) -> Words:
    """The words of a language."""
    if language == "en":
        from streamer_app.ui.words_en import ENGLISH  # noqa: PLC0415

        return ENGLISH
    from streamer_app.ui.words_id import INDONESIAN  # noqa: PLC0415

    return INDONESIAN
