"""Runs a codec of PyPI through the vectors: answers each question on stdin with a line on stdout.

    pip install mutf8 javaobj-py3
    javatalk vectors --ask --group class-48 | python3 tests/vectors/runners/python.py mutf8 |
        javatalk vectors --score -

A codec has no streams: it is asked for the bodies of class files and of readUTF, and for writeUTF.
"""

import json
import sys


def mutf8():
    from mutf8 import decode_modified_utf8, encode_modified_utf8

    return decode_modified_utf8, encode_modified_utf8


def javaobj():
    from javaobj.modifiedutf8 import decode_modified_utf8

    return lambda body: decode_modified_utf8(body)[0], None


CODECS = {"mutf8": mutf8, "javaobj-py3": javaobj}


def expand(notation):
    """The bytes of a notation in which PART*COUNT is repeated."""
    digits = ""
    for token in notation.split():
        part, _, count = token.partition("*")
        digits += part * int(count or 1)
    return bytes.fromhex(digits)


def units(text):
    """The code units of a text, in hex. Python allows unpaired surrogates."""
    return text.encode("utf-16-be", "surrogatepass").hex()


def decoded(decode, body):
    try:
        return {"returns": units(decode(body))}
    except (UnicodeError, ValueError, IndexError):
        return {"throws": True}


def answer(question, decode, encode):
    calls = question["calls"]
    method = calls[0]["method"]
    if len(calls) > 1:
        return {"unsupported": "a codec has no streams"}
    if method == "constant":
        return {"calls": [decoded(decode, expand(question["input"]))]}
    if method == "readUTF" and question["stream"] == "DataInputStream":
        data = expand(question["input"])
        length = int.from_bytes(data[:2], "big")
        if len(data) < 2 + length:
            return {"unsupported": "a codec has no streams"}
        return {"calls": [decoded(decode, data[2 : 2 + length])]}
    if method == "writeUTF" and encode:
        text = expand(calls[0]["argument"]).decode("utf-16-be", "surrogatepass")
        try:
            body = encode(text)
        except UnicodeError:
            return {"calls": [{"throws": True}]}
        if len(body) > 65535:
            return {"unsupported": "the limit is the caller's"}
        return {"calls": [{"written": (len(body).to_bytes(2, "big") + body).hex()}]}
    return {"unsupported": "not a codec's"}


def main():
    decode, encode = CODECS[sys.argv[1]]()
    for line in sys.stdin:
        question = json.loads(line)
        print(json.dumps({"id": question["id"], **answer(question, decode, encode)}))


main()
