//! The probes of the methods of object streams.

use super::probe::Step;
use super::probes::{call, do_, send};
use crate::data::object::ObjectOutput;
use crate::interop::protocol::call::{Call, Method, ObjectContent, Value};
use crate::interop::protocol::dispatch;
use crate::interop::protocol::known_objects::WrittenObjects;

/// All of them, each with its subject.
pub(super) fn trials() -> Vec<(Method, Vec<Step>)> {
    let mut trials: Vec<(Method, Vec<Step>)> = PLAYED
        .iter()
        .map(|(method, calls)| (*method, calls.iter().map(|call| do_(call)).collect()))
        .collect();
    trials.push((Method::NewObjectOutputStream, blocks()));
    trials.push((Method::WriteObject, a_long_string()));
    trials.extend(READ.iter().map(|(method, writes, calls)| {
        let sent = Step::Send(stream(writes));
        (*method, read(vec![sent], calls))
    }));
    trials.extend(
        SENT.iter()
            .map(|(method, hex, calls)| (*method, read(vec![send(hex)], calls))),
    );
    let objects = stream(&["writeInt 7", "writeObject 1=u0061", "writeObject 1=u0061"]);
    trials.extend((0..objects.len()).map(|length| {
        let sent = Step::Send(objects[..length].to_vec());
        let calls = [
            "newObjectInputStream",
            "readInt",
            "readObject",
            "readObject",
            "readByte",
        ];
        (Method::ReadObject, read(vec![sent], &calls))
    }));
    trials
}

/// Calls behind what the harness sends before it ends its direction.
fn read(mut steps: Vec<Step>, calls: &[&str]) -> Vec<Step> {
    steps.push(Step::Finish);
    steps.extend(calls.iter().map(|call| do_(call)));
    steps
}

/// A method, and calls one after another on one connection.
const PLAYED: &[(Method, &[&str])] = &[
    (
        Method::NewObjectOutputStream,
        &[
            "newObjectOutputStream",
            "size",
            "newObjectOutputStream",
            "size",
        ],
    ),
    (
        Method::NewObjectOutputStream,
        &[
            "close",
            "newObjectOutputStream",
            "writeByte 1",
            "writeObject null",
        ],
    ),
    // Data go through the stream, and nothing is written before `flush`.
    (
        Method::NewObjectOutputStream,
        &[
            "writeInt 1",
            "newObjectOutputStream",
            "writeBoolean true",
            "writeByte -1",
            "writeShort 258",
            "writeChar 97",
            "writeInt 16909060",
            "writeLong -2",
            "size",
            "writeFloat 0x3f800000",
            "writeDouble 0x3ff0000000000000",
            "writeBytes u00610062",
            "writeChars u0061",
            "writeUTF u00e90000",
            "write x0102",
            "flush",
            "flush",
            "size",
            "shutdownOutput",
        ],
    ),
    // What has been collected is lost without `flush`.
    (
        Method::NewObjectOutputStream,
        &["newObjectOutputStream", "writeInt 1", "close"],
    ),
    (
        Method::WriteObject,
        &[
            "writeObject u0061",
            "newObjectOutputStream",
            "writeObject null",
            "writeObject u",
            "writeObject u0061",
            "writeObject u0061",
            "writeObject 1=u0061",
            "writeObject 1=u0061",
            "writeObject 2=u0061",
            "writeObject ud800",
            "writeInt 7",
            "writeObject 1=u0061",
            "size",
        ],
    ),
    (
        Method::WriteObject,
        &[
            "newObjectOutputStream",
            "writeObject Boolean(true)",
            "writeObject Byte(-128)",
            "writeObject Character(55296)",
            "writeObject Short(-1)",
            "writeObject 1=Integer(7)",
            "writeObject Integer(-2147483648)",
            "writeObject Long(9223372036854775807)",
            "writeObject Float(0x7fc00000)",
            "writeObject Double(0x8000000000000000)",
            "writeObject 1=Integer(7)",
        ],
    ),
    (
        Method::WriteObject,
        &[
            "newObjectOutputStream",
            "writeObject boolean[true,false]",
            "writeObject byte[-1,127]",
            "writeObject char[0,65535]",
            "writeObject short[-32768]",
            "writeObject int[]",
            "writeObject 1=int[1,2]",
            "writeObject long[-1]",
            "writeObject float[0x3f800000]",
            "writeObject double[0x0000000000000001]",
            "writeObject 1=int[1,2]",
        ],
    ),
    (
        Method::WriteObject,
        &[
            "newObjectOutputStream",
            "shutdownOutput",
            "writeObject u0061",
        ],
    ),
    (
        Method::WriteUnshared,
        &[
            "writeUnshared u0061",
            "newObjectOutputStream",
            "writeUnshared null",
            "writeUnshared 1=u0061",
            "writeObject 1=u0061",
            "writeUnshared 1=u0061",
            "writeObject 1=u0061",
            "writeUnshared 2=Integer(1)",
            "writeObject Integer(2)",
        ],
    ),
    (
        Method::WriteUnshared,
        &["newObjectOutputStream", "close", "writeUnshared u0061"],
    ),
    (
        Method::ResetObjects,
        &[
            "resetObjects",
            "newObjectOutputStream",
            "resetObjects",
            "writeObject 1=u0061",
            "writeObject Integer(1)",
            "writeInt 1",
            "resetObjects",
            "writeObject 1=u0061",
            "writeObject Integer(1)",
            "writeObject 1=u0061",
        ],
    ),
    (
        Method::ResetObjects,
        &["newObjectOutputStream", "shutdownOutput", "resetObjects"],
    ),
    (
        Method::NewObjectInputStream,
        &["close", "newObjectInputStream", "readByte", "readObject"],
    ),
];

