"""Lets any number of clients guess a word, until it is stopped."""

import socket
import struct
import sys
import threading
import time

WORD = "pear"


def word_from(heard):
    """The next word; none if it does not arrive as a whole."""
    length = heard.read(2)
    if len(length) < 2:
        return None
    (size,) = struct.unpack(">H", length)
    word = heard.read(size)
    return word.decode() if len(word) == size else None


def play(client):
    with client, client.makefile("rb") as heard:
        while (word := word_from(heard)) is not None:
            print(f"guessed: {word}", flush=True)
            answer = f"yes, at {time.strftime('%H:%M:%S')}" if word == WORD else "no"
            body = answer.encode()
            client.sendall(struct.pack(">H", len(body)) + body)
        print("gone", flush=True)


with socket.create_server(("", int(sys.argv[1]))) as listener:
    while True:
        accepted, _ = listener.accept()
        threading.Thread(target=play, args=[accepted]).start()
