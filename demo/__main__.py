"""./run demo: a filing tree that tells a story, filed, read, linked and served.

`--once` does the same without serving: it prints what was filed, found and linked, and ends with 0.
What can't be read and what is ambiguous there is meant to be.
"""

from __future__ import annotations

import argparse
import shlex
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from api.choosing import roots_of
from api.ingesting import Outcome, ingest_paths
from api.lock import serving
from api.service import Services, open_services
from archive import accounts, exports, grants, sign_ins
from archive.access import operator
from archive.builtin_schemes import entry_schemes
from archive.config import Config, ServerSection, load_config
from archive.errors import CrossfileError, UsageError
from archive.messages import counted
from archive.register_csv import import_register
from archive.register_fields import register_of
from archive.trail import Wish, gather
from demo.cast import OWNER, PEOPLE
from demo.extra import late_arrival
from demo.registers import registers
from demo.story import make_tree
from demo.truth import MadeFile
from demo.work import plan, told, work
from indexer.stage_settings import schemes_of

FOLDER = Path("crossfile-demo")
DATA = "data"
CONFIG = "config.toml"
LOCK = "serve.lock"  # of api.lock.serving
SHOWN = 8
LINK_LIFETIME = timedelta(hours=12)


def main(arguments: Sequence[str] | None) -> int:
    """Run the demo; the exit status."""
    parser = argparse.ArgumentParser(prog="demo", description=__doc__)
    parser.add_argument("--once", action="store_true", help="end instead of serving")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where it all goes")
    parser.add_argument("--port", type=int, default=8000)
    options = parser.parse_args(arguments)
    folder = options.folder.resolve()
    refuse_another(folder)
    with alone(folder):
        if options.once:
            begin(folder)
        else:
            begin_and_serve(folder, options.port)
    return 0


def refuse_another(folder: Path) -> None:
    """Raise `UsageError` where files lie that no demo has made: all there would be deleted.

    A demo is known by the first line of its configuration. Locks alone are no files.
    """
    config_file, first = folder / CONFIG, ours().partition("\n")[0]
    if config_file.is_file() and config_file.read_bytes().startswith(f"{first}\n".encode()):
        return
    for path in folder.rglob("*"):
        if path.is_symlink() or not (path.is_dir() or path.name == LOCK):
            raise UsageError(
                f"{folder} holds files and is no demo; a demo deletes all that lies in its folder. "
                "Name another with --folder, or empty this one."
            )


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Be the one demo in this folder, of which nothing is served. Raises `AlreadyServed`."""
    with serving(folder):
        with serving(folder / DATA):
            pass  # nor by a `crossfile serve` that was given the configuration in it
        yield


def begin(folder: Path) -> Path:
    """Make all of it anew, file it, tell of it; the path of its configuration."""
    config_file = prepare(folder)
    config = load_config(config_file)
    with open_services(config) as services:
        outcome = fill(services, config)
        work(services, config)
        tell(services, outcome)
        tell_work(services, config)
    return config_file


def begin_and_serve(folder: Path, port: int) -> None:
    """The same, then serve it. Raises `ConfigError` where the port is taken, with nothing done."""
    from api.serving import listen, serve

    listen(ServerSection(port=port)).close()
    config_file = begin(folder)
    config = load_config(config_file)
    with open_services(config) as services:
        link = sign_in_link(services)
    print("\nDrop another file into the tree and search for it, for instance:")
    print(f"    {offer_another(folder)}")
    server = config.server.model_copy(update={"port": port})
    serve(
        config.model_copy(update={"server": server}),
        config_file=config_file,
        greeting=f"Open http://127.0.0.1:{port}{link}",
    )


def offer_another(folder: Path) -> str:
    """Put one more file beside the tree; the command that drops it there."""
    name, content = late_arrival()
    extra, place = folder / name.rpartition("/")[2], folder / "filing" / name
    extra.write_bytes(content)
    place.parent.mkdir(parents=True, exist_ok=True)
    return f"cp {shlex.quote(str(extra))} {shlex.quote(str(place))}"


def prepare(folder: Path) -> Path:
    """Make the tree and its configuration anew; the configuration's path."""
    folder.mkdir(parents=True, exist_ok=True)
    config_file = folder / CONFIG  # first: by it this is known as a demo when we are cut off
    config_file.write_text(
        f'{ours()}\n[data]\nfolder = "{DATA}"\n\n[[roots]]\nname = "filing"\npath = "filing"\n'
        f'owner = "{OWNER}"\n',
        encoding="utf-8",
    )
    for old in folder.iterdir():
        if old.is_dir() and not old.is_symlink():
            shutil.rmtree(old)
        elif old.name not in (LOCK, CONFIG):
            old.unlink()
    made = make_tree(folder / "filing")
    print(f"{of_made(made)}, in {folder / 'filing'}")
    return config_file


