from __future__ import annotations

from streamer_app.core.access import is_key, keys_match
from streamer_app.overlay.access_keys import AccessKeys, new_key


def test_new_keys_have_the_shape_of_a_key_and_differ() -> None:
    keys = {new_key() for _ in range(100)}
    assert len(keys) == 100
    assert all(is_key(key) for key in keys)


def test_what_is_no_key_is_not_taken_for_one() -> None:
    key = new_key()
    assert not any(is_key(text) for text in ("", key[:-1], key + "A", key[:-1] + "/", key + "\n"))


def test_keys_are_compared_whole() -> None:
    key = new_key()
    assert keys_match(key, key)
    assert not any(keys_match(given, key) for given in ("", key[:-1], key + " ", key.swapcase(), "é\udc80"))


def test_a_missing_key_opens_nothing() -> None:
    keys = AccessKeys(display="", control="")
    assert not keys.opens_display("")
    assert not keys.opens_control("")
