//! A check that cannot fail proves nothing: the peer in Python with one slip each, and what is said.

use std::fs;
use std::path::Path;
use std::time::Duration;

use javatalk::internals::interop::peer::check::{Check, Found, Report, Subject};
use javatalk::internals::interop::peer::rust;
use javatalk::internals::interop::protocol::call::Method;
use javatalk::internals::system::process::Invocation;
use libtest_mimic::Failed;

use crate::python;

/// One thing done wrongly.
#[derive(Debug)]
pub(crate) struct Slip {
    pub(crate) name: &'static str,
    /// What stands in the source, and what instead.
    right: &'static str,
    wrong: &'static str,
    /// What is not as it should be then, and part of what is said of it.
    subject: Subject,
    said: &'static str,
}

pub(crate) const SLIPS: &[Slip] = &[
    Slip {
        name: "nul_as_00",
        right: ".replace(b\"\\0\", b\"\\xc0\\x80\")\n",
        wrong: "\n",
        subject: Subject::Method(Method::WriteUtf),
        said: "`writeUTF u0000`: it wrote 00 01 00, and rust 00 02 c0 80",
    },
    Slip {
        name: "nan_bits_kept",
        right: "is_nan = bits & 0x7FFFFFFF > 0x7F800000",
        wrong: "is_nan = False",
        subject: Subject::Method(Method::WriteFloat),
        said: "`writeFloat 0x7f800001`: it wrote 7f 80 00 01, and rust 7f c0 00 00",
    },
    Slip {
        name: "lf_after_cr_is_kept",
        right: "if following != b\"\\n\":",
        wrong: "if True:",
        subject: Subject::Method(Method::ReadLine),
        said: "`readLine` from 63 0d 0d 64 0a 0d 65: it returned u, 5 read and 0 written by then",
    },
    Slip {
        name: "malformed_is_placed_elsewhere",
        right: "around byte {i + 2}",
        wrong: "around byte {i + 1}",
        subject: Subject::Method(Method::ReadUtf),
        said: "(malformed input around byte 1), 23 read",
    },
    Slip {
        name: "a_reset_is_forgotten",
        right: "self.was_reset = True",
        wrong: "pass",
        subject: Subject::Method(Method::Reset),
        said: "`readInt` after a reset by the other side: it threw java.io.EOFException",
    },
    Slip {
        name: "an_end_is_forgotten",
        right: "self.ended = not data",
        wrong: "pass",
        subject: Subject::Method(Method::Close),
        said: "`readInt` after `close`: it threw java.net.SocketException",
    },
    Slip {
        name: "no_reset_but_an_end",
        right: "struct.pack(\"ii\", 1, 0)",
        wrong: "struct.pack(\"ii\", 0, 0)",
        subject: Subject::Method(Method::Reset),
        said: "at the end the other side saw an end, and with rust a reset",
    },
    Slip {
        name: "closed_without_an_end",
        right: "self._end_output()\n            self.socket.close()",
        wrong: "self.socket.close()",
        subject: Subject::Command("end"),
        said: "it reset the connection, on which something lay unread",
    },
    Slip {
        name: "counted_too_much",
        right: "self.written += len(data)",
        wrong: "self.written += len(data) + 1",
        subject: Subject::Method(Method::WriteByte),
        said: "`writeByte -128`: it returned void, 0 read and 2 written by then",
    },
    Slip {
        name: "lines_end_with_crlf",
        right: "f\"@@ {answer}\\n\"",
        wrong: "f\"@@ {answer}\\r\\n\"",
        subject: Subject::Rule(3),
        said: "it said `@@ peer python-peer python 3.",
    },
    Slip {
        name: "plays_one_conversation_only",
        right: "for line in sys.stdin.buffer:",
        wrong: "for line in [next(sys.stdin.buffer)]:",
        subject: Subject::Rule(1),
        said: "it ended at `end`: exit code 0",
    },
    Slip {
        name: "an_unknown_command_ends_it",
        right: "        return \"unsupported\"\n",
        wrong: "        raise SystemExit(3)\n",
        subject: Subject::Rule(5),
        said: "it ended at `play the piano`: exit code 3",
    },
    Slip {
        name: "a_value_beyond_its_type_is_taken",
        right: "return whole(-half, half - 1)",
        wrong: "return whole(-half, half)",
        subject: Subject::Rule(5),
        said: "it answered `do writeByte 128` with `@@ returned void 0 1`, and not with `@@ unsupported`",
    },
    Slip {
        name: "negative_counts_are_taken",
        right: "output, count = self.output, whole(0, INT_MAX)",
        wrong: "output, count = self.output, whole(-INT_MAX, INT_MAX)",
        subject: Subject::Rule(5),
        said: "it answered `do skipBytes -1` with `@@ returned 0 0 0`, and not with `@@ unsupported`",
    },
    Slip {
        name: "a_plus_is_taken",
        right: "(-?)0*",
        wrong: "([-+]?)0*",
        subject: Subject::Rule(5),
        said: "it answered `do writeByte +1` with `@@ returned void 0 1`",
    },
    Slip {
        name: "leading_zeros_are_refused",
        right: "(-?)0*([0-9]{1,19})",
        wrong: "(-?)([1-9][0-9]{0,18}|0)",
        subject: Subject::Command("do"),
        said: "it answered `do writeByte 007` with `@@ unsupported`, which does not do what `do writeByte 7` does",
    },
    Slip {
        name: "hexadecimal_in_upper_case_is_refused",
        right: "letter + \"[0-9a-fA-F]*\"",
        wrong: "letter + \"[0-9a-f]*\"",
        subject: Subject::Command("do"),
        said: "it answered `do write xABcDEF` with `@@ unsupported`",
    },
    Slip {
        name: "a_second_connection_takes_the_place_of_the_first",
        right: "return self.listener is not None or self.connection is not None",
        wrong: "return False",
        subject: Subject::Command("connect"),
        said: "as client with a connection it answered `connect ",
    },
    Slip {
        name: "the_held_byte_is_lost_by_closing",
        right: "        if self.held:",
        wrong: "        if self.held and self.connection.socket is not None:",
        subject: Subject::Method(Method::Close),
        said: "`readByte` after `close`: it threw java.net.SocketException",
    },
    Slip {
        name: "writing_nothing_fails_after_closing",
        right: "        if not data:\n            return\n        if self.socket is None:",
        wrong: "        if self.socket is None:",
        subject: Subject::Method(Method::Close),
        said: "`write x` after `close`: it threw java.net.SocketException",
    },
    Slip {
        name: "lines_are_cut_at_a_mebibyte",
        right: "for line in sys.stdin.buffer:",
        wrong: "for line in iter(lambda: sys.stdin.buffer.readline(1 << 20), b\"\"):",
        subject: Subject::Method(Method::WriteUtf),
        said: "it answered `end` with `@@ unsupported`",
    },
    Slip {
        name: "a_second_connection_is_accepted",
        right: "        if self.connection is None:\n            return \"failed",
        wrong: "        import select\n        if self.listener and select.select([self.listener], [], [], 0)[0]: self.use(self.listener.accept()[0])\n        if self.connection is None:\n            return \"failed",
        subject: Subject::Command("accept"),
        said: "it answered `do readByte` with `@@ returned 2 1 0`",
    },
    Slip {
        name: "a_reset_is_an_end",
        right: "            self.was_reset = True\n            raise socket_failed(\"Connection reset\") from None",
        wrong: "            data = b\"\"",
        subject: Subject::Method(Method::ReadInt),
        said: "`readInt` after a reset by the other side: it threw java.io.EOFException",
    },
    Slip {
        name: "a_reset_is_an_end_for_lines",
        right: "            byte = self._some(1)\n            if byte == b\"\\n\":",
        wrong: "            try: byte = self._some(1)\n            except JavaException: byte = b\"\"\n            if byte == b\"\\n\":",
        subject: Subject::Method(Method::ReadLine),
        said: "`readLine` after a reset by the other side: it returned u00000002",
    },
    Slip {
        name: "strings_are_stripped_of_white_space",
        right: "            return text\n",
        wrong: "            return text.strip(\"\\u2003\")\n",
        subject: Subject::Method(Method::ReadUtf),
        said: "it returned",
    },
    Slip {
        name: "strings_are_composed",
        right: "        body = encode(text)\n",
        wrong: "        import unicodedata; text = unicodedata.normalize(\"NFC\", text)\n        body = encode(text)\n",
        subject: Subject::Method(Method::WriteUtf),
        said: "it wrote",
    },
    Slip {
        name: "one_plane_is_replaced",
        right: "        body = encode(text)\n",
        wrong: "        body = encode(text.replace(\"\\uda12\\udc34\", \"\\ud801\\udc00\"))\n",
        subject: Subject::Method(Method::ReadUtf),
        said: "it wrote from byte",
    },
    Slip {
        name: "characters_are_written_without_their_byte_order_mark",
        right: "        self.write(text.encode(\"utf-16-be\", \"surrogatepass\"))",
        wrong: "        self.write(text.replace(\"\\ufeff\", \"\").encode(\"utf-16-be\", \"surrogatepass\"))",
        subject: Subject::Method(Method::WriteChars),
        said: "it wrote",
    },
    Slip {
        name: "a_line_is_read_as_windows_1252",
        right: "return line.decode(\"latin-1\")",
        wrong: "return line.decode(\"latin-1\").replace(\"\\x85\", \"\\u2026\")",
        subject: Subject::Method(Method::ReadLine),
        said: "it returned",
    },
    Slip {
        name: "a_count_of_bytes_has_20_bits",
        right: "        self.written += len(data)\n",
        wrong: "        self.written = (self.written + len(data)) % 2**20\n",
        subject: Subject::Method(Method::Write),
        said: "it returned void",
    },
    Slip {
        name: "size_has_24_bits",
        right: "        self.size = min(self.size + len(data), INT_MAX)",
        wrong: "        self.size = (self.size + len(data)) % 2**24",
        subject: Subject::Method(Method::Write),
        said: "`size`: it returned 1046047,",
    },
    Slip {
        name: "a_count_of_bytes_read_has_24_bits",
        right: "        self.read += len(data)\n",
        wrong: "        self.read = (self.read + len(data)) % 2**24\n",
        subject: Subject::Method(Method::SkipBytes),
        said: "`skipBytes 17823259`",
    },
];

