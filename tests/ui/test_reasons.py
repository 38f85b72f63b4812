"""What the studio refuses is said in the window's language."""

from __future__ import annotations

import string

import pytest

from streamer_app.core.answers import Refused
from streamer_app.core.donations import ItemState
from streamer_app.core.errors import DatabaseUnavailableError, Reason
from streamer_app.core.playback import DECIDING, FactKind
from streamer_app.core.refusals import MoneyRefusedError, Refusal
from streamer_app.ui.language import Language
from streamer_app.ui.reasons import INDONESIAN, sentences

FACTS = {"state": ItemState.WAITING.value, "holder": "studio lain", "actor": "Rina", "did": FactKind.SKIPPED.value}


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_indonesian_words_that_need_only_the_facts_it_brings(reason: Reason) -> None:
    assert reason in INDONESIAN
    for sentence in INDONESIAN[reason]:
        assert sentence
        assert {name for _, name, _, _ in string.Formatter().parse(sentence) if name} <= set(FACTS)


@pytest.mark.parametrize("state", ItemState)
def test_states_are_said_in_words(state: ItemState) -> None:
    _, remedy = sentences(
        Language.INDONESIAN, Reason.CANNOT_REPLAY, {"state": state.value}, title="English", remedy="English"
    )
    assert state.value not in remedy
    assert "Uangnya tidak berubah" in remedy


@pytest.mark.parametrize("did", sorted(DECIDING - {FactKind.UNPLAYABLE}))
def test_what_another_did_first_is_said_in_words(did: FactKind) -> None:
    facts = {"state": "skipped", "actor": "Rina", "did": did.value}
    title, _ = sentences(Language.INDONESIAN, Reason.SOMEBODY_WAS_FASTER, facts, title="English", remedy="English")
    assert title.startswith("Rina lebih dulu: sudah ")
    assert did.value not in title


def test_without_a_reason_and_in_english_it_is_said_as_it_came() -> None:
    for language, reason in ((Language.INDONESIAN, None), (Language.ENGLISH, Reason.NO_PAGE)):
        assert sentences(language, reason, {}, title="No page", remedy="Open one.") == ("No page", "Open one.")


def test_why_the_books_say_no_is_said_in_indonesian() -> None:
    refused = Refused.because(MoneyRefusedError(Refusal.NOT_ENOUGH, "CASH holds less than 5"))
    said = sentences(Language.INDONESIAN, refused.reason, refused.facts, title=refused.title, remedy=refused.remedy)
    assert said[0] == "Saldo Tunai tidak cukup"
    said = sentences(Language.ENGLISH, refused.reason, refused.facts, title=refused.title, remedy=refused.remedy)
    assert said[0] == "CASH holds less than 5"
    away = Refused.because(DatabaseUnavailableError("PostgreSQL does not answer", "Start it"))
    said = sentences(Language.INDONESIAN, away.reason, away.facts, title=away.title, remedy=away.remedy)
    assert said[0] == "Database tidak menjawab"
