"""Counts its visitors, over all connections. `counter.py ROLE PORT BUG`."""

import socket
import sys

role, port, bug = sys.argv[1], int(sys.argv[2]), sys.argv[3]

if role == "client":
    server = socket.create_connection(("127.0.0.1", port))
    server.sendall(b"visit\n")
    print(server.makefile("r").readline(), end="")
else:
    listener = socket.create_server(("127.0.0.1", port))
    count = 0
    while True:
        visitor, _ = listener.accept()
        visitor.makefile("r").readline()
        count = 1 if bug == "counts-each-alone" else count + 1
        visitor.sendall(f"you are visitor {count}\n".encode())
        visitor.close()
        if bug == "ends-after-one":
            listener.close()
            break
