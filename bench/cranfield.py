"""How good the order of hits is: Cranfield's questions over HTTP, judged by ../shared/score.py."""

from __future__ import annotations

import shutil

from bench.context import Context
from bench.figures import Figure, at_least
from bench.house import House
from bench.scores import score, spread

TARGET = 0.38
BM25 = 0.363  # plain BM25 with stems, any word


def run(context: Context) -> list[Figure]:
    house = House(context.folder("cranfield"))
    house.prepare()
    files = house.folder / "files"
    spread(context, "cranfield", files)
    house.ingest(files)
    documents = house.export("documents")
    with house.serve() as service:
        figures = score(
            context,
            "search",
            house.folder / "search.json",
            name="cranfield",
            url=service.url,
            token=service.token,
            documents=documents,
        )
    shutil.rmtree(files)
    found = figures["search cranfield"]
    note = f"{found['queries']} questions"
    return [at_least("nDCG@10", found["ndcg10"], "", TARGET, floor=BM25, note=note)]
