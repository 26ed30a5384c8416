"""A server that says farewell when it is told to stop. `farewell.py ROLE PORT BUG`."""

import signal
import socket
import sys

role, port, bug = sys.argv[1], int(sys.argv[2]), sys.argv[3]


def stop(*_):
    print("farewell", flush=True)
    sys.exit(4 if bug == "fails-when-stopped" else 0)


if role == "client":
    server = socket.create_connection(("127.0.0.1", port))
    print(server.makefile("r").readline(), end="")
else:
    if bug == "cannot-be-stopped":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    elif bug != "says-nothing":
        signal.signal(signal.SIGTERM, stop)
    listener = socket.create_server(("127.0.0.1", port))
    while True:
        guest, _ = listener.accept()
        guest.sendall(b"welcome\n")
        guest.close()
