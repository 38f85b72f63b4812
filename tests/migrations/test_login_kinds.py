"""Each kind of login may do what it is for and nothing else; roles belong to the server, rights to the database."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg
import pytest
from psycopg import sql

from streamer_app.core.errors import SchemaError
from streamer_app.store import login_kinds, schema
from streamer_app.store.login_kinds import APP, AUDITOR, BACKEND, GATEWAY, KINDS, ONE_PERSONS, OPERATOR
from tests.migrations.conftest import Connection, write_donation
from tests.postgres_servers import OWNER_ROLE, OWNERS_TABLES, VERSIONS, MigratedDatabase, PostgresServer, database_on

READERS = {OPERATOR, AUDITOR}
NOBODY: set[str] = set()
SOME = "gen_random_uuid()"

# Whom a statement is allowed; what it says otherwise does not matter here.
STATEMENTS: dict[str, set[str]] = {
    **{f"TABLE public.{table}": {APP, OPERATOR, AUDITOR, BACKEND} for table in OWNERS_TABLES},
    "INSERT INTO transactions (payee_user_id, amount, fee_amount, net_amount)"
    " VALUES (gen_random_uuid(), 1, 0, 1)": {BACKEND},
    "UPDATE transactions SET meta = '{}'": {BACKEND},
    "UPDATE transactions SET status = 'REFUNDED'": {BACKEND},
    "SELECT 1 FROM transactions FOR UPDATE": {BACKEND},
    "DELETE FROM transactions": NOBODY,
    "INSERT INTO wallets (user_id, type, name, slug) VALUES (gen_random_uuid(), 'CASH', 'c', 'c')": {BACKEND},
    "UPDATE wallets SET balance = 1": {BACKEND},
    "DELETE FROM wallets": NOBODY,
    "INSERT INTO wallet_ledger_entries (wallet_id, entry_type, amount, source_type, source_id, net_amount)"
    " SELECT id, 'DEPOSIT', 1, 'TRANSACTION', gen_random_uuid(), 1 FROM wallets": {BACKEND},
    "COPY wallet_ledger_entries (wallet_id, entry_type, amount, source_type, source_id, net_amount)"
    " FROM PROGRAM 'true'": NOBODY,
    "UPDATE wallet_ledger_entries SET amount = 1": NOBODY,
    "DELETE FROM wallet_ledger_entries": NOBODY,
    "INSERT INTO donation_messages (transaction_id, streamer_user_id)"
    " SELECT transaction_id, streamer_user_id FROM donation_messages ON CONFLICT DO NOTHING": {BACKEND},
    "UPDATE donation_messages SET played_at = now()": {APP, BACKEND},
    "UPDATE donation_messages SET message = 'other'": {BACKEND},
    "DELETE FROM donation_messages": NOBODY,
    **{f"TRUNCATE public.{table} CASCADE": NOBODY for table in OWNERS_TABLES},
    **{f"CREATE TRIGGER mine BEFORE INSERT ON public.{table} FOR EACH ROW"
       " EXECUTE FUNCTION suppress_redundant_updates_trigger()": NOBODY for table in OWNERS_TABLES},
    "ALTER TABLE wallet_ledger_entries DISABLE TRIGGER ALL": NOBODY,
    "CREATE TABLE public.mine (id int)": NOBODY,
    "CREATE TABLE streamer_app.mine (id int)": NOBODY,
    "SET session_replication_role = replica": NOBODY,
    f"SET ROLE {OWNER_ROLE}": NOBODY,
    # What is ours
    "INSERT INTO streamer_app.playback_facts (command_id, streamer_user_id, kind, actor)"
    " VALUES (gen_random_uuid(), gen_random_uuid(), 'paused', 'me')": {APP},
    "INSERT INTO streamer_app.streamer_settings VALUES (gen_random_uuid(), 'k', 1, '1', now(), 'me')": {APP},
    "INSERT INTO streamer_app.streamers (streamer_user_id) VALUES (gen_random_uuid())": {APP},
    "INSERT INTO streamer_app.leases VALUES (gen_random_uuid(), 1, 'h', 'l', now())": {APP},
    "UPDATE streamer_app.leases SET epoch = epoch + 1": {APP},
    "DELETE FROM streamer_app.leases": NOBODY,
    "INSERT INTO streamer_app.fee_terms (streamer_user_id, valid_from) VALUES (gen_random_uuid(), now())": {OPERATOR},
    "UPDATE streamer_app.fee_terms SET fee_fixed = 0": NOBODY,
    "INSERT INTO streamer_app.login_bindings VALUES ('l', gen_random_uuid(), gen_random_uuid())": {OPERATOR},
    "UPDATE streamer_app.login_bindings SET login = 'me'": NOBODY,
    "INSERT INTO streamer_app.payment_events (provider, event, transaction_id, status, amount)"
    " VALUES ('p', 'e', gen_random_uuid(), 'PAID', 1)": NOBODY,
    "INSERT INTO streamer_app.balance_markers VALUES (gen_random_uuid(), 1)": NOBODY,
    "DELETE FROM streamer_app.balance_markers": NOBODY,
    "UPDATE streamer_app.compatibility SET oldest_revision = '9999'": NOBODY,
    "UPDATE streamer_app.alembic_version SET version_num = '0001'": NOBODY,
    "SELECT streamer_app.record_payment('p', 'e', 'r', 'PAID', 1, 'IDR', gen_random_uuid(), gen_random_uuid(), NULL,"
    " '{}')": {GATEWAY, OPERATOR},
    "SELECT streamer_app.record_payments('[]')": {GATEWAY, OPERATOR},
    "SELECT streamer_app.refund_payment('p', 'e', 'r', NULL, NULL, 'why')": {GATEWAY, OPERATOR},
    f"SELECT streamer_app.ring_bell({SOME}, {SOME})": {GATEWAY, OPERATOR},
    "SELECT streamer_app.fold_balances()": {APP, GATEWAY, OPERATOR},
    f"SELECT streamer_app.settle_payment({SOME})": {OPERATOR},
    "SELECT streamer_app.settle_due(now(), 10)": {OPERATOR},
    f"SELECT streamer_app.request_payout('k', {SOME}, 1, 'IDR')": {OPERATOR},
    f"SELECT streamer_app.complete_payout({SOME}, 'r')": {OPERATOR},
    f"SELECT streamer_app.fail_payout({SOME}, 'why')": {OPERATOR},
    f"SELECT streamer_app.adjust('k', {SOME}, 1, 'why')": {OPERATOR},
    "SELECT streamer_app.allow_nothing()": NOBODY,
    f"SELECT streamer_app.reverse_payment({SOME})": NOBODY,
    f"SELECT streamer_app.move_balances(ARRAY[{SOME}], ARRAY[1])": NOBODY,
}  # fmt: skip
READABLE_BY_THE_GATEWAY = {"alembic_version", "compatibility", "ledger_chain", "ledger_blocks"}
READABLE_BY_THE_APP = READABLE_BY_THE_GATEWAY | {
    "streamers",
    "login_bindings",
    "streamer_settings",
    "leases",
    "playback_facts",
    "playback_runs",
    "playback_run_starts",
    "playback_run_ends",
    "playback_run_history",
    "message_history",
    "donor_blocks",
    "control_keys",
    "control_key_ends",
    "fee_terms",
    "wallet_balances",
}
TAKES_EVENTS = {GATEWAY, OPERATOR}
EXECUTABLE = {
    "record_payment": TAKES_EVENTS,
    "record_payments": TAKES_EVENTS,
    "refund_payment": TAKES_EVENTS,
    "ring_bell": TAKES_EVENTS,
    "fold_balances": TAKES_EVENTS | {APP},
    "payment_id": TAKES_EVENTS | {APP, AUDITOR},
    "event_id": TAKES_EVENTS | {APP, AUDITOR},
    "settle_payment": {OPERATOR},
    "settle_due": {OPERATOR},
    "request_payout": {OPERATOR},
    "complete_payout": {OPERATOR},
    "fail_payout": {OPERATOR},
    "adjust": {OPERATOR},
    "seal_ledger": {OPERATOR, AUDITOR},
    "ledger_digests": {OPERATOR, AUDITOR},
    "apply_drift": {OPERATOR},
}


@pytest.fixture(scope="module", params=VERSIONS, ids=lambda version: f"pg{version}")
def own_server(request: pytest.FixtureRequest) -> Iterator[PostgresServer]:
    """A server whose roles this module may make and drop: no kind of login is there."""
    server = PostgresServer.start(request.param, with_kinds=False)
    yield server
    server.stop()


@pytest.fixture
def bare_server(own_server: PostgresServer) -> Iterator[PostgresServer]:
    """Without any kind of login, and without them again afterwards."""
    yield own_server
    with psycopg.connect(own_server.admin_url, autocommit=True) as admin:
        admin.execute(f"ALTER ROLE {OWNER_ROLE} NOCREATEROLE")
        made = admin.execute("SELECT rolname FROM pg_roles WHERE rolname ~ '^(streamer_app|login_)'").fetchall()
        for (role,) in made:
            admin.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


@pytest.fixture
def owners_database(bare_server: PostgresServer) -> Iterator[MigratedDatabase]:
    """An empty database of an owner who may not create roles."""
    with database_on(bare_server, owner=OWNER_ROLE) as name:
        yield MigratedDatabase(bare_server, name)


def make_kinds(server: PostgresServer) -> None:
    with psycopg.connect(server.admin_url, autocommit=True) as admin:
        assert login_kinds.make(admin) == ()
        for kind in KINDS:
            admin.execute(f"CREATE ROLE login_{kind} LOGIN IN ROLE {kind}")


def kinds_of(connection: Connection, condition: str = "true") -> set[str]:
    rows = connection.execute(f"SELECT rolname FROM pg_roles WHERE {condition}".encode()).fetchall()  # noqa: S608
    return {row[0] for row in rows} & set(KINDS)


def allowed(connection: Connection, statement: str) -> bool:
    """Whether the login has the right; whatever else the statement meets, nothing of it stays."""
    with connection.transaction(force_rollback=True):
        try:
            connection.execute(statement.encode())
        except psycopg.errors.InsufficientPrivilege:
            return False
        except psycopg.Error:
            return True
        return True


@pytest.fixture
def granted(owners_database: MigratedDatabase) -> MigratedDatabase:
    """At the head revision, with a donation in it and one login of each kind."""
    make_kinds(owners_database.server)
    assert schema.upgrade(owners_database.owner_url).missing_kinds == ()
    with owners_database.as_owner() as owner:
        write_donation(owner)
    return owners_database


@pytest.mark.parametrize("kind", KINDS)
def test_a_login_may_do_what_it_is_for_and_nothing_else(granted: MigratedDatabase, kind: str) -> None:
    with psycopg.connect(granted.server.url(granted.name, f"login_{kind}"), autocommit=True) as connection:
        found = {statement: allowed(connection, statement) for statement in STATEMENTS}
        assert found == {statement: kind in kinds for statement, kinds in STATEMENTS.items()}


def test_who_may_read_and_run_what_in_our_schema(granted: MigratedDatabase) -> None:
    with granted.as_owner() as owner:
        tables = owner.execute(
            "SELECT relname, ARRAY(SELECT kind FROM unnest(%s::text[]) AS kind"
            " WHERE has_table_privilege(kind, pg_class.oid, 'SELECT')"
            "   AND has_schema_privilege(kind, relnamespace, 'USAGE'))"
            " FROM pg_class WHERE relnamespace = 'streamer_app'::regnamespace AND relkind IN ('r', 'v')",
            [list(KINDS)],
        ).fetchall()
        for table, kinds in tables:
            readers = {OPERATOR, AUDITOR}
            readers |= {APP} if table in READABLE_BY_THE_APP else set()
            readers |= {GATEWAY} if table in READABLE_BY_THE_GATEWAY else set()
            assert set(kinds) == readers, table
        functions = owner.execute(
            "SELECT proname, ARRAY(SELECT kind FROM unnest(%s::text[]) AS kind"
            " WHERE has_function_privilege(kind, pg_proc.oid, 'EXECUTE'))"
            " FROM pg_proc WHERE pronamespace = 'streamer_app'::regnamespace",
            [[*KINDS, "public"]],
        ).fetchall()
        assert len(functions) > len(EXECUTABLE)
        for name, kinds in functions:
            assert set(kinds) == EXECUTABLE.get(name, set()), name


def test_no_kind_is_anything_else(granted: MigratedDatabase) -> None:
    with granted.as_admin() as admin:
        powers = "rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls OR rolcanlogin"
        assert kinds_of(admin, powers) == set()
        assert kinds_of(admin) == set(KINDS)
        for kind in KINDS:
            others = set(KINDS) - {kind}
            member = f"pg_has_role('{kind}', oid, 'MEMBER') AND rolname = ANY ('{{{','.join(others)}}}')"
            assert kinds_of(admin, member) == set()


def test_an_owner_who_may_not_create_roles_goes_on_without_them(owners_database: MigratedDatabase) -> None:
    """What is there by the next upgrade gets its rights then; an existing role stays as the admin made it."""
    url = owners_database.owner_url
    found = schema.upgrade(url)
    assert (found.state, found.missing_kinds) == ("current", KINDS)
    with owners_database.as_admin() as admin:
        admin.execute(f"CREATE ROLE {GATEWAY} LOGIN CONNECTION LIMIT 3")
        assert schema.upgrade(url).missing_kinds == tuple(kind for kind in KINDS if kind != GATEWAY)
        assert kinds_of(admin, "rolcanlogin AND rolconnlimit = 3") == {GATEWAY}
        assert kinds_of(admin) == {GATEWAY}
        admin.execute(f"ALTER ROLE {OWNER_ROLE} CREATEROLE")
        assert schema.upgrade(url).missing_kinds == ()
        assert kinds_of(admin) == set(KINDS)
        assert kinds_of(admin, "rolcanlogin") == {GATEWAY}
    gateway = owners_database.server.url(owners_database.name, GATEWAY)
    with psycopg.connect(gateway, autocommit=True) as connection:
        assert allowed(connection, "SELECT streamer_app.fold_balances()")
    assert schema.status(gateway).state == "current"


def test_an_upgrade_takes_away_what_a_kind_should_not_have(granted: MigratedDatabase) -> None:
    """An app login of an older version could write money; whatever was handed out since goes too."""
    statement = "UPDATE transactions SET status = 'REFUNDED'"
    with granted.as_owner() as owner:
        owner.execute(f"GRANT UPDATE ON transactions TO {APP}, {GATEWAY}")
        owner.execute(f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA streamer_app TO PUBLIC, {APP}")
    schema.upgrade(granted.owner_url)
    for kind in (APP, GATEWAY):
        with psycopg.connect(granted.server.url(granted.name, f"login_{kind}"), autocommit=True) as connection:
            assert not allowed(connection, statement)
            assert not allowed(connection, f"SELECT streamer_app.reverse_payment({SOME})")


def test_going_down_takes_rights_and_leaves_roles(granted: MigratedDatabase) -> None:
    """Another database of the same server keeps what its kinds may do."""
    with database_on(granted.server, owner=OWNER_ROLE) as name:
        other = granted.server.url(name, OWNER_ROLE)
        assert schema.upgrade(other).missing_kinds == ()
        for url in (granted.owner_url, other):
            schema.downgrade(url, "0014")
            assert schema.upgrade(url).missing_kinds == ()
        schema.downgrade(granted.owner_url, "0014")
        reading = {
            (kind, database): _may_read(granted.server, database, kind)
            for kind in KINDS
            for database in (granted.name, name)
        }
        assert reading == {
            (kind, database): kind == APP or (kind != GATEWAY and database == name)
            for kind in KINDS
            for database in (granted.name, name)
        }
    with granted.as_admin() as admin:
        assert kinds_of(admin) == set(KINDS)
    with psycopg.connect(granted.server.url(granted.name, f"login_{APP}"), autocommit=True) as app:
        assert allowed(app, "UPDATE transactions SET meta = '{}'"), "a program of that version needs it"


def _may_read(server: PostgresServer, database: str, kind: str) -> bool:
    with psycopg.connect(server.url(database, f"login_{kind}"), autocommit=True) as connection:
        return allowed(connection, "SELECT FROM transactions")


def test_two_databases_make_the_same_roles_at_once(bare_server: PostgresServer) -> None:
    racers = 4
    barrier = threading.Barrier(racers, timeout=20)

    def make(_: int) -> tuple[str, ...]:
        with psycopg.connect(bare_server.admin_url, autocommit=True) as admin:
            barrier.wait()
            return login_kinds.make(admin)

    with psycopg.connect(bare_server.admin_url, autocommit=True) as admin, ThreadPoolExecutor(racers) as threads:
        for _ in range(10):
            assert list(threads.map(make, range(racers))) == [()] * racers
            assert kinds_of(admin) == set(KINDS)
            for kind in KINDS:
                admin.execute(f"DROP ROLE {kind}")


def test_two_databases_are_upgraded_at_once(bare_server: PostgresServer) -> None:
    """By two programs, as in life: Alembic keeps what it migrates in the process."""
    with psycopg.connect(bare_server.admin_url, autocommit=True) as admin:
        admin.execute(f"ALTER ROLE {OWNER_ROLE} CREATEROLE")
    code = "import sys; from streamer_app.store import schema; print(schema.upgrade(sys.argv[1]).missing_kinds)"
    with database_on(bare_server, owner=OWNER_ROLE) as one, database_on(bare_server, owner=OWNER_ROLE) as other:
        programs = [
            subprocess.Popen(
                [sys.executable, "-c", code, bare_server.url(name, OWNER_ROLE)], stdout=subprocess.PIPE, text=True
            )
            for name in (one, other)
        ]
        assert [program.communicate(timeout=60)[0].strip() for program in programs] == ["()", "()"]


def test_one_persons_login_is_everything_but_another_backend(owners_database: MigratedDatabase) -> None:
    """The embedded server's owner may create roles; its databases of older versions get this at their next upgrade."""
    with owners_database.as_admin() as admin:
        admin.execute(f"CREATE ROLE {APP} LOGIN")
        schema.upgrade(owners_database.admin_url)
        assert kinds_of(admin, f"rolname <> '{APP}' AND pg_has_role('{APP}', oid, 'USAGE')") == set()
        for _ in range(2):
            assert schema.upgrade(owners_database.admin_url, sole_login=APP).missing_kinds == ()
        assert kinds_of(admin, f"rolname <> '{APP}' AND pg_has_role('{APP}', oid, 'USAGE')") == set(ONE_PERSONS)
    with psycopg.connect(owners_database.app_url, autocommit=True) as app:
        for statement, kinds in STATEMENTS.items():
            assert allowed(app, statement) == bool(kinds & {APP, *ONE_PERSONS}), statement


def test_a_kind_cannot_upgrade(granted: MigratedDatabase) -> None:
    for kind in (APP, GATEWAY, OPERATOR, AUDITOR):
        with pytest.raises(SchemaError, match="may not do that"):
            schema.upgrade(granted.server.url(granted.name, f"login_{kind}"))


def test_test_servers_have_a_login_of_each_kind(migrated_database: MigratedDatabase) -> None:
    connects: dict[str, Callable[[], Connection]] = {
        GATEWAY: migrated_database.as_gateway,
        OPERATOR: migrated_database.as_operator,
        AUDITOR: migrated_database.as_auditor,
        BACKEND: migrated_database.as_backend,
    }
    for kind, connect in connects.items():
        with closing(connect()) as connection:
            assert kinds_of(connection, "pg_has_role(oid, 'USAGE')") == {kind}
    with migrated_database.as_app() as app:
        assert kinds_of(app, "pg_has_role(oid, 'USAGE')") == {APP, *ONE_PERSONS}
