"""A peer in Python, with its standard library alone, written from java/README.md.

Plays single calls of java.io.DataInput and DataOutput over a socket, on command:

    python3 peer.py

A Java string is held as a str whose characters are its UTF-16 code units, so a character outside
the basic plane is two of them, and an unpaired surrogate is one like any other.
"""

import platform
import re
import socket
import struct
import sys

INT_MAX = 2**31 - 1


class Unsupported(Exception):
    """A line that makes no sense here."""


class JavaException(Exception):
    """An exception by its Java name; the message is a string of code units, or None."""

    def __init__(self, name, message=None):
        super().__init__(name, message)
        self.name = name
        self.message = message


def end_of_file():
    return JavaException("java.io.EOFException")


def malformed(message):
    return JavaException("java.io.UTFDataFormatException", message)


def socket_failed(message):
    return JavaException("java.net.SocketException", message)


class Connection:
    """A socket that, like Java's, says for ever what it has once said."""

    def __init__(self, connected):
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = connected
        self.read = 0
        self.written = 0
        self.ended = False
        self.was_reset = False
        self.output_is_shut = False

    def receive(self, count):
        """At least one byte and at most count; none at the end."""
        if self.ended:
            return b""
        if self.socket is None:
            raise socket_failed("Socket closed")
        if self.was_reset:
            raise socket_failed("Connection reset")
        try:
            data = self.socket.recv(min(count, 65536))
        except ConnectionResetError:
            self.was_reset = True
            raise socket_failed("Connection reset") from None
        except OSError as error:
            raise socket_failed(error.strerror) from None
        self.ended = not data
        self.read += len(data)
        return data

    def send(self, data):
        if not data:
            return
        if self.socket is None:
            raise socket_failed("Socket closed")
        try:
            self.socket.sendall(data)
        except OSError as error:
            raise socket_failed(error.strerror) from None
        self.written += len(data)

    def shutdown_output(self):
        if self.socket is None:
            raise socket_failed("Socket is closed")
        if self.output_is_shut:
            raise socket_failed("Socket output is already shutdown")
        self.output_is_shut = True
        self._end_output()

    def close(self):
        if self.socket is not None:
            self._end_output()
            self.socket.close()
            self.socket = None

    def reset(self):
        if self.socket is None:
            raise socket_failed("Socket is closed")
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()
        self.socket = None

    def _end_output(self):
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # The other side has reset it, or this side has ended it before.


class DataOutput:
    """Every method takes the words of a value as they were parsed."""

    def __init__(self, connection):
        self.connection = connection
        self.size = 0

    def write(self, data):
        self.connection.send(data)
        self.size = min(self.size + len(data), INT_MAX)

    def write_float(self, bits):
        is_nan = bits & 0x7FFFFFFF > 0x7F800000
        self.write((0x7FC00000 if is_nan else bits).to_bytes(4, "big"))

    def write_double(self, bits):
        is_nan = bits & 0x7FFFFFFFFFFFFFFF > 0x7FF0000000000000
        self.write((0x7FF8000000000000 if is_nan else bits).to_bytes(8, "big"))

    def write_bytes(self, text):
        self.write(bytes(ord(unit) & 0xFF for unit in text))

    def write_chars(self, text):
        self.write(text.encode("utf-16-be", "surrogatepass"))

    def write_utf(self, text):
        body = encode(text)
        if len(body) > 65535:
            raise malformed(
                f"encoded string ({text[:8]}...{text[-8:]}) too long: {len(body)} bytes"
            )
        self.write(len(body).to_bytes(2, "big") + body)


