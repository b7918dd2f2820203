"""The canary: `/readyz` says no where a search does not find what it should."""

from __future__ import annotations

from api.canary import Canary
from api.service import Services
from archive.config import Config
from archive.models import Job
from indexer.indexing import Indexing
from indexer.search.engines import index_folders
from tests.small_archive import SmallArchive


def test_the_newest_indexed_document_is_missed_where_the_index_lost_it(
    database_url, tmp_path, clock
):
    archive = SmallArchive(database_url, tmp_path, clock)
    config = Config.model_validate({"data": {"folder": tmp_path}})
    services = Services(config, archive.database, archive.vault, archive.intake, clock)
    assert Canary(services).is_found()  # there is nothing to be found
    archive.add("1.txt", "PO-1000", number="PO-1000")
    last = archive.add("2.txt", "PO-2000", number="PO-2000")
    with archive.database.write() as session:
        session.query(Job).filter(Job.kind != "index").delete()
    assert Canary(services).is_found()  # nor is anything indexed
    folders = index_folders(config)
    index = Indexing(archive.database, folders, tmp_path, commit_s=0, clock=clock, worker="we")
    while index.step():
        pass
    canary = Canary(services)
    assert canary.is_found()
    folders.open(1).delete([str(last)])
    folders.open(1).commit()
    assert canary.is_found()  # it was, less than a minute ago
    assert not Canary(services).is_found()
    index.close()
    archive.close()
