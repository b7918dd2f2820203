"""The demo's story, filed: what the archive links is what the story says."""

from __future__ import annotations

import io
import os
import re
import shlex
import socket
import subprocess
from collections import Counter, defaultdict
from contextlib import redirect_stdout
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.lock import serving
from api.service import open_services
from archive import exports
from archive.access import operator
from archive.config import load_config
from archive.keys import groups_of, key_of_groups
from demo.__main__ import (
    CONFIG,
    fill,
    of_made,
    of_versions,
    offer_another,
    ours,
    prepare,
    refuse_another,
    run,
    sign_in_link,
    tell,
    tell_work,
)
from demo.story import make_tree
from demo.work import told, work
from web.render import Pages


class Story:
    """What was told (the truth of the generator) and what was found (the exports)."""

    def __init__(self, folder: Path) -> None:
        self.made = make_tree(folder / "again")
        config = load_config(prepare(folder / "demo"))
        with open_services(config) as services:
            self.outcome = fill(services, config)
            with services.database.read() as session:
                viewer = operator(session)
                self.documents = list(exports.documents(session, viewer))
                self.references = list(exports.references(session, viewer))
            work(services, config)
            with services.database.read() as session:
                self.work = list(told(session, config, services.clock()))
                changed = exports.references(session, operator(session))
                self.are_links_the_same = list(changed) == self.references
            with redirect_stdout(io.StringIO()) as said:
                tell(services, self.outcome)
                tell_work(services, config)
            self.said = said.getvalue()
            visitor = TestClient(create_app(services, Pages()), follow_redirects=False)
            visitor.get(sign_in_link(services))
            self.account = visitor.get("/api/v1/account").json()
        self.by_path = {
            path: document
            for document in self.documents
            for path in [*document["paths"], *(v["path"] for v in document["history"])]
        }
        self.cited = defaultdict(list)
        for line in self.references:
            self.cited[line["source"]].append(line)

    def lines(self, made, link):
        """The references from a made file that a link of the story may be."""
        document = self.by_path[f"filing/{made.path}"]["document"]
        key = key_of_groups(groups_of(link.identifier))
        return [
            line
            for line in self.cited[document]
            if key_of_groups(groups_of(line["identifier"] or "")) == key
            or (line["target_type"] != "document" and line["target"] == link.target)
        ]

    def is_current(self, made) -> bool:
        versions = self.by_path[f"filing/{made.path}"]["history"]
        return any(v["current"] and v["path"] == f"filing/{made.path}" for v in versions)


@pytest.fixture(scope="module")
def story(tmp_path_factory, tesseract):
    return Story(tmp_path_factory.mktemp("story"))


def test_every_file_is_filed_and_the_one_that_can_not_be_read_says_why(story):
    assert not [m.path for m in story.made if f"filing/{m.path}" not in story.by_path]
    unreadable = [d for d in story.documents if d["status"] == "unreadable"]
    assert [d["reason_code"] for d in unreadable] == ["encrypted"]
    assert not [d for d in story.documents if d["status"] == "queued"]


def test_copies_and_revisions_are_one_document_and_nothing_else_is(story):
    bearers = defaultdict(set)
    held = defaultdict(set)
    for made in story.made:
        number = story.by_path[f"filing/{made.path}"]["document"]
        bearers[made.bearer].add(number)
        held[number].add(made.bearer)
    assert {bearer: found for bearer, found in bearers.items() if len(found) > 1} == {}
    assert {number: found for number, found in held.items() if len(found) > 1} == {}


def test_the_demo_says_why_it_has_fewer_documents_than_files(story):
    inside = [file for file in story.made if file.parent]
    on_disk = len(story.made) - len(inside)
    assert story.outcome.filed == on_disk
    assert of_made(story.made) == f"{on_disk} files made, with {len(inside)} attachments"
    later = len(story.made) - 1 - len(story.documents)
    assert (
        of_versions(story.documents)
        == f"Of the files {later} are later versions of others, 1 the same as another."
    )


def test_the_links_of_the_story_are_found(story):
    missed = [
        (made.path, link.identifier)
        for made in story.made
        if story.is_current(made)
        for link in made.links
        if not story.lines(made, link)
    ]
    links = sum(len(made.links) for made in story.made)
    assert len(missed) <= links * 0.03, missed


def test_no_link_of_the_story_leads_to_the_wrong_document(story):
    wrong = []
    for made in story.made:
        for link in made.links:
            for line in story.lines(made, link):
                if line["status"] != "resolved" or line["target_type"] != "document":
                    continue
                target = story.by_path.get(f"filing/{link.target}", {}).get("document")
                if link.status != "resolved" or line["target"] != target:
                    wrong.append((made.path, link.identifier, line["target_path"]))
    assert wrong == []


def test_what_is_missing_waits_and_what_two_bear_is_ambiguous(story):
    wrong = []
    for made in story.made:
        for link in made.links:
            if link.status == "resolved" or not story.is_current(made):
                continue
            states = {line["status"] for line in story.lines(made, link)}
            if link.status not in states or "resolved" in states:
                wrong.append((made.path, link.identifier, states, link.status))
    assert wrong == []


