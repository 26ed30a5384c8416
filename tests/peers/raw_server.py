"""Prints what each recv brings of one client, and sends it back.

Usage: python3 raw_server.py [PORT], by default 666; with port 0 the system chooses. The port is
announced on standard error as `listening on HOST:PORT`. It ends when the client has closed.
"""

import socket
import sys

BUFFER_SIZE = 1024


def say(line):
    # Bytes as they are: a piece may end within a character.
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()


def converse(client):
    while message := client.recv(BUFFER_SIZE):
        say(b"client say:" + message)
        client.sendall(message)


def main():
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 666

    say(b"---server---")
    with socket.create_server(("127.0.0.1", port)) as listener:
        host, port = listener.getsockname()
        print(f"listening on {host}:{port}", file=sys.stderr, flush=True)
        client, _ = listener.accept()
    with client:
        say("一个客户端连接建立".encode())
        converse(client)


main()
