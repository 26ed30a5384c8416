"""A server for any number of clients, and a client, for the tests of the player.

Messages are lines. Usage: room.py server|client PORT [KIND].
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time

ROLE, PORT, KIND = sys.argv[1], int(sys.argv[2]), (sys.argv[3:] or [""])[0]

# Only for the kind `own-address`.
ADDRESS = (sys.argv[4:] or [""])[0]


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
    if KIND.startswith("udp"):
        return answer_datagrams()
    if KIND == "fails":
        print("no such word: PORT", file=sys.stderr, flush=True)
        sys.exit(3)
    if KIND == "listens-on-ipv6":
        listener = socket.create_server(("::1", PORT), family=socket.AF_INET6)
    else:
        listener = socket.create_server((ADDRESS if KIND == "own-address" else "127.0.0.1", PORT))
    port = listener.getsockname()[1]
    if KIND in ("announces", "announces-on-stderr"):
        output = sys.stdout if KIND == "announces" else sys.stderr
        # In two pieces, as a busy machine may deliver it.
        print(f"room on {str(port)[:2]}", end="", flush=True, file=output)
        print(f"{str(port)[2:]}", flush=True, file=output)
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
    if KIND == "leaves-a-daemon":
        daemon = subprocess.Popen(["sleep", "600"], start_new_session=True)
        say(daemon.pid)
    if KIND == "ignores-sigterm":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if KIND == "floods":
        listener.accept()[0].sendall(bytes(64 << 20))
    if KIND == "two-ports":
        with socket.create_server(("127.0.0.1", int(sys.argv[4]))) as admin:
            echo(admin.accept()[0])
    while echo(listener.accept()[0]) and KIND != "once":
        pass


def answer_datagrams():
    if KIND == "udp-binds-late":
        sys.stdin.readline()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
        own.bind(("127.0.0.1", PORT))
        while True:
            data, sender = own.recvfrom(65536)
            say("got " + data.decode())
            if KIND == "udp-answers-from-elsewhere":
                answer_from_elsewhere(data, sender)
                continue
            own.sendto(data.upper(), sender)


def answer_from_elsewhere(data, sender):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.sendto(data.upper(), sender)
        data, sender = other.recvfrom(65536)
        say("got elsewhere " + data.decode())


def connect():
    return socket.create_connection((ADDRESS if KIND == "own-address" else "127.0.0.1", PORT))


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
    if KIND.startswith("udp"):
        return send_datagrams()
    if KIND == "two-ports":
        with connect() as stream, socket.create_connection(("127.0.0.1", int(sys.argv[4]))) as admin:
            admin.sendall(b"admin\n")
            say(admin.makefile("r").readline().rstrip())
            admin.close()
            stream.sendall(b"main\n")
            say(stream.makefile("r").readline().rstrip())
        return
    if KIND == "writes-files":
        with open("words.txt", "a") as words:
            words.write("two\n")
        os.mkdir("made")
        say(open("words.txt").read().rstrip())
    stream = connect()
    if KIND == "waits":
        say(str(stream.recv(1)))
    if KIND == "sleeps":
        # Longer than the player waits before it asks the kernel.
        time.sleep(3)
    if KIND == "in-a-room":
        receiver = threading.Thread(target=receive, args=(stream,))
        receiver.start()
        for line in sys.stdin:
            stream.sendall(line.encode())
        stream.shutdown(socket.SHUT_WR)
        receiver.join()
        return
    if KIND == "second-is-refused":
        # Once the server answers, it has closed its port.
        stream.sendall(b"zero\n")
        stream.makefile("r").readline()
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


def send_datagrams():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
        for line in sys.stdin:
            own.sendto(line.rstrip().encode(), ("127.0.0.1", PORT))
            say("sent")
            data, sender = own.recvfrom(65536)
            say(data.decode())
            say("from the port" if sender[1] == PORT else "from elsewhere")
            if sender[1] != PORT:
                own.sendto(b"thanks", sender)


{"client": client, "server": server}[ROLE]()
