"""A server for any number of clients, and a client, for the tests of the player.

Messages are lines. Usage: room.py server|client PORT [KIND].
"""

import os
import signal
import socket
import sys
import threading

ROLE, PORT, KIND = sys.argv[1], int(sys.argv[2]), (sys.argv[3:] or [""])[0]


def say(text):
    print(text, flush=True)


class Room:
    """Each line of a client goes to all clients, with the number of its sender."""

    def __init__(self):
        self.streams = []
        self.lock = threading.Lock()

    def serve(self, stream, number):
        with stream.makefile("r") as lines:
            for line in lines:
                with self.lock:
                    for other in self.streams:
                        other.sendall(f"{number}: {line}".encode())
        with self.lock:
            self.streams.remove(stream)
            stream.close()
        say(f"{number} has left")

    def run(self, listener):
        number = 0
        while True:
            stream, _ = listener.accept()
            number += 1
            with self.lock:
                self.streams.append(stream)
            say(f"{number} has come")
            stream.sendall(f"hello {number}\n".encode())
            threading.Thread(target=self.serve, args=(stream, number), daemon=True).start()


def echo(stream):
    with stream, stream.makefile("r") as lines:
        for line in lines:
            if line == "shutdown\n":
                return False
            say("got " + line.rstrip())
            stream.sendall(line.upper().encode())
    return True


def server():
    if KIND == "ends":
        return
    if KIND == "fails":
        print("no such word: PORT", file=sys.stderr, flush=True)
        sys.exit(3)
    listener = socket.create_server(("127.0.0.1", PORT))
    port = listener.getsockname()[1]
    if KIND == "announces":
        # In two pieces, as a busy machine may deliver it.
        print(f"room on {str(port)[:2]}", end="", flush=True)
        print(f"{str(port)[2:]}", flush=True)
    if KIND == "announces-nonsense":
        say("room on 123456 is open")
    if KIND == "room":
        Room().run(listener)
    if KIND == "stdin":
        threading.Thread(target=lambda: [os._exit(4) for line in sys.stdin if line == "quit\n"]).start()
    if KIND == "crashes":
        stream, _ = listener.accept()
        stream.recv(1)
        os.kill(os.getpid(), signal.SIGSEGV)
    if KIND == "closes-its-port":
        stream, _ = listener.accept()
        listener.close()
        echo(stream)
        return
    while echo(listener.accept()[0]) and KIND != "once":
        pass


def connect():
    return socket.create_connection(("127.0.0.1", PORT))


def receive(stream):
    with stream.makefile("r") as lines:
        for line in lines:
            say(line.rstrip())


def client():
    if KIND == "ends":
        return
    if KIND == "calls-again":
        for line in sys.stdin:
            with connect() as stream:
                stream.sendall(line.encode())
                say(stream.makefile("r").readline().rstrip())
        return
    stream = connect()
    if KIND == "in-a-room":
        receiver = threading.Thread(target=receive, args=(stream,))
        receiver.start()
        for line in sys.stdin:
            stream.sendall(line.encode())
        stream.shutdown(socket.SHUT_WR)
        receiver.join()
        return
    if KIND == "second-is-refused":
        try:
            say(str(connect().recv(1)))
        except OSError as why:
            say(type(why).__name__)
    for line in sys.stdin:
        stream.sendall(line.encode())
        answer = stream.makefile("r").readline()
        if not answer:
            break
        say(answer.rstrip())
    stream.close()


{"client": client, "server": server}[ROLE]()
