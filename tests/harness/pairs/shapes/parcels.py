"""Fetches files. `parcels.py ROLE PORT BUG`."""

import pathlib
import socket
import sys

role, port, bug = sys.argv[1], int(sys.argv[2]), sys.argv[3]

if role == "client":
    for name in sys.stdin.read().split():
        server = socket.create_connection(("127.0.0.1", port))
        server.sendall(name.encode() + b"\n")
        content = b"".join(iter(lambda: server.recv(4096), b""))
        if bug == "changes-line-ends":
            content = content.replace(b"\n", b"\r\n")
        if bug != "does-not-save":
            pathlib.Path("got-" + name).write_bytes(content)
        if bug == "leaves-a-copy":
            pathlib.Path(name + ".tmp").write_bytes(content)
        print(name, len(content))
else:
    listener = socket.create_server(("127.0.0.1", port))
    while True:
        customer, _ = listener.accept()
        name = customer.makefile("r").readline().strip()
        content = pathlib.Path(name).read_bytes()
        with open("log.txt", "a") as log:
            log.write(f"sent {name.upper() if bug == 'logs-otherwise' else name}\n")
        customer.sendall(content[:-1] if bug == "drops-the-last-byte" else content)
        customer.close()