/// What only the kernel sees.
#[cfg(target_os = "linux")]
pub(crate) const SLIPS_OUTSIDE: &[Slip] = &[
    Slip {
        name: "a_listener_leaks",
        right: "        if self.listener is not None:\n            self.listener.close()\n",
        wrong: "        if self.listener is not None:\n            globals().setdefault(\"LEAKED\", []).append(self.listener.dup())\n            self.listener.close()\n",
        subject: Subject::Rule(1),
        said: "descriptors open, and after 16 conversations more",
    },
    Slip {
        name: "a_connection_leaks",
        right: "            self._end_output()\n            self.socket.close()",
        wrong: "            self._end_output()\n            globals().setdefault(\"LEAKED\", []).append(self.socket.dup())\n            self.socket.close()",
        subject: Subject::Rule(1),
        said: "descriptors open, and after 16 conversations more",
    },
    Slip {
        name: "a_pipe_leaks",
        right: "    def use(self, connected):\n",
        wrong: "    def use(self, connected):\n        import os; os.pipe()\n",
        subject: Subject::Rule(1),
        said: "descriptors open, and after 16 conversations more",
    },
    Slip {
        name: "it_listens_on_all_interfaces",
        right: "create_server((\"127.0.0.1\", 0)",
        wrong: "create_server((\"0.0.0.0\", 0)",
        subject: Subject::Command("listen"),
        said: "it listens on 0.0.0.0, port",
    },
    Slip {
        name: "it_listens_on_all_interfaces_of_ipv6",
        right: "create_server((\"127.0.0.1\", 0)",
        wrong: "create_server((\"::\", 0), family=socket.AF_INET6, dualstack_ipv6=True",
        subject: Subject::Command("listen"),
        said: "it listens on ::, port",
    },
    Slip {
        name: "nagle_is_left_on",
        right: "socket.TCP_NODELAY, 1)",
        wrong: "socket.TCP_NODELAY, 0)",
        subject: Subject::Command("do"),
        said: "it sent 8 times `do writeByte 1` in 2 segments",
    },
    Slip {
        name: "writes_are_kept_until_the_next_read",
        right: "            self.socket.sendall(data)\n",
        wrong: "            self.kept = getattr(self, \"kept\", b\"\") + data\n            if len(self.kept) > 7: self.socket.sendall(self.kept); self.kept = b\"\"\n",
        subject: Subject::Command("do"),
        said: "it sent 8 times `do writeByte 1` in 1 segments",
    },
    Slip {
        name: "it_reads_ahead",
        right: "            data = self.socket.recv(min(count, 65536))\n",
        wrong: "            ahead = getattr(self, \"ahead\", b\"\") or self.socket.recv(65536)\n            data, self.ahead = ahead[:count], ahead[count:]\n",
        subject: Subject::Command("do"),
        said: "`do readByte`: it says that it has read 1, and took 8 from the connection",
    },
];