class DataInput:
    def __init__(self, connection):
        self.connection = connection
        self.held = b""  # What readLine has looked at after CR.

    def read_fully(self, count):
        data = bytearray()
        while len(data) < count:
            piece = self._some(count - len(data))
            if not piece:
                raise end_of_file()
            data += piece
        return bytes(data)

    def skip_bytes(self, count):
        skipped = 0
        while skipped < count:
            piece = self._some(count - skipped)
            if not piece:
                break
            skipped += len(piece)
        return skipped

    def read_number(self, size, signed):
        return int.from_bytes(self.read_fully(size), "big", signed=signed)

    def read_line(self):
        line = bytearray()
        while True:
            byte = self._some(1)
            if byte == b"\n":
                break
            if byte == b"\r":
                following = self._some(1)
                if following != b"\n":
                    self.held = following
                break
            if not byte:
                if not line:
                    return None
                break
            line += byte
        return line.decode("latin-1")

    def read_utf(self):
        return decode(self.read_fully(self.read_number(2, signed=False)))

    def _some(self, count):
        if self.held:
            held, self.held = self.held, b""
            return held
        return self.connection.receive(count)


# A string is one character a code unit: surrogates are never paired.


def encode(text):
    """Modified UTF-8: NUL in two bytes, each surrogate on its own in three."""
    return text.encode("utf-8", "surrogatepass").replace(b"\0", b"\xc0\x80")


def decode(body):
    try:
        # What a writer produces, except for characters of four bytes, which are malformed.
        text = body.replace(b"\xc0\x80", b"\0").decode("utf-8", "surrogatepass")
        if max(text, default="") <= "\uffff":
            return text
    except UnicodeDecodeError:
        pass
    return decode_units(body)


def decode_units(body):
    """Also what no writer produces: overlong forms are accepted, and errors say where they are."""
    units = []
    i = 0
    while i < len(body):
        lead = body[i]
        if lead < 0x80:
            length, unit = 1, lead
        elif 0xC0 <= lead <= 0xDF:
            length, unit = 2, lead & 0x1F
        elif 0xE0 <= lead <= 0xEF:
            length, unit = 3, lead & 0x0F
        else:
            raise malformed(f"malformed input around byte {i}")
        if i + length > len(body):
            raise malformed("malformed input: partial character at end")
        following = body[i + 1 : i + length]
        if any(byte & 0xC0 != 0x80 for byte in following):
            # One byte further than one would think where the character has two.
            raise malformed(f"malformed input around byte {i + 2}")
        for byte in following:
            unit = unit << 6 | byte & 0x3F
        units.append(chr(unit))
        i += length
    return "".join(units)


# The words of the contract: from a word to a value ...


def whole(least, most):
    def parse(word):
        number = re.fullmatch("(-?)0*([0-9]{1,19})", word)
        value = int(number[1] + number[2]) if number else most + 1
        if not least <= value <= most:
            raise Unsupported
        return value

    return parse


def integer(size):
    half = 1 << 8 * size - 1
    return whole(-half, half - 1)


def bits(digits):
    def parse(word):
        if not re.fullmatch("0x[0-9a-fA-F]{%d}" % digits, word):
            raise Unsupported
        return int(word, 16)

    return parse


def boolean(word):
    if word not in ("true", "false"):
        raise Unsupported
    return word == "true"


def hexadecimal(letter, digits):
    """Words of this letter and a multiple of so many digits, as bytes."""

    def parse(word):
        if not re.fullmatch(letter + "[0-9a-fA-F]*", word) or len(word) % digits != 1:
            raise Unsupported
        return bytes.fromhex(word[1:])

    return parse


data = hexadecimal("x", 2)
code_units = hexadecimal("u", 4)


def string(word):
    units = code_units(word)
    return "".join(map(chr, struct.unpack(f">{len(units) // 2}H", units)))


# ... and from a value to a word.


def word_of(value):
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, bytes):
        return "x" + value.hex()
    return "u" + value.encode("utf-16-be", "surrogatepass").hex()