def ours() -> str:
    """What the configuration of every demo begins with."""
    return Path(__file__).with_name("config.toml").read_text(encoding="utf-8")


def of_made(made: Sequence[MadeFile]) -> str:
    """How many files there are, and how many more are inside them."""
    inside = sum(file.parent is not None for file in made)
    return f"{counted(len(made) - inside, 'file')} made, with {counted(inside, 'attachment')}"


def fill(services: Services, config: Config) -> Outcome:
    """Keep registers and a plan, let people in, file the tree, read it, index it."""
    with services.database.write() as session:
        for name, text in registers().items():
            result = import_register(
                session,
                operator(session),
                register_of(name),
                text.encode(),
                services.clock(),
                schemes=schemes_of(config),
                collection="general",
            )
            if result.wrong:
                raise UsageError(f"The register {name} of the demo is wrong: {result.lines}")
        for name, role, right in PEOPLE:
            by, at = operator(session), services.clock()
            accounts.create(session, name, role, by=by, at=at)
            grants.grant(session, "general", right, by=by, at=at, user=name)
        plan(session, config, services.clock())
    sections = roots_of(config, [config.roots[0].path], None, "general")
    return ingest_paths(services, sections, tell=lambda text: print(text, file=sys.stderr))


def tell(services: Services, outcome: Outcome) -> None:
    """Print what was filed, found and linked."""
    print(outcome.sentence(), end=" ")
    with services.database.read() as session:
        viewer = operator(session)
        documents = list(exports.documents(session, viewer))
        lines = list(exports.references(session, viewer))
        print(of_versions(documents))
        _tell_kinds(documents)
        for line in documents:
            if line["status"] == "unreadable":
                print(f"  can't be read: {line['path']}: {line['reason']}")
        _tell_links("resolved", [line for line in lines if line["status"] == "resolved"])
        _tell_links("waiting", [line for line in lines if line["status"] == "waiting"])
        _tell_links("ambiguous", [line for line in lines if line["status"] == "ambiguous"])
        seed = next(line for line in documents if line["kind"] == "purchase-order")
        trail = gather(session, viewer, Wish((seed["document"],)), entry_schemes(()))
        length = counted(len(trail["entries"]), "document")
        print(f"\nThe trail of {seed['number']}: {length}, for instance")
        for entry in trail["entries"][:SHOWN]:
            print(f"  {entry['date']}  {entry['kind']:<20} {entry['number'] or entry['path']}")


def tell_work(services: Services, config: Config) -> None:
    """Print what people did with it, and how that stands."""
    print("\nWhat people did with it")
    with services.database.read() as session:
        for line in told(session, config, services.clock()):
            print(f"  {line}")


def of_versions(documents: Sequence[Mapping[str, Any]]) -> str:
    """Why there are fewer documents than files and attachments."""
    later = sum(len(line["history"]) - 1 for line in documents)
    copies = sum(len(line["paths"]) - len(line["history"]) for line in documents)
    return f"Of the files {later} are later versions of others, {copies} the same as another."


def _tell_kinds(documents: list[dict[str, Any]]) -> None:
    kinds: dict[str, int] = {}
    for line in documents:
        kinds[line["kind"] or "other"] = kinds.get(line["kind"] or "other", 0) + 1
    print("  " + ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())))


def _tell_links(status: str, lines: list[dict[str, Any]]) -> None:
    print(f"\n{counted(len(lines), 'reference')} {status}, for instance")
    shown = [line for line in lines if line["quote"] and line["relation"] != "cites"]
    for line in (shown or lines)[:SHOWN]:
        target = line["target_path"] or line["target"] or ", ".join(line["candidates"]) or "?"
        name = line["source_path"].rpartition("/")[2]
        print(f"  {name} {line['relation']} {line['identifier']} → {target.rpartition('/')[2]}")


def sign_in_link(services: Services) -> str:
    """A path that signs in once, as somebody who may do everything."""
    with services.database.write() as session:
        by, at = operator(session), services.clock()
        user = accounts.create(session, "demo", "administrator", by=by, at=at)
        secret = sign_ins.make_link(session, user.id, by=by, at=at, lifetime=LINK_LIFETIME)
        return f"/sign-in/{secret}"


def run(arguments: Sequence[str] | None = None) -> int:
    """The demo; what went wrong in a sentence."""
    try:
        return main(arguments)
    except CrossfileError as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(run())