impl Slip {
    pub(crate) fn is_found(&self) -> Result<(), Failed> {
        let Some(report) = report_with(self.right, self.wrong, Some(self.subject))? else {
            return Ok(());
        };
        let is_found = report.findings.iter().any(|finding| {
            finding.subject == self.subject
                && matches!(&finding.found, Found::Wrong(ways)
                    if ways.iter().any(|way| way.contains(self.said)))
        });
        if !is_found || report.obeys() {
            return Err(Failed::from(report.to_string()));
        }
        Ok(())
    }
}

/// Methods that are left out together, and the name of the test that says that they may be.
pub(crate) const LEFT_OUT: &[(&str, &[&str])] = &[
    ("closing_may_be_unsupported", &["close"]),
    ("resetting_may_be_unsupported", &["reset"]),
    ("half_closing_may_be_unsupported", &["shutdownOutput"]),
    ("flushing_may_be_unsupported", &["flush"]),
    ("size_may_be_unsupported", &["size"]),
    ("read_line_may_be_unsupported", &["readLine"]),
    (
        "all_closing_calls_may_be_unsupported",
        &["shutdownOutput", "close", "reset"],
    ),
    (
        "reading_may_be_unsupported",
        &["readInt", "readByte", "readUTF", "readFully", "skipBytes"],
    ),
    (
        "writing_may_be_unsupported",
        &["writeInt", "writeByte", "writeUTF", "write"],
    ),
];

