"""A client that sends each line it reads, and a server that repeats it.

A message is four bytes with a length and that many bytes of UTF-8; the client ends with a length of -1.
Usage: repeat.py client|server PORT [BUG].
"""

# These programs are started very often, and `socket` imports so much that a start takes twice as long.
import _socket
import sys

ROLE, PORT, BUG = sys.argv[1], int(sys.argv[2]), (sys.argv[3:] or [""])[0]


def send(stream, text):
    body = text.encode()
    stream.sendall(len(body).to_bytes(4, "big") + body)


def receive(stream):
    def exactly(count):
        data = b""
        while len(data) < count:
            piece = stream.recv(count - len(data))
            if not piece:
                sys.exit("the connection is lost")
            data += piece
        return data

    length = int.from_bytes(exactly(4), "big", signed=True)
    return None if length < 0 else exactly(length).decode()


def client():
    stream = _socket.socket()
    stream.connect(("127.0.0.1", PORT))
    for line in sys.stdin.buffer:
        send(stream, line.decode().removesuffix("\n"))
        sys.stdout.buffer.write(f"heard {receive(stream)}\n".encode())
        sys.stdout.flush()
    stream.sendall(b"\xff" * 4)
    stream.close()


def repeated(text):
    if BUG == "trims":
        return text.strip()
    if BUG == "beyond-bmp":
        return "".join(c if c < "\U00010000" else "??" for c in text)
    if BUG == "cuts":
        return text[:256]
    return text


def server():
    listener = _socket.socket()
    listener.setsockopt(_socket.SOL_SOCKET, _socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", PORT))
    listener.listen()
    descriptor, _ = listener._accept()
    stream = _socket.socket(fileno=descriptor)
    while (text := receive(stream)) is not None:
        if BUG == "drops-empty" and not text:
            continue
        send(stream, repeated(text))
    stream.close()


{"client": client, "server": server}[ROLE]()
