"""Client and server wait for each other. `quiet.py ROLE PORT BUG`."""

import signal
import socket
import sys

role, port, bug = sys.argv[1], int(sys.argv[2]), sys.argv[3]

if role == "client":
    server = socket.create_connection(("127.0.0.1", port))
    server.sendall(b"half a line")
    print("sent", flush=True)
    print(server.recv(100))
else:
    listener = socket.create_server(("127.0.0.1", port))
    talker, _ = listener.accept()
    if bug == "answers-half-a-line":
        talker.sendall(talker.recv(100))
        talker.close()
    else:
        talker.makefile("r").readline()
