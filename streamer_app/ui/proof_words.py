"""The proof of delivery in words: every step with its moment, every run, every decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from streamer_app.ui.donor_text import one_line

if TYPE_CHECKING:
    from datetime import datetime

    from streamer_app.core.answers import Proof, ProofDeed, ProofRun
    from streamer_app.ui.look import Look


class ProofStep(NamedTuple):
    """One step. `when` is None for what has not happened."""

    word: str
    when: datetime | None


def steps(proof: Proof, look: Look) -> list[ProofStep]:
    """From the payment to the end of the alert."""
    words = look.page_words
    return [
        ProofStep(words.step_paid, proof.paid),
        ProofStep(words.step_posted, proof.posted),
        ProofStep(words.step_recorded, proof.recorded),
        ProofStep(words.step_queued, proof.queued),
        ProofStep(words.step_sent, proof.sent),
        ProofStep(words.step_started, proof.started),
        ProofStep(words.step_finished, proof.finished),
    ]


def run_words(run: ProofRun, look: Look) -> str:
    """As in Tampil pertama di OBS, 8 dtk, terdengar, sampai selesai."""
    words = look.page_words
    said = [words.run_replay if run.kind == "replay" else words.run_first]
    if run.page_instance:
        said[0] += " " + words.run_on_page.format(page=one_line(run.page_instance, 24))
    if run.ms_shown is not None:
        said.append(words.run_shown.format(seconds=max(1, round(run.ms_shown / 1000)) if run.ms_shown else 0))
    if run.audible is not None:
        said.append(words.run_audible if run.audible else words.run_inaudible)
    outcome = {
        "played": words.run_played,
        "skipped": words.run_skipped,
        "interrupted": words.run_interrupted,
        "unplayable": words.run_unplayable,
        "withdrawn": words.run_withdrawn,
    }
    said.append(words.run_going_on if run.outcome is None else outcome.get(run.outcome, run.outcome))
    return ", ".join(said)


def deed_words(deed: ProofDeed, look: Look) -> str:
    """As in Dilewati oleh window."""
    words = look.page_words
    known = {
        "skipped": words.deed_skipped,
        "unskipped": words.deed_unskipped,
        "replayed": words.deed_replayed,
        "held": words.deed_held,
        "approved": words.deed_approved,
        "rejected": words.deed_rejected,
        "moved": words.deed_moved,
        "queued": words.deed_queued,
        "dismissed": words.deed_dismissed,
        "withdrawn": words.deed_withdrawn,
        "unplayable": words.deed_unplayable,
        "retried": words.deed_retried,
        "recorded_rule": words.deed_recorded_rule,
    }
    return words.deed_by.format(deed=known.get(deed.kind, deed.kind), actor=one_line(deed.actor, 40))


def proof_text(proof: Proof, look: Look) -> str:
    """All of it as plain text, for whoever asks for a proof."""
    words = look.page_words
    lines = [words.proof]
    lines += [
        f"{step.word}: {words.step_not_yet if step.when is None else look.exact_time(step.when)}"
        for step in steps(proof, look)
    ]
    lines += [f"{look.exact_time(run.opened_at)}: {run_words(run, look)}" for run in proof.runs]
    lines += [f"{look.exact_time(deed.happened_at)}: {deed_words(deed, look)}" for deed in proof.deeds]
    return "\n".join(lines)
