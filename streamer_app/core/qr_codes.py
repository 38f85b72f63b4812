"""A donation link as a QR code: rows of "0" and "1", without the quiet zone."""

from __future__ import annotations

from urllib.parse import urlsplit


def link_trouble(link: str) -> str | None:
    """Why this is no link to be scanned by strangers, in words; None when it is one."""
    if not link.isprintable() or any(character.isspace() for character in link):
        return "write it without blanks or control characters"
    try:
        parts = urlsplit(link)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "it is not a link like https://example.org/name"
    if parts.scheme not in {"http", "https"} or not host:
        return "it is not a link like https://example.org/name"
    if parts.username is not None or parts.password is not None:
        return "leave user and password out of it"
    return None


def modules_of(link: str) -> tuple[str, ...]:
    """The code's rows, dark "1" and light "0". Raises ValueError for what is no link, or too long for a code."""
    trouble = link_trouble(link)
    if trouble is not None:
        raise ValueError(trouble)
    import segno  # noqa: PLC0415 - most overlays have no code

    code = segno.make_qr(link, error="m", boost_error=False)
    return tuple("".join("1" if module else "0" for module in row) for row in code.matrix)
