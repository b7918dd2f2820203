"""The command line: what it answers, with which status; and the service as processes."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import typer

from api.cli import build
from api.lock import NETWORK_FILE_SYSTEMS, file_system_of, opened, serving
from api.service import open_services
from api.supervisor import Supervisor
from archive.config import Config, DataSection, ServerSection, base_url
from archive.errors import AlreadyServed, ConfigError
from archive.models import Event
from tests.conftest import PROJECT

PASSWORD = "a long enough sentence"
PATIENCE_S = 120  # on a busy machine; nothing waits so long on a quiet one


def test_a_user_is_added_listed_and_kept_out(crossfile):
    assert crossfile("user", "add", "Ada", "--role", "administrator")[0] == 0
    status, out, _ = crossfile("user", "list", "--json")
    (ada,) = json.loads(out)["items"]
    assert (status, ada["name"], ada["role"], ada["has_password"]) == (
        0, "ada", "administrator", False,
    )  # fmt: skip
    status, _, err = crossfile("user", "disable", "ada")
    assert (status, err) == (
        1,
        "crossfile: ada is the last administrator. Make another one first.\n",
    )
    crossfile("user", "add", "bea", "--role", "administrator")
    assert crossfile("user", "disable", "ada")[0] == 0
    assert re.search(r"^ada +administrator +no .* \d\d:\d\d$", crossfile("user", "list")[1], re.M)
    assert crossfile("user", "enable", "ADA")[0] == 0
    assert crossfile("user", "role", "ada", "legal")[0] == 0


def test_a_password_comes_from_standard_input(crossfile):
    added = crossfile("user", "add", "eva", "--role", "staff", "--password-stdin", "--json",
                      stdin=f"{PASSWORD}\n")  # fmt: skip
    assert json.loads(added[1])["has_password"] is True
    status, _, err = crossfile("user", "password", "eva", "--password-stdin", stdin="short\n")
    assert (status, err) == (2, "crossfile: A password has 12 to 1024 characters.\n")
    assert crossfile("user", "password", "eva", "--password-stdin", stdin=PASSWORD)[0] == 0
    assert crossfile("user", "password", "eva")[0] == 2  # nobody sits at the terminal
    err = crossfile("user", "add", "bo", "--role", "staff", stdin=PASSWORD)[2]
    assert "crossfile user password 'bo' --password-stdin" in err
    assert "stdin" not in crossfile("user", "add", "cy", "--role", "staff", "--no-password")[2]


def test_a_token_is_made_together_with_its_user(crossfile):
    status, out, _ = crossfile("token", "add", "bench", "--role", "administrator", "--json")
    assert status == 0
    secret = json.loads(out)["token"]
    assert crossfile("token", "add", "bench", "--role", "administrator")[1].strip() != secret
    status, _, err = crossfile("token", "add", "bench", "--role", "staff")
    assert (status, err) == (
        1,
        "crossfile: bench is administrator; a token can be nothing else.\n",
    )
    listed = json.loads(crossfile("token", "list", "--json")[1])["items"]
    assert [line["user"] for line in listed] == ["bench", "bench"]
    assert secret not in crossfile("token", "list")[1]
    assert crossfile("token", "revoke", str(listed[0]["id"]))[0] == 0
    assert crossfile("token", "revoke", "99")[0] == 1


def test_a_token_may_come_with_its_collections(crossfile):
    crossfile("collection", "add", "general")
    _, _, err = crossfile("token", "add", "eva", "--role", "staff")
    assert "crossfile grant add" in err
    crossfile("token", "add", "eva", "--role", "staff", "--collection", "general")
    crossfile("token", "add", "carl", "--role", "coordinator", "--collection", "general")
    grants = json.loads(crossfile("grant", "list", "--json")[1])["items"]
    assert [(g["user"], g["right"]) for g in grants] == [("carl", "write"), ("eva", "read")]
    assert crossfile("token", "add", "dora", "--role", "staff", "--collection", "none")[0] == 1
    names = [u["name"] for u in json.loads(crossfile("user", "list", "--json")[1])["items"]]
    assert "dora" not in names  # what failed did nothing


def test_grants_and_groups_are_kept(crossfile):
    for command in (
        "collection add legal", "user add eva --role legal", "group add lawyers",
        "group join lawyers eva", "grant add legal --group lawyers", "grant add legal --user eva",
    ):  # fmt: skip
        assert crossfile(*command.split())[0] == 0, command
    groups = json.loads(crossfile("group", "list", "--json")[1])
    assert groups == {"items": [{"id": 1, "name": "lawyers", "members": ["eva"]}], "total": 1}
    assert crossfile("grant", "remove", "legal", "--user", "eva")[0] == 0
    assert crossfile("grant", "remove", "legal", "--user", "eva")[0] == 1
    assert crossfile("group", "leave", "lawyers", "eva")[0] == 0
    assert crossfile("group", "remove", "lawyers")[0] == 0
    assert json.loads(crossfile("grant", "list", "--json")[1])["total"] == 0
    assert crossfile("grant", "add", "legal")[0] == 2  # to nobody


def test_what_is_done_at_the_machine_is_recorded_as_the_systems(crossfile, config):
    crossfile("user", "add", "eva", "--role", "staff")
    loaded = Config(data=DataSection(folder=config.parent / "data"))
    with open_services(loaded) as services, services.database.read() as session:
        assert [event.actor for event in session.query(Event)] == ["system"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("user", "add", "eva"),
        ("user", "add", "eva", "--role", "boss"),
        ("user", "add", "a/b", "--role", "staff"),
        ("nothing",),
        ("user", "list", "--jsn"),
        ("token", "add", "eva", "--role", "staff", "--days", "0"),
    ],
)
def test_wrong_usage_is_2_in_words_and_changes_nothing(crossfile, config, arguments):
    status, out, err = crossfile(*arguments)
    assert (status, out) == (2, "")
    assert "Traceback" not in err
    assert not (config.parent / "data").exists()


def test_a_wrong_configuration_is_2_and_names_key_value_and_what_was_expected(crossfile, config):
    for text, key, value in (
        ("[server]\nport = 99999\n", "server.port", "99999"),
        ("[server]\nprot = 1\n", "server.prot", "1"),
        ("[data]\ndatabase = 'nonsense'\n", "data.database", "…"),
        (f"[data]\nfolder = {str(config / 'x')!r}\n", "data.folder", str(config / "x")),
        ("[data", "--config", str(config)),
    ):
        config.write_text(text)
        status, out, err = crossfile("user", "list")
        assert (status, out) == (2, ""), text
        assert f"{key!r}" in err and value in err and "expected" in err, err
        assert "Traceback" not in err


def test_a_database_that_does_not_answer_is_named_without_its_password(crossfile, config):
    config.write_text("[data]\ndatabase = 'postgresql://eva:sesame@127.0.0.1:1/x'\n")
    status, _, err = crossfile("user", "list")
    assert status == 2
    assert "127.0.0.1:1" in err and "sesame" not in err


def test_the_database_is_brought_up_to_date(crossfile, config):
    assert crossfile("db", "upgrade")[0] == 0
    assert (config.parent / "data" / "crossfile.sqlite").exists()


def test_every_command_has_help_and_every_help_is_quick():
    heavy = ("sqlalchemy", "fastapi", "pydantic", "jinja2", "babel", "uvicorn", "lxml", "rich")
    code = f"""
