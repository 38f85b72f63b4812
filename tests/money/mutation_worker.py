"""One server with a migrated template: applies a mutant to it and forks a pytest run against it.

Questions and answers are lines of JSON. A fork costs a few milliseconds where a new interpreter with pytest costs a
second, and what a mutant does to the process ends with it.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import select
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

import hypothesis
import psycopg
import pytest

from tests.postgres_servers import OWNER_ROLE, SHIPPED, PostgresServer, PostgresServers

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST_SECONDS: Final = 240.0
_PATIENCE: Final = 5.0
# They hold the server and its template; what of the program they import is no part of the money code.
_KEPT: Final = {"tests.conftest", "tests.postgres_servers", "tests.redis_servers"}
_OPTIONS: Final = (
    *("-q", "--timeout", "100", "--hypothesis-profile", "mutants", "--hypothesis-seed", "1"),
    *("-p", "no:cacheprovider", "-p", "no:pytest-qt", "-p", "no:xdist"),
    *("-o", "addopts=--import-mode=importlib -m 'not slow'", "-o", "filterwarnings="),
)


class Watch:
    """A pytest plugin: who failed first, how long each test took, and which functions its database saw called."""

    def __init__(self) -> None:
        self.failed = ""
        self.failing: list[str] = []
        self.seconds: dict[str, float] = {}
        self.callers: dict[str, list[str]] = {}
        self.current = ""

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.current = nodeid

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0.0) + report.duration
        if report.failed:
            self.failed = self.failed or report.nodeid
            self.failing.append(report.nodeid)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        # The template is one server's, and a crash test takes its server with it.
        items[:] = [
            item
            for item in items
            if "[pg15" not in item.nodeid and "test_crashes" not in item.nodeid and "test_mutation" not in item.nodeid
        ]

    def note_calls(self, server: PostgresServer, database: str) -> None:
        with psycopg.connect(server.url(database), autocommit=True) as admin:
            # A backend hands its counts over when it ends, a moment after its client has gone.
            deadline = time.monotonic() + _PATIENCE
            others = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
            while admin.execute(others, [database]).fetchone() != (0,) and time.monotonic() < deadline:
                time.sleep(0.005)
            rows = admin.execute("SELECT schemaname || '.' || funcname FROM pg_stat_user_functions").fetchall()
        for row in rows:
            tests = self.callers.setdefault(row[0], [])
            if self.current not in tests:
                tests.append(self.current)


class Replaced(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Serves one module from a changed source."""

    def __init__(self, name: str, source: str) -> None:
        self._name = name
        self._source = source

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> importlib.machinery.ModuleSpec | None:  # noqa: ARG002
        return importlib.util.spec_from_loader(fullname, self) if fullname == self._name else None

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self._source, self._name, "exec"), module.__dict__)  # noqa: S102


def warm_up(battery: Sequence[str]) -> None:
    """Import every test once, so that each fork finds them there."""
    hypothesis.settings.register_profile(
        "mutants",
        database=None,
        deadline=None,
        phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate),
    )
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
        pytest.main([*_OPTIONS, "--collect-only", *battery])


