"""pgbench: its own tpcb-like script as the floor, and our posting as a script of the product's own statement."""

from __future__ import annotations

import re
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import quote

from streamer_app.store import database

from .money_server import GATEWAY, MoneyServer
from .money_world import MONEY, PLATFORM, SPREAD, STREAMERS, TPCB, WITHOUT_PLATFORM, session_options

SCALE: Final = 20
CLIENTS: Final = 16
_THREADS: Final = 2
_STATISTICS_SECONDS: Final = 0.3
"""Backends hand in their counts when they end; this long after that they are all there."""

_DONATION: Final = (
    '{"donor_name": "Budi Santoso", "is_anonymous": false,'
    ' "message": "Semangat terus kak, streamnya keren banget! Salam dari Bandung.", "media_type": "NONE"}'
)


@dataclass(frozen=True)
class Ran:
    """One run. Latencies are milliseconds, empty unless asked for; `syncs` are of the WAL, per transaction."""

    per_second: float
    syncs: float
    latencies: tuple[float, ...] = ()


def posting_script(payee: str) -> str:
    """The statement `store.payments.record_payment` runs, with pgbench's variables for its parameters.

    `payee` is an SQL expression; :streamer is a number from 1 to STREAMERS.
    """
    arguments = {
        "provider": "'bench'",
        "event": "'event-' || :client_id::int || '-' || :number::bigint",
        "reference": "'order-' || :client_id::int || '-' || :number::bigint",
        "status": "'PAID'",
        "amount": ":amount::bigint",
        "currency": "'IDR'",
        "payee": payee,
        "platform": f"'{PLATFORM}'::uuid",
        "payer": "NULL::uuid",
        "donation": f"'{_DONATION}'",
    }
    statement = " ".join(str(database.sql("money/record_payment") % arguments).split())
    return (
        f"\\set streamer random(1, {STREAMERS})\n"
        "\\set number random(1, 4611686018427387904)\n"
        "\\set amount random(10000, 1000000)\n"
        f"{statement};\n"
    )


@cache
def _scripts(folder: Path) -> dict[str, Path]:
    made = {
        "spread": posting_script(f"md5('{SPREAD}' || :streamer::int)::uuid"),
        "without platform": posting_script(f"md5('{WITHOUT_PLATFORM}' || :streamer::int)::uuid"),
        "raid": posting_script(f"md5('{SPREAD}1')::uuid"),
    }
    places = {name: folder / f"{name.replace(' ', '_')}.sql" for name in made}
    for name, text in made.items():
        places[name].write_text(text, encoding="utf-8")
    return places


def prepare(server: MoneyServer) -> None:
    """The floor's tables."""
    server.empty_database(TPCB)
    command = [str(server.pgbench()), "-i", "-s", str(SCALE), "-q", server.url(TPCB)]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def tpcb(server: MoneyServer, seconds: float, clients: int = CLIENTS) -> Ran:
    """The floor, with the same protocol as our posting: prepared statements."""
    return _run(server, server.url(TPCB), seconds, clients, [])


def posting(
    server: MoneyServer, script: str, seconds: float, clients: int = CLIENTS, *, latencies: bool = False
) -> Ran:
    """Our posting, as the gateway and with the session options of the product's own connections."""
    options = quote(session_options(server.url(MONEY, GATEWAY)), safe="")
    url = f"{server.url(MONEY, GATEWAY)}&options={options}"
    return _run(server, url, seconds, clients, ["-f", str(_scripts(server.folder)[script])], latencies=latencies)


def _run(
    server: MoneyServer, url: str, seconds: float, clients: int, more: Sequence[str], *, latencies: bool = False
) -> Ran:
    before = wal_syncs(server)
    with tempfile.TemporaryDirectory(prefix="pgbench-") as folder:
        command = [str(server.pgbench()), "-n", "-M", "prepared", "-c", str(clients), "-j", str(min(_THREADS, clients))]
        command += ["-T", str(max(1, round(seconds))), *more]
        command += ["-l", "--log-prefix", str(Path(folder) / "log")] if latencies else []
        done = subprocess.run([*command, url], check=False, capture_output=True, text=True)
        count = re.search(r"actually processed: (\d+)", done.stdout)
        rate = re.search(r"tps = ([\d.]+)", done.stdout)
        if done.returncode or count is None or rate is None or not int(count[1]):
            raise RuntimeError(f"pgbench failed:\n{done.stdout}\n{done.stderr}")
        found = tuple(
            int(line.split()[2]) / 1000 for log in Path(folder).iterdir() for line in log.read_text().splitlines()
        )
    syncs = (wal_syncs(server) - before) / int(count[1])
    return Ran(float(rate[1]), syncs, found)


def wal_syncs(server: MoneyServer) -> float:
    """How often the server waited for its WAL to reach the disk, so far."""
    time.sleep(_STATISTICS_SECONDS)
    with server.admin() as conn:
        if conn.info.server_version >= 180000:  # noqa: PLR2004 - where the count moved
            row = conn.execute("SELECT sum(fsyncs) FROM pg_stat_io WHERE object = 'wal'").fetchone()
        else:
            row = conn.execute("SELECT wal_sync FROM pg_stat_wal").fetchone()
    return float(row[0]) if row else 0.0
