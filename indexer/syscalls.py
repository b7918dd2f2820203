"""The system calls that no reader needs, and the seccomp filter that refuses them.

Numbers are of the Linux user API, x86-64 and aarch64 (asm/unistd.h); from 424 on both have the
same. The filter is classic BPF over `struct seccomp_data` (seccomp(2)).
"""

from __future__ import annotations

import errno
import platform
import struct
from typing import Final

#: Name: number on x86-64, number on aarch64 (None: it has no such call).
_Table = dict[str, tuple[int | None, int | None]]

_SOCKETS: Final[_Table] = {
    "socket": (41, 198), "socketpair": (53, 199), "connect": (42, 203), "bind": (49, 200),
    "listen": (50, 201), "accept": (43, 202), "accept4": (288, 242),
}  # fmt: skip
#: What changes a file without writing into it; some take a descriptor that may only read.
_ATTRIBUTES: Final[_Table] = {
    "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452),
    "chown": (92, None), "fchown": (93, 55), "lchown": (94, None), "fchownat": (260, 54),
    "utime": (132, None), "utimes": (235, None), "futimesat": (261, None), "utimensat": (280, 88),
    "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7), "setxattrat": (463, 463),
    "removexattr": (197, 14), "lremovexattr": (198, 15), "fremovexattr": (199, 16),
    "removexattrat": (466, 466), "file_setattr": (469, 469), "truncate": (76, 45),
    "mknod": (133, None), "mknodat": (259, 33), "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
}  # fmt: skip
_OTHER_PROCESSES: Final[_Table] = {
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "process_madvise": (440, 440), "process_mrelease": (448, 448), "kcmp": (312, 272),
    "move_pages": (279, 239), "migrate_pages": (256, 238), "pidfd_getfd": (438, 438),
    "tkill": (200, 130), "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240),
    "pidfd_send_signal": (424, 424), "setpriority": (141, 140), "ioprio_set": (251, 30),
    "sched_setparam": (142, 118), "sched_setscheduler": (144, 119), "sched_setattr": (314, 274),
    "sched_setaffinity": (203, 122),
}  # fmt: skip
_SHARED_MEMORY: Final[_Table] = {
    "shmget": (29, 194), "shmat": (30, 196), "shmctl": (31, 195), "semget": (64, 190),
    "semop": (65, 193), "semctl": (66, 191), "semtimedop": (220, 192), "msgget": (68, 186),
    "msgsnd": (69, 189), "msgrcv": (70, 188), "msgctl": (71, 187), "mq_open": (240, 180),
    "mq_unlink": (241, 181),
}  # fmt: skip
_SYSTEM: Final[_Table] = {
    "mount": (165, 40), "umount2": (166, 39), "mount_setattr": (442, 442),
    "move_mount": (429, 429), "open_tree": (428, 428), "open_tree_attr": (467, 467),
    "fsopen": (430, 430), "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433),
    "pivot_root": (155, 41), "chroot": (161, 51), "unshare": (272, 97), "setns": (308, 268),
    "swapon": (167, 224), "swapoff": (168, 225), "acct": (163, 89), "quotactl": (179, 60),
    "quotactl_fd": (443, 443), "fanotify_init": (300, 262), "bpf": (321, 280),
    "perf_event_open": (298, 241), "userfaultfd": (323, 282), "keyctl": (250, 219),
    "add_key": (248, 217), "request_key": (249, 218), "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426), "io_uring_register": (427, 427), "kexec_load": (246, 104),
    "kexec_file_load": (320, 294), "init_module": (175, 105), "finit_module": (313, 273),
    "delete_module": (176, 106), "reboot": (169, 142), "sethostname": (170, 161),
    "setdomainname": (171, 162), "settimeofday": (164, 170), "clock_settime": (227, 112),
    "clock_adjtime": (305, 266), "adjtimex": (159, 171), "syslog": (103, 116),
    "iopl": (172, None), "ioperm": (173, None), "vhangup": (153, 58),
}  # fmt: skip
REFUSED: Final[_Table] = _SOCKETS | _ATTRIBUTES | _OTHER_PROCESSES | _SHARED_MEMORY | _SYSTEM
#: Refused unless Landlock keeps signals within the cage: a reader ends its own programs by them.
SIGNALS: Final[_Table] = {"kill": (62, 129), "tgkill": (234, 131)}
#: Refused by what they are asked for.
_PRLIMIT: Final = (302, 261)
_IOCTL: Final = (16, 29)
_CLONE: Final = (56, 220)
_CLONE3: Final = (435, 435)

