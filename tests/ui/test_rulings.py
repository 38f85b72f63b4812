"""What the rules said is said in both languages, and always that the money stays."""

from __future__ import annotations

import pytest

from streamer_app.core.rules import Finding, Rule, Ruling, Verdict
from streamer_app.ui.language import Language
from streamer_app.ui.rulings import MONEY_STAYS, REASONS, RESULTS, reason_words, ruling_sentence, verdict_sentence

STAYS = {Language.INDONESIAN: "uangnya tetap masuk", Language.ENGLISH: "the money stays"}


@pytest.mark.parametrize("language", Language)
def test_every_rule_and_ruling_has_words(language: Language) -> None:
    assert list(RESULTS[language]) == list(Ruling)
    assert sorted(REASONS[language]) == sorted(Rule)
    assert len(set(RESULTS[language].values())) == len(Ruling)
    for alone, detailed in REASONS[language].values():
        assert alone
        assert "{" not in alone
        assert detailed.count("{detail}") == 1


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("rule", [None, *Rule])
def test_every_sentence_says_that_the_money_stays(language: Language, rule: Rule | None) -> None:
    for ruling in Ruling:
        sentence = ruling_sentence(language, ruling, rule)
        assert STAYS[language] in sentence.lower()
        assert sentence.startswith(RESULTS[language][ruling])
        findings = () if rule is None else (Finding(rule, "7"), Finding(rule))
        whole = verdict_sentence(language, Verdict(ruling=ruling, findings=findings))
        assert whole.endswith(MONEY_STAYS[language])


def test_no_two_rules_are_said_alike() -> None:
    for language in Language:
        assert len({ruling_sentence(language, Ruling.HOLD, rule) for rule in Rule}) == len(Rule)


def test_the_bound_is_money_and_the_word_stands_as_it_was_written() -> None:
    below = Verdict(
        ruling=Ruling.NO_ALERT,
        findings=(Finding(Rule.BELOW_MINIMUM, "10000"), Finding(Rule.BLOCKED_WORD, "b{0}d 0 h"), Finding(Rule.MEDIA)),
    )
    assert verdict_sentence(Language.INDONESIAN, below) == (
        "Tanpa alert: di bawah minimum Rp10.000; kata yang diblokir: b{0}d 0 h; ada media. Uangnya tetap masuk."
    )
    assert verdict_sentence(Language.ENGLISH, below).startswith("No alert: below the minimum of Rp10.000; ")
    assert reason_words(Language.ENGLISH, Finding(Rule.TOO_LONG, "300")) == "the message is over 300 characters"
    assert ruling_sentence(Language.INDONESIAN, Ruling.NO_ALERT, Rule.BELOW_MINIMUM) == (
        "Tanpa alert: di bawah minimum. Uangnya tetap masuk."
    )
