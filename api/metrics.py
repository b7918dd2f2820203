"""Figures for Prometheus: requests as they pass, the archive as it stands when asked."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import func, select

from archive import events
from archive.db import Database
from archive.models import Blob, Document, Job, Version

BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Metrics:
    """What /metrics shows; one for an application."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(ArchiveFigures(database, folder))
        self._requests = Counter(
            "crossfile_requests",
            "Requests answered.",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "crossfile_request_seconds",
            "How long answers took.",
            ("route",),
            buckets=BUCKETS_S,
            registry=self._registry,
        )

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """One request was answered; `route` is its name, never its path: there are too many."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def text(self) -> bytes:
        """All figures in the text format of Prometheus."""
        return generate_latest(self._registry)


class ArchiveFigures(Collector):
    """Counts rows when it is asked."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._folder = folder

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing beforehand: the database is asked when figures are wanted, not at the start."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        versions = GaugeMetricFamily("crossfile_versions", "Versions.", labels=["status"])
        jobs = GaugeMetricFamily("crossfile_jobs", "Jobs in the queue.", labels=["kind", "state"])
        with self._database.read() as session:
            for status, count in session.execute(
                select(Version.status, func.count()).group_by(Version.status)
            ):
                versions.add_metric([status], count)
            for kind, is_waiting, count in session.execute(
                select(Job.kind, Job.given_up_at.is_(None), func.count()).group_by(
                    Job.kind, Job.given_up_at.is_(None)
                )
            ):
                jobs.add_metric([kind, "waiting" if is_waiting else "given-up"], count)
            documents = session.scalar(select(func.count()).select_from(Document)) or 0
            is_there = Blob.destroyed_at.is_(None)
            size = session.scalar(select(func.sum(Blob.size_bytes)).where(is_there)) or 0
            last = events.last_number(session)
        yield versions
        yield jobs
        yield GaugeMetricFamily("crossfile_documents", "Documents.", documents)
        yield GaugeMetricFamily("crossfile_blob_bytes", "Bytes in the vault.", size)
        yield GaugeMetricFamily("crossfile_events", "Number of the last event.", last)
        free = shutil.disk_usage(self._folder).free
        yield GaugeMetricFamily("crossfile_disk_free_bytes", "Room for the data folder.", free)
