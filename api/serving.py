"""The service as processes: one that answers, a child that reads (and two that search)."""

from __future__ import annotations

import errno
import signal
import socket
import sys
from contextlib import ExitStack
from pathlib import Path

import uvicorn

from api.app import create_app
from api.lock import serving
from api.logs import configure_logs
from api.service import Services, open_services
from api.supervisor import Supervisor
from archive.accounts import is_empty
from archive.config import Config, ServerSection, base_url
from archive.errors import ConfigError
from indexer.sandbox import check_doors, doors
from web.render import Pages

GRACE_S = 10  # for answers that are under way when the service ends
SWITCH_S = 0.001  # what computes holds up who answers for so long each time; 0.005 unless set


def serve(config: Config, *, config_file: Path | None, greeting: str = "") -> None:
    """Answer, and keep a worker running, until a signal says stop. Call from the main thread.

    `greeting` is printed once the service listens.

    Raises `AlreadyServed` where another process serves the data folder, `ConfigError` where the
    configuration requires a sandbox that the kernel does not give.
    """
    configure_logs()
    sys.setswitchinterval(SWITCH_S)
    check_doors(doors(), is_required=config.reading.require_sandbox)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _end)
    with ExitStack() as stack:
        announce = stack.enter_context(serving(config.data.folder))
        listener = stack.enter_context(listen(config.server))
        port = listener.getsockname()[1]
        server = config.server.model_copy(update={"port": port})
        announce(base_url(server))
        config = config.model_copy(update={"server": server})
        services = stack.enter_context(open_services(config))
        supervisor = Supervisor(_worker_command(config_file))
        supervisor.start()
        stack.callback(supervisor.stop)
        _greet(services)
        if greeting:
            print(greeting, flush=True)
        uvicorn.Server(
            uvicorn.Config(
                create_app(services, Pages()),
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=bool(server.public_url),  # without a proxy anyone could lie in them
                timeout_graceful_shutdown=GRACE_S,
            )
        ).run(sockets=[listener])


def listen(server: ServerSection) -> socket.socket:
    """A socket that takes connections at the address of the configuration."""
    if not server.host.isascii():
        raise ConfigError("server.host", server.host, "a name or an address, in ASCII")
    family = socket.AF_INET6 if ":" in server.host else socket.AF_INET
    try:
        listener = socket.create_server((server.host, server.port), family=family, backlog=2048)
    except OSError as error:
        if error.errno in (errno.EADDRINUSE, errno.EACCES):
            expected = f"a port that is ours and free at {server.host} ({error.strerror})"
            raise ConfigError("server.port", server.port, expected) from error
        expected = f"an address of this machine ({error.strerror})"
        raise ConfigError("server.host", server.host, expected) from error
    # asyncio sets this only where a socket names TCP as its protocol, and this one does not;
    # without it each answer waits 40 ms for the client's delayed ACK (RFC 9293, section 3.7.4).
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _worker_command(config_file: Path | None) -> list[str]:
    named = [] if config_file is None else ["--config", str(config_file)]
    return [sys.executable, "-m", "api.cli", *named, "worker", "--supervised"]


def _greet(services: Services) -> None:
    print(f"Crossfile answers at {base_url(services.config.server)}/", flush=True)
    with services.database.read() as session:
        if is_empty(session):
            print(
                "Nobody can sign in yet: crossfile user add NAME --role administrator",
                file=sys.stderr,
            )


def _end(_signal: int, _frame: object) -> None:
    raise SystemExit(0)