import sys
from api.cli import main
try:
    main(["--help"])
except SystemExit:
    pass
print([m for m in {heavy!r} if m in sys.modules], file=sys.stderr)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=PROJECT, check=False
    )
    assert (done.returncode, done.stderr) == (0, "[]\n")
    assert "serve" in done.stdout and "token" in done.stdout


def test_no_command_is_without_a_sentence_about_it():
    def walk(command, path):
        assert (command.help or command.callback.__doc__ or "").strip(), path
        for name, child in getattr(command, "commands", {}).items():
            walk(child, (*path, name))

    walk(typer.main.get_command(build()), ("crossfile",))


def test_one_process_serves_a_data_folder(tmp_path):
    with serving(tmp_path), pytest.raises(AlreadyServed) as refused, serving(tmp_path):
        pass
    assert refused.value.pid == os.getpid()
    assert str(os.getpid()) in str(refused.value)
    with serving(tmp_path):  # and when it has ended, another may
        pass


def test_a_link_leads_to_where_the_service_of_the_data_folder_answers(crossfile, config):
    crossfile("user", "add", "ada", "--role", "administrator")
    with serving(config.parent / "data") as announce:
        announce("http://127.0.0.1:8123")
        assert crossfile("user", "link", "ada")[1].startswith("http://127.0.0.1:8123/sign-in/")
    # it has ended: as the configuration says
    assert crossfile("user", "link", "ada")[1].startswith("http://127.0.0.1:8000/sign-in/")


def test_only_who_is_alone_prepares_the_data_folder(tmp_path):
    prepared = []
    with opened(tmp_path, lambda: prepared.append("first")):
        with opened(tmp_path, lambda: prepared.append("second")):
            pass
        assert prepared == ["first"]
    with opened(tmp_path, lambda: prepared.append("third")):
        assert prepared == ["first", "third"]


def test_what_another_process_is_copying_is_left_alone(config):
    loaded = Config(data=DataSection(folder=config.parent / "data"))
    with open_services(loaded) as first:
        half = first.vault.tmp / "half"
        half.touch()
        with open_services(loaded):
            assert half.exists()
    with open_services(loaded):
        assert not half.exists()


