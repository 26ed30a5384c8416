"""Runs a command as a container of a pod runs it: not as root, without capabilities, with a
read-only /proc/sys, and in a network of its own in which ports below 1024 need no privilege.

Usage: in_a_pod.py PROGRAM [ARGUMENT...]

Exits with 77 if this system allows no such thing.
"""

import ctypes
import fcntl
import os
import socket
import struct
import sys

CLONE_NEWNS, CLONE_NEWUSER, CLONE_NEWNET = 0x20000, 0x10000000, 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 32, 4096, 16384, 1 << 18
SIOCSIFFLAGS, IFF_UP = 0x8914, 1
# The user of the image.
USER = 10001

libc = ctypes.CDLL(None, use_errno=True)


def call(name, *arguments):
    if getattr(libc, name)(*arguments) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{name}: {os.strerror(code)}")


def write(file, text):
    with open(file, "w") as opened:
        opened.write(text)


def mount(target, flags):
    call("mount", target, target, None, flags, None)


def enter():
    # Before they mean something else.
    user, group = os.getuid(), os.getgid()
    is_root = user == 0
    call("unshare", CLONE_NEWNS | CLONE_NEWNET | (0 if is_root else CLONE_NEWUSER))
    if not is_root:
        write("/proc/self/setgroups", "deny")
        write("/proc/self/uid_map", f"{user} {user} 1")
        write("/proc/self/gid_map", f"{group} {group} 1")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", IFF_UP))
    write("/proc/sys/net/ipv4/ip_unprivileged_port_start", "0")
    mount(b"/", MS_REC | MS_PRIVATE)
    mount(b"/proc/sys", MS_BIND)
    flags = MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC
    mount(b"/proc/sys", MS_REMOUNT | MS_BIND | flags)
    if is_root:
        os.setgroups([])
        os.setgid(USER)
        os.setuid(USER)


try:
    enter()
except OSError as why:
    print(f"no pod can be imitated here: {why}", file=sys.stderr)
    sys.exit(77)
# A process that is not root's loses its capabilities here.
os.execv(sys.argv[1], sys.argv[1:])