class Worker:
    """The server, its template, and the runs against it."""

    def __init__(self) -> None:
        self._servers = PostgresServers()
        self._server = self._servers.start(SHIPPED)
        self._template = self._servers.migrated_template(SHIPPED)
        with psycopg.connect(self._server.admin_url, autocommit=True) as admin:
            # A mutant may loop for ever or wait for a lock that nobody gives back.
            for setting, value in (("track_functions", "all"), ("statement_timeout", "10s"), ("lock_timeout", "8s")):
                admin.execute(f"ALTER SYSTEM SET {setting} = '{value}'".encode())
            admin.execute("SELECT pg_reload_conf()")

    def answer(self, question: dict[str, Any]) -> dict[str, Any]:
        if "measure" in question:
            shown = self._forked(question["measure"], question, measuring=True)
            if "seconds" not in shown:
                raise RuntimeError(f"the battery cannot be measured: {shown}")
            return {name: shown[name] for name in ("seconds", "callers", "failing")}
        if not self._apply(question.get("apply", [])):
            return {"outcome": "no SQL"}
        try:
            shown = self._forked(question["tests"], question, measuring=False)
        finally:
            if not self._apply(question.get("restore", [])):
                raise RuntimeError(f"the database refuses the unchanged text: {question['restore']}")
        return {"outcome": "survived" if shown["status"] == 0 else "killed", "by": shown["failed"]}

    def stop(self) -> None:
        self._servers.stop()

    def _apply(self, statements: Sequence[str]) -> bool:
        if not statements:
            return True
        self._drop_left_over()
        try:
            with psycopg.connect(self._server.url(self._template, OWNER_ROLE)) as owner:
                for statement in statements:
                    owner.execute(statement.encode())
        except psycopg.Error:
            return False
        return True

    def _drop_left_over(self) -> None:
        with psycopg.connect(self._server.admin_url, autocommit=True) as admin:
            rows = admin.execute(
                "SELECT datname FROM pg_database WHERE datname LIKE 'test%%' AND datname <> %s", [self._template]
            ).fetchall()
        for row in rows:
            self._server.drop_database(row[0])

    def _forked(self, tests: Sequence[str], question: dict[str, Any], *, measuring: bool) -> dict[str, Any]:
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            try:
                shown = self._run(tests, question, measuring=measuring)
                with os.fdopen(writing, "w") as pipe:
                    json.dump(shown, pipe)
            finally:
                os._exit(0)
        os.close(writing)
        said = b""
        deadline = time.monotonic() + (3600 if measuring else _LONGEST_SECONDS)
        while select.select([reading], [], [], max(0.0, deadline - time.monotonic()))[0]:
            part = os.read(reading, 65536)
            if not part:
                break
            said += part
        else:
            os.killpg(child, signal.SIGKILL)
        os.close(reading)
        os.waitpid(child, 0)
        heard: dict[str, Any] = json.loads(said) if said else {"status": -1, "failed": "the process ended"}
        return heard

    def _run(self, tests: Sequence[str], question: dict[str, Any], *, measuring: bool) -> dict[str, Any]:
        os.setpgid(0, 0)
        quiet = os.open(os.environ.get("MUTATION_LOG", os.devnull), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        watch = Watch()
        if "module" in question:
            sys.meta_path.insert(0, Replaced(question["module"], question["source"]))
            for name in [
                name for name in sys.modules if name.startswith(("streamer_app", "tests.")) and name not in _KEPT
            ]:
                del sys.modules[name]
        self._lend(watch if measuring else None)
        status = int(pytest.main([*_OPTIONS, *([] if measuring else ["-x"]), *tests], plugins=[watch]))
        shown: dict[str, Any] = {"status": status, "failed": watch.failed}
        if measuring:
            shown |= {"seconds": watch.seconds, "callers": watch.callers, "failing": watch.failing}
        return shown

    def _lend(self, watch: Watch | None) -> None:
        """Let this process's tests use our server and template, and keep both."""
        ours, template = self._server, self._template
        drop = PostgresServer.drop_database

        def drop_database(server: PostgresServer, name: str) -> None:
            if watch is not None:
                watch.note_calls(server, name)
            drop(server, name)

        setattr(PostgresServers, "start", lambda _self, _version: ours)  # noqa: B010 - not for a type checker
        setattr(PostgresServers, "stop", lambda _self: None)  # noqa: B010
        setattr(PostgresServers, "migrated_template", lambda _self, _version: template)  # noqa: B010
        setattr(PostgresServer, "drop_database", drop_database)  # noqa: B010


@contextmanager
def worker() -> Iterator[Worker]:
    made = Worker()
    try:
        yield made
    finally:
        made.stop()


if __name__ == "__main__":
    warm_up(sys.argv[1:])
    with worker() as at_work:
        for line in sys.stdin:
            print(json.dumps(at_work.answer(json.loads(line))), flush=True)
