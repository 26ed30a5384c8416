"""An account: the client asks for amounts with a prompt. `ledger.py client PORT BUG` and
`ledger.py server BUG`: the server says its port.
"""

import socket
import sys

role, bug = sys.argv[1], sys.argv[-1]
out = sys.stderr if bug == "prints-on-stderr" else sys.stdout


def say(text, end="\n"):
    print(text, end=end, file=out, flush=True)


if role == "client":
    server = socket.create_connection(("127.0.0.1", int(sys.argv[2])))
    answers = server.makefile("r")
    while True:
        say("> " if bug == "has-another-prompt" else "amount: ", end="")
        line = sys.stdin.readline()
        if not line:
            break
        server.sendall(line.encode())
        answer = answers.readline()
        if answer.startswith("refused"):
            print("refused", file=sys.stderr)
            sys.exit(1 if bug == "has-another-status" else 3)
        if bug == "rounds":
            answer = answer.replace("5", "0")
        say("balance " + answer, end="")
    say("bye")
else:
    listener = socket.create_server(("127.0.0.1", 0))
    own = listener.getsockname()[1]
    say(f"serving on {'port' if bug == 'does-not-say-its-port' else own}")
    customer, _ = listener.accept()
    balance = 0
    for line in customer.makefile("r"):
        amount = int(line)
        if amount < 0 and bug != "accepts-everything":
            customer.sendall(b"refused\n")
            break
        balance += amount
        if bug == "stops-answering" and balance > 10:
            continue
        if bug == "hangs-up" and balance > 10:
            break
        total = balance + 1 if bug == "cannot-add" else balance
        customer.sendall(f"{total}\n".encode())
    customer.close()
    if bug == "goes-on":
        listener.accept()