MOUNTS = r"""22 1 0:21 / / rw shared:1 - ext4 /dev/sda1 rw
23 22 0:22 / /srv rw - xfs /dev/sdb1 rw
24 23 0:23 / /srv/filing rw,relatime shared:7 master:1 - cifs //nas/filing rw
25 22 0:24 / /mnt/two\040words rw - nfs4 nas:/x rw
26 22 0:25 / /mnt/över rw - ext4 /dev/sdd rw
27 26 0:26 / /mnt/över rw - fuse.sshfs host: rw
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "ext4"), ("/home/eva", "ext4"), ("/srv/data", "xfs"), ("/srv/filing/a", "cifs"),
        ("/srv/filingx", "xfs"), ("/mnt/two words/a", "nfs4"), ("/mnt/över/a", "fuse.sshfs"),
    ],
)  # fmt: skip
def test_the_file_system_of_a_folder_is_that_of_its_last_mount(path, kind):
    assert file_system_of(Path(path), MOUNTS) == kind


def test_a_database_on_a_network_share_is_refused(tmp_path, monkeypatch):
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"22 1 0:21 / {tmp_path} rw - nfs4 nas:/x rw\n")
    monkeypatch.setattr("api.lock.MOUNTS", mounts)
    assert "nfs4" in NETWORK_FILE_SYSTEMS
    with (
        pytest.raises(ConfigError, match="nfs4 loses the locks"),
        open_services(Config(data=DataSection(folder=tmp_path / "data"))),
    ):
        pass
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("server", "url"),
    [
        ({"port": 81}, "http://127.0.0.1:81"),
        ({"host": "0.0.0.0"}, "http://127.0.0.1:8000"),
        ({"host": "::1"}, "http://[::1]:8000"),
        ({"public_url": "https://files.example.org/"}, "https://files.example.org"),
    ],
)
def test_the_address_shown_is_one_that_a_browser_can_open(server, url):
    assert base_url(ServerSection(**server)) == url


def wait_for(holds):
    """What `holds` gives when it is something; fails where that takes too long."""
    deadline = time.monotonic() + PATIENCE_S
    while not (found := holds()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return found


def test_a_child_that_ends_is_started_again_and_ends_with_us(tmp_path):
    log = tmp_path / "log"
    code = f"""
import os, sys
with open({str(log)!r}, "a") as log: print(os.getpid(), file=log)
if sum(1 for _ in open({str(log)!r})) > 2: sys.stdin.read()
"""
    supervisor = Supervisor([sys.executable, "-c", code], pause_s=0.01)
    supervisor.start()
    try:
        wait_for(lambda: log.exists() and len(log.read_text().split()) == 3)
    finally:
        supervisor.stop()
    last = int(log.read_text().split()[-1])
    assert not Path(f"/proc/{last}").exists()


def children_of(pid):
    return [
        int(stat.parent.name) for stat in Path("/proc").glob("[0-9]*/stat") if is_child(stat, pid)
    ]


def workers_of(pid):  # a caged process for page pictures is a child too
    said = {child: Path(f"/proc/{child}/cmdline").read_bytes() for child in children_of(pid)}
    return [child for child, words in said.items() if b"worker" in words.split(b"\0")]


def is_child(stat, pid):
    try:
        return int(stat.read_text().rpartition(")")[2].split()[1]) == pid
    except (FileNotFoundError, ProcessLookupError):
        return False


def start(config):
    """`crossfile serve` on a free port: the process and its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "api.cli", "--config", str(config), "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        cwd=PROJECT,
        text=True,
    )
    line = process.stdout.readline()
    return process, re.search(r"http://127\.0\.0\.1:\d+/", line)[0]


def test_the_service_answers_alone_and_takes_its_worker_along(config, crossfile):
    crossfile("user", "add", "ada", "--role", "administrator")
    link = crossfile("user", "link", "ada", "--json")[1]
    process, url = start(config)
    try:
        with urllib.request.urlopen(url + "readyz") as answer:
            assert answer.read() == b"yes\n"
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(url + "api/v1/account")
        path = json.loads(link)["url"].partition(":8000/")[2]
        visitor = http.client.HTTPConnection(url.split("/")[2])
        visitor.request("GET", f"/{path}")
        cookie = visitor.getresponse().headers["set-cookie"].partition(";")[0]
        visitor.close()
        asked = urllib.request.Request(url + "api/v1/account", headers={"Cookie": cookie})
        with urllib.request.urlopen(asked) as answer:
            assert json.loads(answer.read())["name"] == "ada"
        assert crossfile("user", "link", "ada")[1].startswith(url)
        second = crossfile("serve", "--port", "0")
        assert second[0] == 1 and f"process {process.pid}" in second[2]
        (worker,) = wait_for(lambda: workers_of(process.pid))
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0
        wait_for(lambda: not Path(f"/proc/{worker}").exists())
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_a_worker_ends_when_its_service_is_killed(config):
    process, _ = start(config)
    try:
        (worker,) = wait_for(lambda: workers_of(process.pid))
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
    wait_for(lambda: not Path(f"/proc/{worker}").exists())


def test_serve_says_at_once_which_root_is_not_there(config, crossfile):
    with config.open("a") as file:
        file.write('[[roots]]\nname = "filing"\npath = "away"\n')
    with serving(config.parent / "data"):  # so that it ends
        status, _, err = crossfile("serve", "--port", "0")
    assert status == 1
    assert err.startswith("Nothing of the root filing can be filed now: The folder ")
