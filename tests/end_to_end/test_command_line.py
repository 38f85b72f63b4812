"""The contract scripts rely on, in the default profile: embedded database, queue in process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from streamer_app.store import embedded
from tests.end_to_end.conftest import World
from tests.end_to_end.scripted_page import ScriptedPage
from tests.end_to_end.studio_process import Profile, until


def test_donate_makes_real_rows_and_money_that_adds_up(own_world: World) -> None:
    profile = own_world.profile
    given = profile.ask("donate", "--amount", "10001", "--name", "Budi", "--message", "semangat!")
    assert given["currency"] == "IDR"
    rows = own_world.rows(
        "SELECT t.amount, t.net_amount, t.fee_amount, t.rounding_amount, t.status::text, d.id::text"
        " FROM transactions t JOIN donation_messages d ON d.transaction_id = t.id WHERE t.id = %s",
        given["transaction_id"],
    )
    assert [(*row[:3], str(row[3]), *row[4:]) for row in rows] == [
        (10001, 9500, 501, "0.950000", "PAID", given["donation_message_id"])
    ]
    lines = [line for line in profile.ask("ledger", "list") if line["source_id"] == given["transaction_id"]]
    assert {(line["entry_type"], line["amount"]) for line in lines} == {("DEPOSIT", 9500), ("FEE", 501)}
    wallets = {line["type"]: line["balance"] for line in profile.ask("wallet", "list")}
    sums = dict(
        own_world.rows(
            "SELECT w.type::text, sum(e.amount)::bigint FROM wallets w"
            " JOIN wallet_ledger_entries e ON e.wallet_id = w.id GROUP BY 1"
        )
    )
    assert wallets == sums


async def test_donate_beside_a_studio_is_shown_without_a_refresh(own_world: World) -> None:
    studio = own_world.profile.serve()
    own_world.profile.run("queue", "missed", "none")
    async with ScriptedPage(studio.overlay_url) as page:
        given = own_world.profile.ask("donate", "--amount", "25000", "--name", "Siti", "--message", "halo")
        while (await page.next("alert.show"))["message_id"] != given["donation_message_id"]:
            pass
        foreign = own_world.writer.donate(name="Dari luar")
        assert (await page.next("alert.show"))["message_id"] == str(foreign.message_id)
    assert studio.stop() == 0


def test_donate_refuses_every_database_but_the_embedded_one(one_world: World) -> None:
    refused = one_world.profile.run("donate", "--amount", "25000")
    assert refused.returncode == 1
    assert "embedded" in refused.stderr
    assert one_world.rows("SELECT count(*) FROM transactions") == [(0,)]


def test_the_urls_log_in_as_what_they_say_and_the_server_keeps_running(own_world: World) -> None:
    app, admin = (own_world.profile.ask("db", "url", *flag)["url"] for flag in ([], ["--admin"]))
    who = "SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user"
    with psycopg.connect(app) as conn:
        assert conn.execute(who).fetchone() == ("streamer_app", False)
    with psycopg.connect(admin) as conn:
        assert conn.execute(who).fetchone() == ("streamer_owner", True)
    assert own_world.profile.ask("db", "status")["running"] is True


def test_the_environment_says_the_same_as_flags(own_world: World) -> None:
    shown = own_world.profile.ask("profile", "show")
    done = subprocess.run(
        [sys.executable, "-m", "streamer_app", "profile", "show"],
        env={"STREAMER_APP_DATA_DIR": str(own_world.profile.data_dir), "STREAMER_APP_JSON": "1", "PATH": "/usr/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == shown
    assert shown["streamer_user_id"] == str(own_world.streamer)


@pytest.mark.parametrize(
    "words",
    [
        ["donate", "--amount", "25.000"],
        ["donate", "--amount", "0"],
        ["donate"],
        ["queue", "dance"],
        ["--streamer-user-id", "me", "profile", "show"],
        ["profile", "set", "--volume", "3"],
    ],
)
def test_usage_errors_exit_with_2(tmp_path: Path, words: list[str]) -> None:
    done = Profile(tmp_path / "data").run(*words)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--database-url", "postgresql://a:secret-word@127.0.0.1:1/none"], "does not answer"),
        (["--database-url", "nonsense"], "database URL"),
    ],
)
def test_a_database_that_cannot_be_reached_is_a_title_and_what_to_do(
    tmp_path: Path, flags: list[str], said: str
) -> None:
    for words in (["wallet", "list"], ["queue", "list"], ["serve"]):
        done = Profile(tmp_path / "data", flags).run(*words)
        assert done.returncode == 1
        assert done.stdout == ""
        assert said.lower() in done.stderr.lower(), done.stderr
        assert "Traceback" not in done.stderr
        assert "secret-word" not in done.stderr


def test_a_redis_that_cannot_be_reached_is_a_title_and_what_to_do(own_world: World) -> None:
    flagged = Profile(own_world.profile.data_dir, ["--redis-url", "redis://:secret-word@127.0.0.1:1/0"])
    done = flagged.run("queue", "list")
    assert done.returncode == 1
    assert "Redis" in done.stderr
    assert "secret-word" not in done.stderr
    studio = flagged.serve()
    given = flagged.ask("donate", "--amount", "30000", "--name", "Tertunda")
    assert flagged.ask("queue", "list")["stale"] is True
    assert studio.stop() == 0
    flagged.end()
    waiting = own_world.profile.ask("queue", "list")
    assert given["donation_message_id"] in str(waiting)


def test_an_empty_shared_database_is_not_migrated_by_itself(fresh_database: str, tmp_path: Path) -> None:
    done = Profile(tmp_path / "data", ["--database-url", fresh_database]).run("serve")
    assert done.returncode == 1
    assert "db upgrade" in done.stderr
    with psycopg.connect(fresh_database) as conn:
        assert conn.execute("SELECT to_regclass('public.transactions')").fetchone() == (None,)


def test_a_folder_that_cannot_be_written_is_a_title_and_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    done = Profile(tmp_path / "file" / "data").run("profile", "show")
    assert done.returncode == 1
    assert "--data-dir" in done.stderr or "folder" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_taken_port_gives_another_one_and_the_studio_runs(own_world: World) -> None:
    import socket

    url = own_world.profile.ask("overlay", "url")["url"]
    port = int(url.partition("127.0.0.1:")[2].partition("/")[0])
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", port))
        taken.listen()
        studio = own_world.profile.serve()
        assert studio.origin != f"http://127.0.0.1:{port}"
        assert studio.stop() == 0


def test_without_a_display_it_says_so_in_one_line_and_serves(own_world: World) -> None:
    profile = own_world.profile
    environment = {"STREAMER_APP_DATA_DIR": str(profile.data_dir), "PATH": "/usr/bin:/bin"}
    process = subprocess.Popen(
        [sys.executable, "-m", "streamer_app"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert "listens" in process.stdout.readline()
    assert "no display" in process.stderr.readline()
    process.terminate()
    assert process.wait(20) == 0
    process.communicate()


def test_selftest_plays_one_donation_and_leaves_nothing_running(tmp_path: Path) -> None:
    done = Profile(tmp_path / "unused").run("selftest", "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["ok"] is True
    assert "played_at written" in document["milliseconds"]
    assert not (tmp_path / "unused").exists()


def test_stop_ends_the_server_and_the_next_command_starts_it(own_world: World) -> None:
    own_world.profile.ask("donate", "--amount", "25000")
    before = own_world.profile.ask("wallet", "list")
    assert own_world.profile.ask("db", "stop") == {"stopped": True}
    assert own_world.profile.ask("db", "status")["running"] is False
    assert own_world.profile.ask("wallet", "list") == before
    until(lambda: embedded.status(own_world.profile.data_dir).running)
