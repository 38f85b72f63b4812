"""Both languages say everything, with the same fields."""

from __future__ import annotations

import re
from dataclasses import fields

from streamer_app.core.donations import ItemState
from streamer_app.core.events import LightReason
from streamer_app.ui.language import Language
from streamer_app.ui.page_words import PageWords, page_words
from streamer_app.ui.states import item_sign, light_words
from streamer_app.ui.theme import THEMES, ThemeName
from streamer_app.ui.words import Words, words_for
from tests.ui.conftest import item

FIELD = re.compile(r"\{(\w+)\}")


def test_every_word_is_said_in_both_languages_with_the_same_fields() -> None:
    indonesian, english = (words_for(language) for language in (Language.INDONESIAN, Language.ENGLISH))
    for field in fields(Words):
        first, second = getattr(indonesian, field.name), getattr(english, field.name)
        assert first.strip(), field.name
        assert second.strip(), field.name
        assert set(FIELD.findall(first)) == set(FIELD.findall(second)), field.name


def test_the_pages_words_are_said_in_both_languages_with_the_same_fields() -> None:
    indonesian, english = (page_words(language) for language in (Language.INDONESIAN, Language.ENGLISH))
    for field in fields(PageWords):
        first, second = getattr(indonesian, field.name), getattr(english, field.name)
        assert first.strip(), field.name
        assert second.strip(), field.name
        assert set(FIELD.findall(first)) == set(FIELD.findall(second)), field.name


def test_months_are_twelve() -> None:
    assert [len(words_for(language).months.split()) for language in Language] == [12, 12]


def test_every_state_and_reason_has_words() -> None:
    for language in Language:
        words = words_for(language)
        for reason in LightReason:
            assert all(light_words(reason, words))
        signs = {item_sign(item(1, state=state), THEMES[ThemeName.WEDANG], words).word for state in ItemState}
        assert len(signs) == len(ItemState)


def test_every_skip_says_that_the_money_stays() -> None:
    indonesian, english = words_for(Language.INDONESIAN), words_for(Language.ENGLISH)
    for name in ("skip_hint", "skip_row_hint", "toast_money_stays", "held_hint", "missed_none_hint"):
        assert "uangnya tetap masuk" in getattr(indonesian, name).lower(), name
        assert "the money stays" in getattr(english, name).lower(), name


def test_counts_have_their_own_thousands_mark() -> None:
    assert [words_for(language).number(1250) for language in Language] == ["1.250", "1,250"]
