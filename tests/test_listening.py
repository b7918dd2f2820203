"""Where the service listens: what is wrong with an address is said before anything starts."""

from __future__ import annotations

import socket

import pytest

from api.serving import listen
from archive.config import ServerSection


def test_answers_do_not_wait_for_the_clients_acknowledgement():
    with (
        listen(ServerSection(port=0)) as listener,
        socket.create_connection(listener.getsockname()),
    ):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_port_that_is_taken_is_said_before_anything_starts(config, crossfile):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        status, out, err = crossfile("serve", "--port", str(port))
    assert (status, out) == (2, "")
    assert "server.port" in err and str(port) in err


@pytest.mark.parametrize("host", ["192.0.2.1", "no..host", "é..x"])
def test_a_host_that_is_not_this_machine_is_said_as_what_is_wrong(config, crossfile, host):
    with config.open("a") as file:
        file.write(f'[server]\nhost = "{host}"\n')
    status, out, err = crossfile("serve", "--port", "0")
    assert (status, out) == (2, "")
    assert "'server.host'" in err and host in err and "server.port" not in err
