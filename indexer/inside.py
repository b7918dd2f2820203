"""How much may be taken out of one file of the tree, over all levels: files in files in files.

Each container has limits of its own; without these ones, a file of a few kilobytes could become as
many files as ten thousand containers in ten thousand containers hold.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy.orm import Session

from archive.reading import Child
from archive.sightings import held_inside
from archive.subjects import ToRead

MIB: Final = 1 << 20
KEPT: Final = 64  # outermost files of which the sums are kept; of others they are found out anew

Sums = dict[int, tuple[int, int]]  # by container: files, bytes


class Inside:
    """Keeps count of what one worker takes out, beside what was taken out before it began.

    Several workers at once may each take as much.
    """

    def __init__(self, most_files: int, most_mb: int) -> None:
        self._most_files = most_files
        self._most_mb = most_mb
        self._sums: OrderedDict[int, Sums] = OrderedDict()

    def know(self, session: Session, subjects: Iterable[ToRead]) -> None:
        """Find out what there is below the outermost files of what lies inside one."""
        for top in dict.fromkeys(subject.top for subject in subjects if subject.depth):
            if top not in self._sums:
                self._sums[top] = held_inside(session, top)
            self._sums.move_to_end(top)
        while len(self._sums) > KEPT:
            self._sums.popitem(last=False)

    def take(self, subject: ToRead, children: Sequence[Child]) -> tuple[list[Child], str]:
        """Those of the children for which there is room, the first; and what is not, for people."""
        sums = self._sums.setdefault(subject.top, {})
        others = [held for key, held in sums.items() if key != subject.version_id]
        files, size = (sum(held[index] for held in others) for index in (0, 1))
        taken: list[Child] = []
        for child in children:
            if files >= self._most_files or size + len(child.data) > self._most_mb * MIB:
                break
            files, size = files + 1, size + len(child.data)
            taken.append(child)
        sums[subject.version_id] = (len(taken), sum(len(child.data) for child in taken))
        left = len(children) - len(taken)
        if not left:
            return taken, ""
        return taken, (
            f"{left:,} more members are not filed: inside one file at most {self._most_files:,} "
            f"files of {self._most_mb:,} MiB together are, over all levels."
        )
