"""A handler that does to the cage what a broken or captured reader would do."""

from __future__ import annotations

import ctypes
import os
import socket
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

Answer = tuple[dict[str, Any], bytes]


def handle(settings: Mapping[str, Any]) -> Callable[[dict[str, Any], int | None], Answer]:
    if settings.get("refuse"):
        sys.exit(7)

    def answer(request: dict[str, Any], file: int | None) -> Answer:
        return getattr(Deeds, request["do"])(request, file)

    return answer


class Deeds:
    """One method for each thing that may be asked for."""

    @staticmethod
    def echo(request: dict[str, Any], file: int | None) -> Answer:
        body = b"" if file is None else os.pread(file, 1 << 20, 0)
        return {"pid": os.getpid(), "said": request.get("say"), "env": dict(os.environ)}, body

    @staticmethod
    def crash(request: dict[str, Any], file: int | None) -> Answer:
        ctypes.string_at(0)
        return {}, b""

    @staticmethod
    def give_up(request: dict[str, Any], file: int | None) -> Answer:
        os._exit(3)

    @staticmethod
    def hang(request: dict[str, Any], file: int | None) -> Answer:
        while True:
            time.sleep(1)

    @staticmethod
    def burn(request: dict[str, Any], file: int | None) -> Answer:
        while True:
            pass

    @staticmethod
    def eat(request: dict[str, Any], file: int | None) -> Answer:
        try:
            return {"size": len(bytearray(request["size"]))}, b""
        except MemoryError:
            return {"size": None}, b""

    @staticmethod
    def talk(request: dict[str, Any], file: int | None) -> Answer:
        return {}, bytes(request["size"])

    @staticmethod
    def babble(request: dict[str, Any], file: int | None) -> Answer:
        os.write(int(sys.argv[1]), b"\x00\x00\x00\x00\x02" + bytes(8) + b"[]")
        time.sleep(60)
        return {}, b""

    @staticmethod
    def read_path(request: dict[str, Any], file: int | None) -> Answer:
        try:
            return {"read": Path(request["path"]).read_text()}, b""
        except OSError as error:
            return {"error": type(error).__name__}, b""

    @staticmethod
    def write_path(request: dict[str, Any], file: int | None) -> Answer:
        try:
            Path(request["path"]).write_text("x")
        except OSError as error:
            return {"error": type(error).__name__}, b""
        return {}, b""

    @staticmethod
    def open_socket(request: dict[str, Any], file: int | None) -> Answer:
        try:
            socket.socket().close()
        except OSError as error:
            return {"error": type(error).__name__}, b""
        return {}, b""

    @staticmethod
    def descriptors(request: dict[str, Any], file: int | None) -> Answer:
        held = [fd for fd in range(64) if _is_open(fd)]
        return {"held": held, "file": file}, b""


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True
