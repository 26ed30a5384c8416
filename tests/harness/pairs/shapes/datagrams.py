"""Answers each datagram with two. `datagrams.py ROLE PORT BUG`."""

import socket
import sys

role, port, bug = sys.argv[1], int(sys.argv[2]), sys.argv[3]
link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

if role == "client":
    for line in sys.stdin:
        link.sendto(line.strip().encode(), ("127.0.0.1", port))
        heard = b""
        while heard.count(b"!") < 2:
            heard += link.recv(2000)
        print(heard.decode(), flush=True)
else:
    link.bind(("127.0.0.1", port))
    while True:
        text, sender = link.recvfrom(2000)
        answers = [text.upper() + b"!", b"%d!" % len(text)]
        if bug == "joins-its-answers":
            answers = [b"".join(answers)]
        if bug == "does-not-shout":
            answers[0] = text + b"!"
        other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        source = other if bug == "answers-from-another-port" else link
        for answer in answers:
            source.sendto(answer, sender)
