"""Figures, their targets, and what a command with all its children took."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import changes, holds
from bench.context import Context
from bench.figures import (
    Figure,
    NotMeasurable,
    at_least,
    at_most,
    number,
    quantile,
    table,
    within_ms,
)
from bench.history import Run, comparison, load, save
from bench.processes import ProcessTree, measure
from bench.worlds import Chunk, told_of

BURN = "import time\nwhile time.process_time() < {seconds}: pass"
HOLD = "import time; held = bytes(range(256)) * {mib} * 4096; print('held', flush=True); {then}"


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def parent_of(code: str, *, waits: bool = True) -> list[str]:
    call = f"child = subprocess.Popen([sys.executable, '-c', {code!r}])"
    return python(f"import subprocess, sys; {call}" + ("; child.wait()" if waits else ""))


def is_running(words: bytes) -> bool:
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if words in path.read_bytes():
                return True
    return False


def test_cpu_time_of_a_grandchild_counts():
    usage = measure(parent_of(BURN.format(seconds=0.3)))
    assert usage.exit_status == 0
    assert usage.cpu_s >= 0.3


def test_cpu_time_of_a_child_that_nobody_waited_for_counts():
    code = (
        "import os, subprocess, sys; " + f"subprocess.Popen({python(BURN.format(seconds=0.3))!r})"
    )
    assert measure(python(code + "; os._exit(0)")).cpu_s >= 0.3


def test_memory_is_that_of_all_processes_at_one_moment():
    hold = HOLD.format(mib=60, then="time.sleep(1.5)")
    both = f"import subprocess; held = [subprocess.Popen({python(hold)!r}) for _ in range(2)]"
    assert measure(python(both + "; [one.wait() for one in held]")).peak_mib >= 120


def test_a_failed_command_says_so_and_what_it_wrote():
    usage = measure(python("import sys; print('out'); sys.exit('err')"))
    assert (usage.exit_status, usage.output.split()) == (1, ["out", "err"])


def test_a_command_that_does_not_exist_can_not_be_measured():
    with pytest.raises(NotMeasurable, match="no-such-program"):
        measure(["no-such-program"])


def test_a_command_that_does_not_end_is_ended_with_all_its_children():
    marker = "import time; time.sleep(987654)"
    with pytest.raises(NotMeasurable, match="did not end"):
        measure(parent_of(marker), limit_s=1)
    while is_running(b"987654"):  # killed, and on its way out; pytest's own limit ends a wait
        time.sleep(0.05)


def test_a_running_service_is_measured_with_what_it_started():
    hold = HOLD.format(mib=30, then="input()")
    with subprocess.Popen(
        parent_of(hold), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as service:
        assert service.stdout.readline() == "held\n"
        tree = ProcessTree(service.pid)
        assert len(tree.pids()) == 2
        assert tree.memory_mib() >= 30
        assert tree.cpu_s() > 0
        service.communicate("\n")
    assert tree.memory_mib() == 0


def test_a_target_is_met_at_its_limit_and_missed_beyond_it():
    assert at_least("speed", 3.0, "times", 3).ok
    assert not at_least("speed", 2.99, "times", 3).ok
    assert at_most("memory", 1024, "MiB", 1024).ok
    assert not at_most("memory", 1025, "MiB", 1024).ok


@pytest.mark.parametrize(("stretch", "value", "ok"), [(1.0, 80.0, False), (1.9, 40.0, True)])
def test_on_a_busy_machine_cpu_time_is_judged(stretch, value, ok):
    figure = within_ms("search", 50, wall_ms=80.0, cpu_ms=40.0, stretch=stretch)
    assert (figure.value, figure.ok) == (value, ok)


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0, 1))
def test_a_quantile_is_one_of_the_values_and_that_share_is_not_above_it(values, share):
    found = quantile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) - 1e-6


def test_a_figure_is_shown_with_its_target_and_its_floor():
    figures = [at_most("page", 280.4, "ms", 300, floor=61.5), Figure("left", 1234567, "files")]
    head, page, left = table(figures).splitlines()
    assert head.split() == ["figure", "value", "unit", "target", "floor"]
    assert page.split() == ["✓", "page", "280", "ms", "≤", "300", "61.5"]
    assert left.split() == ["left", "1,234,567", "files", "–", "–"]
    assert number(0.01234) == "0.0123"


def one_run(at: str, value: float) -> Run:
    figures = {"search": [at_most("p95", value, "ms", 50, floor=1.0)]}
    return Run(at, {"cores": 2}, (1.0, 1.1), figures, {"anchors": "no Recoll"})


def test_a_run_is_read_as_it_was_written(tmp_path):
    run = one_run("20260302T093000Z", 40.0)
    path = save(run, tmp_path / "results")
    assert load("20260302T093000Z", tmp_path / "results") == load(str(path), tmp_path) == run


def test_two_runs_are_compared_figure_by_figure():
    before, after = one_run("1", 40.0), one_run("2", 60.0)
    assert (before.is_good(), after.is_good()) == (True, False)
    figure = comparison(before, after).splitlines()[1]
    assert figure.split() == ["search:", "p95", "40", "60", "+50.0", "%", "ms"]


def test_a_figure_that_only_one_run_has_is_shown_too():
    empty = Run("2", {}, (1.0, 1.0), {}, {})
    assert "search: p95  40  –" in comparison(one_run("1", 40.0), empty)
    assert "search: p95  –  40" in comparison(empty, one_run("1", 40.0))


def test_what_several_benchmarks_need_is_measured_once(tmp_path):
    calls = iter([1])
    context = Context(tmp_path)
    assert context.once("floor", lambda: next(calls)) == context.once("floor", lambda: next(calls))


def test_material_that_is_not_there_can_not_be_measured(tmp_path):
    with pytest.raises(NotMeasurable, match="no-such-folder"):
        Context(tmp_path).shared("no-such-folder")


def test_the_equal_worlds_count_also_where_one_differs():
    said = (
        "F\n49 of 50 worlds are equal; 3190 questions, 2.00 CPU s a world (build 20.0 s)\n"
        "E       AssertionError: tantivy: /api/v1/status\n"
    )
    done = subprocess.CompletedProcess([], 1, stdout=said, stderr="")
    trouble = "seed 7: AssertionError: tantivy: /api/v1/status"
    assert told_of(7, done) == Chunk(49, 50, 3190, 100.0, trouble)


def test_histories_that_equal_their_replay_count_also_where_one_differs():
    said = "F\n49 of 50 histories equal their replay; 2.50 CPU s each\nE   assert 1 == 2\n"
    done = subprocess.CompletedProcess([], 1, stdout=said, stderr="")
    assert changes.told_of(3, done) == (49, 2.5, "seed 3: assert 1 == 2")
    done = subprocess.CompletedProcess([], 0, stdout="1 passed\n", stderr="")
    assert changes.told_of(0, done) == (0, 0.0, "seed 0: nothing is said of its histories")


def test_races_are_counted_by_who_came_first_on_both_databases():
    said = "7 races: 4 held, 3 destroyed first\n.2 races: 1 held, 1 destroyed first\nF\nE  gone\n"
    done = subprocess.CompletedProcess([], 1, stdout=said, stderr="")
    assert holds.told_of(2, done) == (5, 4, "seed 2: gone")


def test_worlds_of_which_nothing_was_heard_are_not_equal():
    done = subprocess.CompletedProcess([], -9, stdout="", stderr="killed")
    assert told_of(7, done) == Chunk(trouble="seed 7: killed")
