"""A goal: what was raised, of what is to be raised."""

from __future__ import annotations

from streamer_app.core import widget_texts
from streamer_app.core.widget_settings import GoalSettings
from streamer_app.core.widget_states import GoalState


def goal_state(settings: GoalSettings, raised_here: int, language: str) -> GoalState:
    """The goal as it is shown; `raised_here` in whole rupiah. Percents are cut, so that 100 % is never said too early.

    What was paid out of elsewhere or refunded cannot make a goal negative.
    """
    raised = max(0, raised_here) + settings.raised_elsewhere
    missing = settings.target - raised
    return GoalState(
        title=widget_texts.title(language, "goal", settings.title),
        shape=settings.shape,
        raised_text=widget_texts.amount_text(raised),
        target_text=widget_texts.amount_text(settings.target),
        percent_text=f"{raised * 100 // settings.target}%",
        fraction=raised / settings.target,
        left_text=widget_texts.left_text(language, missing) if settings.show_left and missing > 0 else "",
    )