/// What is left out is listed, nothing else is, and nothing is wrong with it.
pub(crate) fn is_listed_and_allowed(methods: &[&str]) -> Result<(), Failed> {
    let without = |source: String, method: &&str| {
        let entry = format!("\"{method}\": ");
        assert!(source.contains(&entry), "{method} is not there any more");
        source.replacen(&entry, &format!("\"{method}s\": "), 1)
    };
    let source = methods
        .iter()
        .fold(fs::read_to_string(python::source())?, without);
    let Some(report) = report_of(&source, None)? else {
        return Ok(());
    };
    let mut not_offered: Vec<String> = report
        .findings
        .iter()
        .filter(|finding| matches!(finding.found, Found::Unsupported(_)))
        .map(|finding| finding.subject.to_string())
        .collect();
    // The peer offers no object streams, whatever else it leaves out.
    let mut expected = [methods, &["object streams"]].concat();
    expected.sort_unstable();
    not_offered.sort_unstable();
    if not_offered != expected || !report.obeys() {
        return Err(Failed::from(report.to_string()));
    }
    Ok(())
}

pub(crate) fn the_unmodified_peer_obeys() -> Result<(), Failed> {
    match report(&python::source(), None)? {
        Some(report) if !report.obeys() => Err(Failed::from(report.to_string())),
        _ => Ok(()),
    }
}

/// What is said of the peer with one thing in its source replaced.
fn report_with(right: &str, wrong: &str, only: Option<Subject>) -> Result<Option<Report>, Failed> {
    let source = fs::read_to_string(python::source())?;
    assert!(source.contains(right), "{right:?} is not there any more");
    report_of(&source.replacen(right, wrong, 1), only)
}

fn report_of(source: &str, only: Option<Subject>) -> Result<Option<Report>, Failed> {
    let folder = tempfile::tempdir()?;
    let changed = folder.path().join("changed.py");
    fs::write(&changed, source)?;
    report(&changed, only)
}

fn report(source: &Path, only: Option<Subject>) -> Result<Option<Report>, Failed> {
    let Some(peer) = python::invocation(source)? else {
        return Ok(None);
    };
    let javatalk = Path::new(env!("CARGO_BIN_EXE_javatalk"));
    let report = Check {
        only,
        candidate: &peer,
        reference: &Invocation::new(javatalk).arg(rust::SUBCOMMAND),
        javatalk,
        timeout: Duration::from_secs(60),
    }
    .run()?;
    Ok(Some(report))
}
