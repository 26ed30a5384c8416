"""Lets any number of clients guess a word, until it is stopped."""

import socket
import struct
import sys
import threading
import time

WORD = "pear"


def play(client):
    with client, client.makefile("rb") as heard:
        while length := heard.read(2):
            word = heard.read(*struct.unpack(">H", length)).decode()
            print(f"guessed: {word}", flush=True)
            answer = f"yes, at {time.strftime('%H:%M:%S')}" if word == WORD else "no"
            body = answer.encode()
            client.sendall(struct.pack(">H", len(body)) + body)
        print("gone", flush=True)


with socket.create_server(("", int(sys.argv[1]))) as listener:
    while True:
        accepted, _ = listener.accept()
        threading.Thread(target=play, args=[accepted]).start()