/// A method, what is written to an object stream, and the calls that read it.
const READ: &[(Method, &[&str], &[&str])] = &[
    (
        Method::NewObjectInputStream,
        &[
            "writeBoolean true",
            "writeByte -1",
            "writeShort -2",
            "writeChar 55296",
            "writeInt -3",
            "writeLong -4",
            "writeFloat 0x3f800000",
            "writeDouble 0x3ff0000000000000",
            "writeUTF u0061000000e9",
            "writeBytes u0061000d0062000a",
            "write x01020304",
        ],
        &[
            "newObjectInputStream",
            "readBoolean",
            "readByte",
            "readShort",
            "readChar",
            "readInt",
            "readLong",
            "readFloat",
            "readDouble",
            "readUTF",
            "readLine",
            "readLine",
            "skipBytes 2",
            "readFully 2",
            "readUnsignedByte",
            "readObject",
        ],
    ),
    (
        Method::ReadObject,
        &[
            "writeObject null",
            "writeObject u",
            "writeObject 1=u0061",
            "writeObject 2=u0061",
            "writeObject 1=u0061",
            "writeObject 3=Integer(7)",
            "writeObject 4=int[1,2]",
            "writeObject 3=Integer(7)",
            "writeObject 4=int[1,2]",
            "resetObjects",
            "writeObject 1=u0061",
            "writeObject 1=u0061",
        ],
        &[
            "readObject",
            "newObjectInputStream",
            "readObject",
            "readObject",
            "readObject",
            "readObject",
            "readObject",
            "readObject",
            "readObject",
            "readObject",
            "readObject",
            "readObject",
            "readObject",
            "readObject",
        ],
    ),
    (
        Method::ReadObject,
        &[
            "writeObject Boolean(true)",
            "writeObject Byte(-128)",
            "writeObject Character(55296)",
            "writeObject Short(-1)",
            "writeObject Long(-1)",
            "writeObject Float(0x3f800000)",
            "writeObject Double(0x3ff0000000000000)",
            "writeObject boolean[true,false]",
            "writeObject byte[-1,127]",
            "writeObject char[0,65535]",
            "writeObject short[-32768]",
            "writeObject int[]",
            "writeObject long[-1]",
            "writeObject float[0x3f800000]",
            "writeObject double[0x0000000000000001]",
        ],
        &[
            "newObjectInputStream",
            "readObject",
            "readObject",
            "readObject",
            "readObject",
            "readObject",
            "readObject",
            "readObject",
            "readObject",
            "readObject",
            "readObject",
            "readObject",
            "readObject",
            "readObject",
            "readObject",
            "readObject",
            "readObject",
        ],
    ),
    // Data where an object is asked for, and an object where data are.
    (
        Method::ReadObject,
        &["writeInt 1", "writeObject u0061", "writeShort 2"],
        &[
            "newObjectInputStream",
            "readShort",
            "readObject",
            "readShort",
            "readByte",
            "readObject",
            "readObject",
            "readShort",
            "readObject",
        ],
    ),
    (
        Method::ReadUnshared,
        &[
            "writeUnshared u0061",
            "writeObject 1=u0062",
            "writeObject 1=u0062",
            "writeObject 2=u0063",
            "writeObject 2=u0063",
            "writeUnshared Integer(1)",
        ],
        &[
            "readUnshared",
            "newObjectInputStream",
            "readUnshared",
            "readUnshared",
            "readObject",
            "readObject",
            "readUnshared",
            "readUnshared",
            "readUnshared",
        ],
    ),
];

