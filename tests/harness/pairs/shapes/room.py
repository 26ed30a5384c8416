"""A chat room: what a client says reaches everyone. `room.py ROLE PORT BUG`."""

import socket
import sys
import threading

role, port, bug = sys.argv[1], int(sys.argv[2]), sys.argv[3]


def client():
    server = socket.create_connection(("127.0.0.1", port))

    def show():
        for line in server.makefile("r", newline="\n"):
            print(line, end="", flush=True)

    shown = threading.Thread(target=show)
    shown.start()
    for line in sys.stdin:
        text = line.upper() if bug == "shouts" else line
        server.sendall(text.encode())
    server.shutdown(socket.SHUT_WR)
    shown.join()


members = {}
lock = threading.Lock()


def serve(member, number):
    print("joined", number, flush=True)
    with lock:
        # Whoever has been greeted hears what is said from then on.
        members[number] = member
        member.sendall(f"hello {number}\n".encode())
    for line in member.makefile("r", newline="\n"):
        with lock:
            for other, connection in members.items():
                if bug == "echoes-only" and other != number:
                    continue
                sender = other if bug == "mixes-up-names" else number
                connection.sendall(f"{sender}: {line}".encode())
    with lock:
        del members[number]
    if bug != "forgets-who-left":
        print("left", number, flush=True)
    member.shutdown(socket.SHUT_WR)


def server():
    listener = socket.create_server(("127.0.0.1", port))
    number = 0
    while True:
        member, _ = listener.accept()
        number += 1
        if bug == "one-at-a-time":
            serve(member, number)
        else:
            threading.Thread(target=serve, args=(member, number)).start()


client() if role == "client" else server()