class Peer:
    def __init__(self):
        self.listener = self.connection = self.input = self.output = None

    def answer(self, line):
        command, *words = line.split(" ")
        try:
            if command == "do" and words:
                return self.do(*words)
            if command == "connect" and len(words) == 1:
                port = whole(0, 65535)(words[0])
                if self.is_open():
                    return "failed a conversation is open"
                self.use(socket.create_connection(("127.0.0.1", port)))
                return "ok"
            if not words and command == "listen":
                if self.is_open():
                    return "failed a conversation is open"
                self.listener = socket.create_server(("127.0.0.1", 0), backlog=1)
                return f"port {self.listener.getsockname()[1]}"
            if not words and command == "accept":
                if self.listener is None:
                    return "failed not listening"
                if self.connection is not None:
                    return "failed there is a connection"
                self.use(self.listener.accept()[0])
                return "ok"
            if not words and command == "end":
                self.end()
                return "ok"
        except OSError as error:
            return "failed " + str(error).encode("ascii", "replace").decode("ascii")
        except Unsupported:
            pass
        return "unsupported"

    def is_open(self):
        """One conversation at a time: the next begins after end."""
        return self.listener is not None or self.connection is not None

    def use(self, connected):
        self.connection = Connection(connected)
        self.input = DataInput(self.connection)
        self.output = DataOutput(self.connection)

    def end(self):
        if self.connection is not None:
            self.connection.close()
        if self.listener is not None:
            self.listener.close()
        self.listener = self.connection = self.input = self.output = None

    def do(self, name, *words):
        if self.connection is None:
            return "failed there is no connection"
        methods = self.with_value() if words else self.without_value()
        if name not in methods or len(words) > 1:
            raise Unsupported
        try:
            if words:
                parse, call = methods[name]
                result = call(parse(words[0]))
            else:
                result = methods[name]()
            said = f"returned {result}"
        except JavaException as thrown:
            said = f"threw {thrown.name} {word_of(thrown.message)}"
        return f"{said} {self.connection.read} {self.connection.written}"

    def with_value(self):
        """What each method takes, and what it does, which returns the word of its result."""
        output, count = self.output, whole(0, INT_MAX)

        def void(call):
            def called(value):
                call(value)
                return "void"

            return called

        def number(size):
            return void(lambda value: output.write((value % (1 << 8 * size)).to_bytes(size, "big")))

        return {
            "write": (data, void(output.write)),
            "writeBoolean": (boolean, number(1)),
            "writeByte": (integer(1), number(1)),
            "writeShort": (integer(2), number(2)),
            "writeChar": (whole(0, 65535), number(2)),
            "writeInt": (integer(4), number(4)),
            "writeLong": (integer(8), number(8)),
            "writeFloat": (bits(8), void(output.write_float)),
            "writeDouble": (bits(16), void(output.write_double)),
            "writeBytes": (string, void(output.write_bytes)),
            "writeChars": (string, void(output.write_chars)),
            "writeUTF": (string, void(output.write_utf)),
            "readFully": (count, lambda value: word_of(self.input.read_fully(value))),
            "skipBytes": (count, lambda value: word_of(self.input.skip_bytes(value))),
        }

    def without_value(self):
        """What each method does, which returns the word of its result."""
        read = self.input.read_number

        def void(call):
            def called():
                call()
                return "void"

            return called

        return {
            "flush": void(lambda: None),
            "size": lambda: word_of(self.output.size),
            "readBoolean": lambda: word_of(read(1, signed=False) != 0),
            "readByte": lambda: word_of(read(1, signed=True)),
            "readUnsignedByte": lambda: word_of(read(1, signed=False)),
            "readShort": lambda: word_of(read(2, signed=True)),
            "readUnsignedShort": lambda: word_of(read(2, signed=False)),
            "readChar": lambda: word_of(read(2, signed=False)),
            "readInt": lambda: word_of(read(4, signed=True)),
            "readLong": lambda: word_of(read(8, signed=True)),
            "readFloat": lambda: f"0x{read(4, signed=False):08x}",
            "readDouble": lambda: f"0x{read(8, signed=False):016x}",
            "readLine": lambda: word_of(self.input.read_line()),
            "readUTF": lambda: word_of(self.input.read_utf()),
            "shutdownOutput": void(self.connection.shutdown_output),
            "close": void(self.connection.close),
            "reset": void(self.connection.reset),
        }


def say(answer):
    sys.stdout.buffer.write(f"@@ {answer}\n".encode("ascii"))
    sys.stdout.buffer.flush()


def main():
    say(f"peer python-peer python {platform.python_version()}")
    peer = Peer()
    for line in sys.stdin.buffer:
        say(peer.answer(line.decode("latin-1").rstrip("\n")))


if __name__ == "__main__":
    main()
