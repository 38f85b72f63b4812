"""One stylesheet for the whole window, made from the tokens.

Fonts are set on widgets, never here: a stylesheet font would drop the tabular figures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamer_app.ui.theme import Space, blend

if TYPE_CHECKING:
    from streamer_app.ui.theme import Theme


def build(theme: Theme) -> str:
    """The stylesheet of a theme. Widgets opt in by the dynamic property `look`."""
    return "\n".join((_surfaces(theme), _buttons(theme), _lists(theme), _fields(theme)))


def _surfaces(theme: Theme) -> str:
    return f"""
QToolTip {{ background: {theme.raised}; color: {theme.text}; border: 1px solid {theme.line}; padding: 4px 8px; }}
QMenu {{ background: {theme.raised}; color: {theme.text}; border: 1px solid {theme.line}; padding: 4px; }}
QMenu::item {{ padding: 8px 24px 8px 12px; border-radius: 4px; }}
QMenu::item:selected {{ background: {blend(theme.raised, theme.accent, 0.18)}; }}
QMenu::item:disabled {{ color: {theme.muted}; }}
*[look="page"] {{ background: {theme.bg}; }}
*[look="card"] {{ background: {theme.panel}; border-radius: {Space.CARD_RADIUS}px; }}
*[look="rail"], *[look="strip"] {{ background: {theme.panel}; }}
*[look="notice"] {{
  background: {blend(theme.panel, theme.danger, 0.14)}; border: 1px solid {theme.danger};
  border-radius: {Space.RADIUS}px;
}}
*[look="toast"] {{
  background: {theme.raised}; border: 1px solid {theme.muted}; border-radius: {Space.RADIUS}px;
}}
*[look="segments"] {{ background: {theme.panel}; border-radius: {Space.RADIUS}px; }}
*[look="ok"] {{ color: {theme.ok}; }}
*[look="muted"] {{ color: {theme.muted}; }}
*[look="accent"] {{ color: {theme.accent}; }}
*[look="danger"] {{ color: {theme.danger}; }}
"""


def _buttons(theme: Theme) -> str:
    flat = blend(theme.panel, theme.text, 0.08)
    raised = blend(theme.raised, theme.text, 0.08)
    pressed = blend(theme.raised, theme.text, 0.16)
    lit = blend(theme.accent, theme.text if theme.dark else theme.bg, 0.18)
    return f"""
QPushButton {{
  background: {theme.raised}; color: {theme.text}; border: 2px solid transparent; border-radius: {Space.RADIUS}px;
  padding: 0 12px; min-height: {Space.TARGET - 4}px;
}}
QPushButton:hover {{ background: {raised}; }}
QPushButton:pressed {{ background: {pressed}; }}
QPushButton:focus {{ border-color: {theme.accent}; }}
QPushButton:disabled {{ color: {theme.muted}; }}
QPushButton[look="primary"] {{ background: {theme.accent}; color: {theme.on_accent}; }}
QPushButton[look="primary"]:hover {{ background: {lit}; }}
QPushButton[look="primary"]:focus {{ border-color: {theme.text}; }}
QPushButton[look="primary"]:disabled {{ background: {theme.raised}; color: {theme.muted}; }}
QPushButton[look="flat"] {{ background: transparent; }}
QPushButton[look="flat"]:hover {{ background: {flat}; }}
QPushButton[tone="accent"] {{ color: {theme.accent}; }}
QPushButton[tone="danger"] {{ color: {theme.danger}; }}
QPushButton[look="link"] {{ background: transparent; color: {theme.accent}; padding: 0 8px; }}
QPushButton[look="link"]:hover {{ background: {flat}; }}
QPushButton[look="drag"] {{ border: 2px dashed {theme.muted}; }}
QPushButton[look="drag"]:hover, QPushButton[look="drag"]:focus {{ border-color: {theme.accent}; }}
QPushButton[look="segment"] {{ background: transparent; color: {theme.muted}; min-height: {Space.TARGET - 4}px; }}
QPushButton[look="segment"]:hover {{ background: {flat}; color: {theme.text}; }}
QPushButton[look="segment"]:checked {{ background: {theme.raised}; color: {theme.text}; }}
QPushButton[look="segment"]:focus {{ border-color: {theme.accent}; }}
QPushButton[look="chooser"] {{ background: {theme.panel}; border: 1px solid {theme.muted}; padding: 0 12px; }}
QPushButton[look="chooser"]:hover {{ background: {flat}; }}
QPushButton[look="chooser"]:focus {{ border: 1px solid {theme.accent}; }}
QPushButton[look="chooser"][tone="accent"] {{ border: 1px solid {theme.accent}; color: {theme.accent}; }}
QToolButton[look="rail"] {{
  background: transparent; color: {theme.muted}; border: 2px solid transparent;
  border-radius: {Space.RADIUS}px; padding: 4px 0;
}}
QToolButton[look="rail"]:hover {{ background: {flat}; color: {theme.text}; }}
QToolButton[look="rail"]:checked {{ background: {theme.raised}; color: {theme.text}; }}
QToolButton[look="rail"]:focus {{ border-color: {theme.accent}; }}
"""


def _lists(theme: Theme) -> str:
    return f"""
QAbstractScrollArea {{ background: transparent; border: none; outline: none; }}
QHeaderView {{ background: transparent; }}
QHeaderView::section {{
  background: {theme.panel}; color: {theme.muted}; border: none; border-bottom: 1px solid {theme.line};
  padding: 0 8px;
}}
QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0; }}
QScrollBar::handle:vertical {{
  background: {theme.line}; border-radius: 4px; min-height: 32px; margin: 2px;
}}
QScrollBar::handle:vertical:hover {{ background: {theme.muted}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
"""


def _fields(theme: Theme) -> str:
    return f"""
QLineEdit {{
  background: {theme.panel}; color: {theme.text}; border: 1px solid {theme.muted}; border-radius: {Space.RADIUS}px;
  padding: 0 8px; min-height: {Space.TARGET - 2}px;
  selection-background-color: {theme.accent}; selection-color: {theme.on_accent};
}}
QLineEdit:focus {{ border: 1px solid {theme.accent}; }}
QAbstractSpinBox QLineEdit {{ background: transparent; border: none; padding: 0; min-height: 0; }}
QLineEdit[wrong="true"] {{ border: 1px solid {theme.danger}; }}
QProgressBar {{ background: {theme.raised}; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }}
QProgressBar::chunk {{ background: {theme.accent}; border-radius: 3px; }}
QSpinBox, QDateEdit {{
  background: {theme.panel}; color: {theme.text}; border: 1px solid {theme.muted}; border-radius: {Space.RADIUS}px;
  padding: 0 8px; min-height: {Space.TARGET - 4}px; min-width: 32px;
  selection-background-color: {theme.accent}; selection-color: {theme.on_accent};
}}
QSpinBox::up-button, QSpinBox::down-button, QDateEdit::up-button, QDateEdit::down-button {{ width: 0; border: none; }}
QSpinBox:focus, QDateEdit:focus {{ border: 1px solid {theme.accent}; }}
"""
