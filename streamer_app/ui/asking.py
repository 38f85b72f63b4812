"""The window's questions: who asks anew has the old one cancelled, and a refusal is said in the window's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from streamer_app.core.answers import Refused
from streamer_app.ui.reasons import sentences

if TYPE_CHECKING:
    from collections.abc import Callable

    from streamer_app.core.answers import OnProgress
    from streamer_app.core.questions import Asked
    from streamer_app.ui.client import Cancel, Client
    from streamer_app.ui.look import Look

_T = TypeVar("_T")


class Question:
    """A place for one question at a time."""

    def __init__(self, client: Client, look: Look) -> None:
        self._client = client
        self._look = look
        self._cancel: Cancel | None = None
        self._number = 0

    @property
    def is_open(self) -> bool:
        """It has been asked, and not answered yet."""
        return self._cancel is not None

    def ask(
        self,
        asked: Asked,
        kind: type[_T],
        on_answer: Callable[[_T], None],
        on_refused: Callable[[Refused], None],
        on_progress: OnProgress | None = None,
    ) -> None:
        """Ask in place of what was asked here before."""
        self.cancel()
        self._number += 1
        number, answered = self._number, False

        def done(answer: object) -> None:
            nonlocal answered
            answered = True
            if number != self._number:
                return
            self._cancel = None
            if isinstance(answer, kind):
                on_answer(answer)
            elif isinstance(answer, Refused):
                on_refused(answer)
            else:
                raise TypeError(f"{type(asked).__name__} is not answered by {type(answer).__name__}")

        cancel = self._client.ask(asked, done, on_progress)
        if not answered:
            self._cancel = cancel

    def cancel(self) -> None:
        """Ask no more; what is answered later is dropped."""
        cancel, self._cancel = self._cancel, None
        self._number += 1
        if cancel is not None:
            cancel()


def refusal_words(refused: Refused, look: Look) -> tuple[str, str]:
    """What happened, and what to do."""
    return sentences(look.words.language, refused.reason, refused.facts, title=refused.title, remedy=refused.remedy)
