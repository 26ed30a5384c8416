"""Says the time. `clock.py ROLE PORT BUG`."""

import datetime
import os
import socket
import sys

role, port, bug = sys.argv[1], int(sys.argv[2]), sys.argv[3]

if role == "client":
    server = socket.create_connection(("127.0.0.1", port))
    print("The time is", server.makefile("r").readline(), end="")
else:
    listener = socket.create_server(("127.0.0.1", port))
    while True:
        visitor, address = listener.accept()
        print("visitor from port", address[1], "served by process", os.getpid(), flush=True)
        form = "%H.%M" if bug == "leaves-out-seconds" else "%H:%M:%S.%f"
        visitor.sendall((datetime.datetime.now().strftime(form) + "\n").encode())
        visitor.close()