def test_relations_that_the_story_commits_to_are_said(story):
    differing = [
        (made.path, link.identifier, link.relation, [line["relation"] for line in lines])
        for made in story.made
        for link in made.links
        if link.relation != "cites" and (lines := story.lines(made, link))
        if link.relation not in {line["relation"] for line in lines}
    ]
    assert len(differing) <= 3, differing


def test_the_story_has_a_link_of_which_two_documents_may_be_meant(story):
    meant = [link for made in story.made for link in made.links if link.status == "ambiguous"]
    found = [line for line in story.references if line["status"] == "ambiguous"]
    assert meant and all(len(line["candidates"]) > 1 for line in found)
    assert story.outcome.ambiguous == len(found) > 0


def test_the_demo_says_what_it_filed_found_and_linked_and_what_people_did(story):
    said = story.said
    assert said.startswith(f"{story.outcome.filed} files filed: 1 unreadable, ")
    assert f"The archive has {len(story.documents)} documents " in said
    assert re.search(r"\b[1-9][0-9]* purchase-order\b", said)
    (unreadable,) = (d for d in story.documents if d["status"] == "unreadable")
    assert f"can't be read: {unreadable['path']}: {unreadable['reason']}\n" in said
    for status, count in Counter(line["status"] for line in story.references).items():
        assert re.search(rf"^{count} references? {status}, for instance\n  \S", said, re.M)
    assert re.search(r"^The trail of \S.*: [1-9][0-9]* documents, for instance\n  \S", said, re.M)
    assert said.endswith("".join(f"  {line}\n" for line in story.work))


def test_the_link_that_the_demo_prints_signs_in_as_somebody_who_may_do_everything(story):
    assert (story.account["name"], story.account["role"]) == ("demo", "administrator")


def test_a_change_is_reviewed_and_approved_by_two_and_no_document_carries_it_yet(story):
    assert (
        story.work[0] == "CR-030 is approved by eva.sandmark, mehwish.rana; 2 documents to carry it"
    )


def test_a_plan_has_needs_of_which_some_are_there(story):
    found = re.fullmatch(
        r"the plan of CR-030: 6 milestones, (\d+) of 11 needs there", story.work[1]
    )
    assert 0 < int(found[1]) < 11


def test_one_discrepancy_is_explained_and_one_waits(story):
    after, over = story.work[2:4]
    assert after == "invoice-after-expiry: 118204"
    assert over.startswith("invoices-over-order: PO-2023-087, explained: The surcharge")


def test_one_quality_concern_is_closed_and_one_is_late(story):
    closed, late = story.work[4:]
    assert re.fullmatch(r"QC-\d{6}-1 is closed: Burrs in the seat of the wear ring", closed)
    assert re.fullmatch(r"QC-\d{6}-1 is open, late: Noise with bearings .*", late)


def test_what_people_do_changes_none_of_the_links_that_the_demo_tells_of(story):
    assert story.are_links_the_same


def test_the_command_that_the_demo_offers_drops_another_file_into_the_tree(tmp_path):
    folder = tmp_path / "it's mine"
    folder.mkdir()
    subprocess.run(shlex.split(offer_another(folder)), check=True)
    assert [path.name for path in (folder / "filing").rglob("*") if path.is_file()]


def demo_with(folder, name):
    """A folder with the configuration of a demo, and a file in it."""
    kept = folder / name
    kept.parent.mkdir(parents=True)
    kept.touch()
    (folder / CONFIG).write_text(f"{ours().splitlines()[0]}\n", encoding="utf-8")
    return kept


@pytest.mark.parametrize("config", [None, "[data]\nfolder = 'data'\n"], ids=["none", "another"])
def test_a_folder_that_is_no_demo_is_refused_and_left_as_it_is(tmp_path, config, capsys):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "kept.txt").write_text("Kept\n", encoding="utf-8")
    if config:
        (tmp_path / CONFIG).write_text(config, encoding="utf-8")
    before = sorted(tmp_path.rglob("*"))
    assert run(["--once", "--folder", str(tmp_path)]) == 1
    assert sorted(tmp_path.rglob("*")) == before
    said = capsys.readouterr().err
    assert f"{tmp_path} holds files and is no demo" in said and "--folder" in said


def test_a_demo_and_what_one_that_was_refused_has_left_are_made_anew(tmp_path):
    refuse_another(tmp_path / "new")
    with serving(tmp_path), serving(tmp_path / "data"):
        pass  # leaves its locks
    refuse_another(tmp_path)
    kept = demo_with(tmp_path, "filing/old.txt")
    refuse_another(tmp_path)
    prepare(tmp_path)
    refuse_another(tmp_path)
    assert not kept.exists()


@pytest.mark.parametrize("served", [".", "data"], ids=["by a demo", "by a service"])
def test_where_one_runs_a_second_demo_is_refused_and_nothing_is_deleted(tmp_path, served, capsys):
    kept = demo_with(tmp_path, "data/kept")
    with serving(tmp_path / served):
        assert run(["--once", "--folder", str(tmp_path)]) == 1
    assert f"already served by process {os.getpid()}." in capsys.readouterr().err
    assert kept.exists()


def test_a_port_that_is_taken_is_noticed_before_anything_is_deleted(tmp_path, capsys):
    kept = demo_with(tmp_path, "data/kept")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert run(["--port", str(port), "--folder", str(tmp_path)]) == 1
    assert str(port) in capsys.readouterr().err
    assert kept.exists()
