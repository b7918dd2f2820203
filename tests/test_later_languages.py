"""Tesseract comes while the worker runs, and the scans that wait are read."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw, ImageFont
from sqlalchemy import select

from archive import schema
from archive.config import Config
from archive.db import Database
from archive.models import Page
from archive.vault import Vault
from indexer import ocr_languages, service


@pytest.mark.usefixtures("tesseract")
def test_scans_that_wait_are_read_without_a_restart(tmp_path, database_url, monkeypatch):
    tree = tmp_path / "tree"
    tree.mkdir()
    picture = Image.new("L", (1400, 200), 255)
    font = ImageFont.load_default(60)
    ImageDraw.Draw(picture).text((40, 60), "Purchase order number", 0, font)
    picture.save(tree / "scan.png", dpi=(300, 300))
    config = Config.model_validate(
        {
            "data": {"folder": str(tmp_path / "data")},
            "roots": [{"name": "filing", "path": str(tree)}],
            "ocr": {"languages": ["eng"]},
            "reading": {"workers": 1},
        }
    )
    vault = Vault(tmp_path / "data" / "vault")
    vault.prepare()
    database = Database(database_url)
    schema.upgrade(database)
    with monkeypatch.context() as without:
        without.setattr(service, "ocr_languages", lambda _: ())
        workshop = service.open_workshop(config, database, vault)
    try:
        service.ingest(workshop)
        monkeypatch.setattr(ocr_languages, "LOOK_S", 0.0)
        workshop.reader.languages = service.language_watch(workshop)
        service.ingest(workshop)
        with database.read() as session:
            texts = session.scalars(select(Page.text)).all()
    finally:
        workshop.close()
        database.close()
    assert ["purchase" in text.casefold() for text in texts] == [True]
