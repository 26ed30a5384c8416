//! Whether `do` makes calls as it should, whatever the method.

use std::time::Duration;

use super::{asked, end, fails, found, ok};
use crate::interop::model::participant::Role;
use crate::interop::peer::check::probe::{Broken, Step, connect};
use crate::interop::peer::check::report::Found;
use crate::interop::peer::process::PeerProcess;
use crate::interop::protocol::call::{CallResult, Value};
use crate::interop::protocol::message::Answer;

/// Whether the answer is that of `size` when nothing has been read or written, or the method is not
/// offered.
pub(crate) fn nothing_yet(answer: &Answer) -> bool {
    is_returned(answer, &Value::Whole(0), 0, 0)
}

/// Whether the method returned this value, after so many bytes were read and written in all; or is
/// not offered.
pub(super) fn is_returned(answer: &Answer, value: &Value, read: u64, written: u64) -> bool {
    match answer {
        Answer::Unsupported => true,
        Answer::Observed(observed) => {
            let result = CallResult::Returned(value.clone());
            (&observed.result, observed.read, observed.written) == (&result, read, written)
        }
        Answer::Ok | Answer::Port(_) | Answer::Failed(_) => false,
    }
}

pub(super) fn do_without_connection(
    peer: &mut PeerProcess,
    timeout: Duration,
) -> Result<Found, Broken> {
    asked(peer, timeout, &[fails("do size"), ok("end")]).map(found)
}

/// Whether the answer says that one byte was written and none read, or that `writeByte` is not
/// offered.
pub(super) fn is_written(answer: &Answer) -> bool {
    is_returned(answer, &Value::Void, 0, 1)
}

pub(super) fn going_on_after_exceptions(
    peer: &mut PeerProcess,
    timeout: Duration,
) -> Result<Found, Broken> {
    let mut other = connect(peer, Role::Client, timeout)?;
    other.act(&Step::Finish);
    let is_exception = |answer: &Answer| match answer {
        Answer::Unsupported => true,
        Answer::Observed(observed) => match observed.result {
            CallResult::Threw(..) => true,
            CallResult::Returned(_) => false,
        },
        Answer::Ok | Answer::Port(_) | Answer::Failed(_) => false,
    };
    let wrong = asked(
        peer,
        timeout,
        &[
            (
                "do readInt",
                is_exception,
                "`@@ threw java.io.EOFException null 0 0`",
            ),
            (
                "do readUTF",
                is_exception,
                "`@@ threw java.io.EOFException null 0 0`",
            ),
            ("do writeByte 1", is_written, "`@@ returned void 0 1`"),
        ],
    )?;
    end(peer, timeout)?;
    other.received(timeout);
    Ok(found(wrong))
}

pub(super) fn counts_begin_at_0(
    peer: &mut PeerProcess,
    timeout: Duration,
) -> Result<Found, Broken> {
    let mut wrong = Vec::new();
    for role in [Role::Server, Role::Client] {
        let mut other = connect(peer, role, timeout)?;
        wrong.extend(asked(
            peer,
            timeout,
            &[("do size", nothing_yet, "`@@ returned 0 0 0`")],
        )?);
        other.act(&Step::Send(vec![1, 2]));
        // The probes test the results of these calls.
        asked(
            peer,
            timeout,
            &[
                ("do readByte", |_| true, ""),
                ("do writeByte 1", |_| true, ""),
            ],
        )?;
        end(peer, timeout)?;
        other.received(timeout);
    }
    Ok(found(wrong))
}