#: CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET
_NAMESPACES: Final = 0x7E020000
#: TCGETS, TCGETS2, TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX: what C libraries and Python
#: ask of their own descriptors. Others would set flags of a file that may only be read.
_HARMLESS: Final = (0x5401, 0x802C542A, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)

_ARCHITECTURES: Final = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}  # AUDIT_ARCH_*
_X32_BIT: Final = 0x40000000  # the same calls under other numbers, on x86-64
_NEGATIVE: Final = 1 << 31  # a group of processes; all of them
_ALLOW, _KILL_PROCESS, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_REFUSE: Final = _ERRNO | errno.EPERM
_LOAD, _IS, _AT_LEAST, _HAS_BITS, _GIVE = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _FIRST, _SECOND = 0, 4, 16, 24  # offsets; low halves of the arguments

_Line = tuple[int, int, int, int]  # code, jump if true, jump if false, operand


def filter_program(*, with_signals: bool) -> bytes | None:
    """The filter for this machine; None where its numbers are not known.

    Refused calls answer EPERM, `clone3` ENOSYS, upon which libraries take `clone`; a call by
    another architecture's numbers ends the process. `with_signals` lets a process send them, to
    one other at a time.
    """
    if platform.machine() not in _ARCHITECTURES:
        return None
    column, architecture = _ARCHITECTURES[platform.machine()]
    table = REFUSED if with_signals else REFUSED | SIGNALS
    lines: list[_Line] = [
        (_LOAD, 0, 0, _ARCHITECTURE), (_IS, 1, 0, architecture), (_GIVE, 0, 0, _KILL_PROCESS),
        (_LOAD, 0, 0, _NUMBER), (_AT_LEAST, 0, 1, _X32_BIT), (_GIVE, 0, 0, _REFUSE),
    ]  # fmt: skip
    for numbers in table.values():
        lines += _on(numbers[column], [(_GIVE, 0, 0, _REFUSE)])
    lines += _on(_CLONE3[column], [(_GIVE, 0, 0, _ERRNO | errno.ENOSYS)])
    lines += _on(_CLONE[column], [
        (_LOAD, 0, 0, _FIRST), (_HAS_BITS, 0, 1, _NAMESPACES), (_GIVE, 0, 0, _REFUSE),
        (_GIVE, 0, 0, _ALLOW),
    ])  # fmt: skip
    lines += _on(SIGNALS["kill"][column], [
        (_LOAD, 0, 0, _FIRST), (_IS, 1, 0, 0), (_AT_LEAST, 0, 1, _NEGATIVE),
        (_GIVE, 0, 0, _REFUSE), (_GIVE, 0, 0, _ALLOW),
    ])  # fmt: skip
    lines += _on(_PRLIMIT[column], _only(_FIRST, (0,)))  # its own
    lines += _on(_IOCTL[column], _only(_SECOND, _HARMLESS))
    lines.append((_GIVE, 0, 0, _ALLOW))
    return b"".join(struct.pack("HBBI", *line) for line in lines)


def _on(number: int | None, body: list[_Line]) -> list[_Line]:
    """`body`, which ends with an answer, for one call."""
    return [] if number is None else [(_IS, 0, len(body), number), *body]


def _only(argument: int, values: tuple[int, ...]) -> list[_Line]:
    """Allowed where the argument at this offset is one of `values`."""
    lines: list[_Line] = [(_LOAD, 0, 0, argument)]
    for value in values:
        lines += [(_IS, 0, 1, value), (_GIVE, 0, 0, _ALLOW)]
    return [*lines, (_GIVE, 0, 0, _REFUSE)]
