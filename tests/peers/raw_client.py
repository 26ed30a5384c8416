"""Says line after line to a server and prints what one recv brings for each.

Usage: python3 raw_client.py [HOST] [PORT], by default localhost and 666. After `bye`, and at the end
of its input, it closes its output and waits until the server has closed too. An empty line has no
bytes that could be sent, so it is passed over.
"""

import socket
import sys

BUFFER_SIZE = 1024


def say(line):
    # Bytes as they are: a piece may end within a character.
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()


def converse(server):
    for line in sys.stdin.buffer:
        message = line.rstrip(b"\n")
        if not message:
            continue
        server.sendall(message)
        answer = server.recv(BUFFER_SIZE)
        if not answer:
            sys.exit("the server has closed the connection")
        say(answer)
        if message == b"bye":
            break


def wait_for_end(server):
    server.shutdown(socket.SHUT_WR)
    left_over = 0
    while rest := server.recv(BUFFER_SIZE):
        left_over += len(rest)
    if left_over > 0:
        sys.exit(f"bytes of the answers that were never taken: {left_over}")


def main():
    host = sys.argv[1] if len(sys.argv) > 1 else "localhost"
    port = int(sys.argv[2]) if len(sys.argv) > 2 else 666

    say(b"---client---")
    with socket.socket() as server:
        server.connect((host, port))
        converse(server)
        wait_for_end(server)


main()
