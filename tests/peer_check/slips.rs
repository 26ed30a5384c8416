//! A check that cannot fail proves nothing: the peer in Python with one slip each, and what is said.

use std::fs;
use std::path::Path;
use std::time::Duration;

use javatalk::interop::peer_check::{Check, Found, Report};
use javatalk::interop::process::Invocation;
use javatalk::interop::rust_peer;
use libtest_mimic::Failed;

use super::python;

/// One thing done wrongly.
#[derive(Debug)]
pub(crate) struct Slip {
    pub(crate) name: &'static str,
    /// What stands in the source, and what instead.
    right: &'static str,
    wrong: &'static str,
    /// What is not as it should be then, and part of what is said of it.
    subject: &'static str,
    said: &'static str,
}

pub(crate) const SLIPS: &[Slip] = &[
    Slip {
        name: "nul_as_00",
        right: "if 0x01 <= unit",
        wrong: "if 0x00 <= unit",
        subject: "writeUTF",
        said: "`writeUTF u0000`: it wrote 00 01 00 00, and rust 00 02 c0 80",
    },
    Slip {
        name: "nan_bits_kept",
        right: "is_nan = bits & 0x7FFFFFFF > 0x7F800000",
        wrong: "is_nan = False",
        subject: "writeFloat",
        said: "`writeFloat 0x7f800001`: it wrote 7f 80 00 01, and rust 7f c0 00 00",
    },
    Slip {
        name: "lf_after_cr_is_kept",
        right: "if following != b\"\\n\":",
        wrong: "if True:",
        subject: "readLine",
        said: "`readLine` from 63 0d 0d 64 0a 0d 65: it returned u, 5 read and 0 written by then",
    },
    Slip {
        name: "malformed_is_placed_elsewhere",
        right: "around byte {i + 2}",
        wrong: "around byte {i + 1}",
        subject: "readUTF",
        said: "(malformed input around byte 1), 23 read",
    },
    Slip {
        name: "a_reset_is_forgotten",
        right: "self.was_reset = True",
        wrong: "pass",
        subject: "reset",
        said: "`readInt` after a reset by the other side: it threw java.io.EOFException",
    },
    Slip {
        name: "an_end_is_forgotten",
        right: "self.ended = not data",
        wrong: "pass",
        subject: "close",
        said: "`readInt` after `close`: it threw java.net.SocketException",
    },
    Slip {
        name: "no_reset_but_an_end",
        right: "struct.pack(\"ii\", 1, 0)",
        wrong: "struct.pack(\"ii\", 0, 0)",
        subject: "reset",
        said: "at the end the other side saw an end, and with rust a reset",
    },
    Slip {
        name: "closed_without_an_end",
        right: "self._end_output()\n            self.socket.close()",
        wrong: "self.socket.close()",
        subject: "end",
        said: "it reset the connection, on which something lay unread",
    },
    Slip {
        name: "counted_too_much",
        right: "self.written += len(data)",
        wrong: "self.written += len(data) + 1",
        subject: "writeByte",
        said: "`writeByte -128`: it returned void, 0 read and 2 written by then",
    },
    Slip {
        name: "lines_end_with_crlf",
        right: "f\"@@ {answer}\\n\"",
        wrong: "f\"@@ {answer}\\r\\n\"",
        subject: "rule 3",
        said: "it said `@@ peer python-peer python 3.",
    },
    Slip {
        name: "plays_one_conversation_only",
        right: "for line in sys.stdin.buffer:",
        wrong: "for line in [next(sys.stdin.buffer)]:",
        subject: "rule 1",
        said: "it ended at `end`: exit code 0",
    },
    Slip {
        name: "an_unknown_command_ends_it",
        right: "        return \"unsupported\"\n",
        wrong: "        raise SystemExit(3)\n",
        subject: "rule 5",
        said: "it ended at `play the piano`: exit code 3",
    },
];

impl Slip {
    pub(crate) fn is_found(&self) -> Result<(), Failed> {
        let Some(report) = report_with(self.right, self.wrong)? else {
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

pub(crate) fn what_is_not_offered_is_listed_and_allowed() -> Result<(), Failed> {
    let Some(report) = report_with("\"readLine\": lambda", "\"readLines\": lambda")? else {
        return Ok(());
    };
    let not_offered: Vec<&str> = report
        .findings
        .iter()
        .filter(|finding| matches!(finding.found, Found::Unsupported(_)))
        .map(|finding| finding.subject.as_str())
        .collect();
    if not_offered != ["readLine"] || !report.obeys() {
        return Err(Failed::from(report.to_string()));
    }
    Ok(())
}

pub(crate) fn without_a_slip_it_obeys() -> Result<(), Failed> {
    match report(&python::source())? {
        Some(report) if !report.obeys() => Err(Failed::from(report.to_string())),
        _ => Ok(()),
    }
}

/// What is said of the peer with one thing in its source replaced.
fn report_with(right: &str, wrong: &str) -> Result<Option<Report>, Failed> {
    let source = fs::read_to_string(python::source())?;
    assert!(source.contains(right), "{right:?} is not there any more");
    let folder = tempfile::tempdir()?;
    let changed = folder.path().join("changed.py");
    fs::write(&changed, source.replacen(right, wrong, 1))?;
    report(&changed)
}

fn report(source: &Path) -> Result<Option<Report>, Failed> {
    let Some(peer) = python::invocation(source)? else {
        return Ok(None);
    };
    let javatalk = Path::new(env!("CARGO_BIN_EXE_javatalk"));
    let report = Check {
        candidate: &peer,
        reference: &Invocation::new(javatalk).arg(rust_peer::SUBCOMMAND),
        javatalk,
        patience: Duration::from_secs(60),
    }
    .run()?;
    Ok(Some(report))
}
