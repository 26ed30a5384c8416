"""A client and a server that take turns, each with the lines of its own stdin.

A message is what writeUTF writes, of ASCII text. Usage: talk.py client|server PORT [BUG].
"""

import socket
import sys

ROLE, PORT, BUG = sys.argv[1], int(sys.argv[2]), (sys.argv[3:] or [""])[0]


def say(text):
    print(text, flush=True)


def send(stream, text):
    body = text.encode()
    order = "little" if BUG == "length-little-endian" else "big"
    stream.sendall(len(body).to_bytes(2, order) + body)


def receive(stream):
    def exactly(count):
        data = b""
        while len(data) < count:
            piece = stream.recv(count - len(data))
            if not piece:
                return None
            data += piece
        return data

    length = exactly(2)
    if length is None:
        return None
    body = exactly(int.from_bytes(length, "big"))
    if BUG == "half-message" and body is None:
        body = b""
    if body is None:
        return None
    text = body.decode()
    return text.upper() if BUG == "upper-case" else text


def typed():
    line = sys.stdin.readline().rstrip("\n")
    return line if line and line != "bye" else None


def client():
    with socket.create_connection(("127.0.0.1", PORT)) as stream:
        while (line := typed()) is not None:
            send(stream, line)
            answer = receive(stream)
            if answer is None:
                break
            say("server: " + answer)


def server():
    with socket.create_server(("127.0.0.1", PORT)) as listener:
        stream, _ = listener.accept()
        count = 0
        with stream:
            while (message := receive(stream)) is not None:
                count += 1
                if BUG == "stops-at-second" and count == 2:
                    break
                say("client: " + message)
                if BUG == "swallows-second" and count == 2:
                    typed()
                    continue
                send(stream, message if BUG.startswith("echo") else typed() or "")


if BUG == "other-port":
    PORT += 1
    print("ready on port 667", file=sys.stderr, flush=True)
if BUG == "echo-without-stdin":
    sys.stdin.close()
if BUG == "ends-at-once":
    print("no such option: PORT", "usage: talk", file=sys.stderr, sep="\n", flush=True)
    sys.exit(3)
{"client": client, "server": server}[ROLE]()