/// A method, the bytes that the harness sends before it ends its direction, and the calls.
const SENT: &[(Method, &str, &[&str])] = &[
    (
        Method::NewObjectInputStream,
        "aced0006",
        &["newObjectInputStream", "readObject", "readByte"],
    ),
    (
        Method::NewObjectInputStream,
        "aced00",
        &["newObjectInputStream", "readByte"],
    ),
    (
        Method::NewObjectInputStream,
        "",
        &["newObjectInputStream", "readByte"],
    ),
    // The byte after a lone CR was read before.
    (
        Method::NewObjectInputStream,
        "610daced000570",
        &["readLine", "newObjectInputStream", "readObject", "readByte"],
    ),
    // A second header, and a byte that begins nothing.
    (
        Method::ReadObject,
        "aced000570aced000570",
        &[
            "newObjectInputStream",
            "readObject",
            "readObject",
            "readInt",
            "readObject",
        ],
    ),
    (
        Method::ReadObject,
        "aced0005740002c3a9740002c328740001617a000000020001",
        &[
            "newObjectInputStream",
            "readObject",
            "readObject",
            "readObject",
            "readShort",
            "readObject",
        ],
    ),
    // A reference to nothing, to an unshared object, and an object of another class.
    (
        Method::ReadObject,
        "aced000571007e000574000161",
        &["newObjectInputStream", "readObject", "readObject"],
    ),
    (
        Method::ReadUnshared,
        "aced00057400016171007e000070",
        &[
            "newObjectInputStream",
            "readUnshared",
            "readObject",
            "readUnshared",
        ],
    ),
    (
        Method::ReadObject,
        "aced000573720001610000000000000001020000787074000161",
        &["newObjectInputStream", "readObject", "readObject"],
    ),
    // A malformed string in a block: what is behind the malformed character is not consumed.
    (
        Method::NewObjectInputStream,
        "aced000577070004c3286162637000",
        &[
            "newObjectInputStream",
            "readUTF",
            "readByte",
            "readByte",
            "readByte",
            "readObject",
        ],
    ),
];

/// Blocks of the sizes at which their header changes and at which they are full.
fn blocks() -> Vec<Step> {
    let mut steps = vec![do_("newObjectOutputStream")];
    for size in [255, 256, 1023, 1024, 1025, 2048] {
        let bytes = Value::Bytes(vec![b'x'; size]);
        steps.push(do_(&format!("write {bytes}")));
        steps.push(do_("size"));
        steps.push(do_("flush"));
        steps.push(do_("size"));
    }
    // The bytes that fill a block are written with the next one.
    for size in [1023, 1] {
        let bytes = Value::Bytes(vec![b'x'; size]);
        steps.extend([
            do_("writeByte 1"),
            do_(&format!("write {bytes}")),
            do_("size"),
        ]);
    }
    steps.extend([do_("writeByte 1"), do_("size"), do_("flush"), do_("size")]);
    steps
}

/// A string that is longer than `writeUTF` can write.
fn a_long_string() -> Vec<Step> {
    let text = Value::object(Some(1), ObjectContent::String("a".repeat(65_536).into()));
    let write = do_(&format!("writeObject {text}"));
    vec![
        do_("newObjectOutputStream"),
        write.clone(),
        write,
        do_("size"),
    ]
}

/// The bytes of an object stream to which this is written.
fn stream(writes: &[&str]) -> Vec<u8> {
    let new = || ObjectOutput::new(Vec::new());
    let mut output = new().unwrap_or_else(|why| unreachable!("{why}"));
    let mut written = WrittenObjects::default();
    for write in writes {
        let done = match call(write) {
            Call::Write(data) => dispatch::write(&data, &mut output),
            Call::Objects(objects) => {
                let done = dispatch::write_object(&objects, &mut output, &mut written);
                done.map_or(Ok(()), |done| done.map(|_| ()))
            }
            Call::Stream(_) | Call::Read(_) | Call::Socket(_) => Ok(()),
        };
        done.unwrap_or_else(|why| unreachable!("{write}: {why}"));
    }
    output.into_inner().unwrap_or_default()
}
