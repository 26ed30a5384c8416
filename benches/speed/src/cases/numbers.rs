//! The primitives, many at a time: from memory, over a buffered stream, over a socket.

use std::hint::black_box;
use std::io::{self, BufReader, BufWriter, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;

use byteorder::{BigEndian, ReadBytesExt, WriteBytesExt};
use bytes::{Buf, BufMut};
use java_data_io_rs::{JavaDataInput, JavaDataOutput};
use javatalk::data::{DataInput, DataInputStream, DataOutput, DataOutputStream, SliceInput};

use super::Measuring;
use crate::clock::{time, time_long};

pub(super) fn measure(measuring: &mut Measuring<'_>) {
    read(measuring);
    write(measuring);
    read_socket(measuring).expect("there is a loopback interface");
}

const THERE: &str = "there are enough bytes";

fn read(measuring: &mut Measuring<'_>) {
    let memory: Vec<u8> = (0..=u8::MAX).cycle().take(8 * COUNT as usize).collect();

    // Each reads as a number that can be summed, so that no reading is left out.
    macro_rules! reads {
        ($operation:literal, $ours:ident, $byteorder:ident$(<$order:ty>)?, $bytes:ident, $sum:expr) => {
            reads! {
                $operation, $sum;
                "javatalk", "memory", SliceInput::new, input => input.$ours().expect(THERE);
                "byteorder", "memory", |memory| memory, input =>
                    ReadBytesExt::$byteorder$(::<$order>)?(&mut input).expect(THERE);
                "bytes", "memory", |memory| memory, input => Buf::$bytes(&mut input);
                "java_data_io_rs", "memory", JavaDataInput::new, input =>
                    JavaDataInput::$ours(&mut input).expect(THERE);
                "javatalk", "buffered", |memory| DataInputStream::new(BufReader::new(memory)),
                    input => input.$ours().expect(THERE);
                "byteorder", "buffered", BufReader::new, input =>
                    ReadBytesExt::$byteorder$(::<$order>)?(&mut input).expect(THERE);
            }
        };
        ($operation:literal, $sum:expr;
         $($subject:literal, $where:literal, $make:expr, $input:ident => $read:expr;)*) => {$(
            measuring.row([$subject, $operation, $where], COUNT, || {
                time(|| {
                    let make = $make;
                    let mut $input = make(black_box(&memory[..]));
                    let mut sum = 0_i64;
                    for _ in 0..COUNT {
                        sum = sum.wrapping_add($sum($read));
                    }
                    black_box(sum);
                })
            });
        )*};
    }
    reads!("readByte", read_byte, read_i8, get_i8, i64::from);
    reads!(
        "readShort",
        read_short,
        read_i16<BigEndian>,
        get_i16,
        i64::from
    );
    reads!("readInt", read_int, read_i32<BigEndian>, get_i32, i64::from);
    reads!(
        "readLong",
        read_long,
        read_i64<BigEndian>,
        get_i64,
        |long| long
    );
    reads!(
        "readDouble",
        read_double,
        read_f64<BigEndian>,
        get_f64,
        |double: f64| double.to_bits().cast_signed()
    );
}

fn write(measuring: &mut Measuring<'_>) {
    macro_rules! writes {
        ($operation:literal, $ours:ident, $byteorder:ident$(<$order:ty>)?, $bytes:ident, $number:expr) => {
            writes! {
                $operation, $number;
                "javatalk", "memory", DataOutputStream::new, output, number =>
                    DataOutput::$ours(&mut output, number).expect(ROOM);
                "byteorder", "memory", |memory| memory, output, number =>
                    WriteBytesExt::$byteorder$(::<$order>)?(&mut output, number).expect(ROOM);
                "bytes", "memory", |memory| memory, output, number =>
                    BufMut::$bytes(&mut output, number);
                "java_data_io_rs", "memory", JavaDataOutput::new, output, number =>
                    JavaDataOutput::$ours(&mut output, number).expect(ROOM);
                "javatalk", "buffered", |memory| DataOutputStream::new(BufWriter::new(memory)),
                    output, number => DataOutput::$ours(&mut output, number).expect(ROOM);
                "byteorder", "buffered", BufWriter::new, output, number =>
                    WriteBytesExt::$byteorder$(::<$order>)?(&mut output, number).expect(ROOM);
            }
        };
        ($operation:literal, $number:expr;
         $($subject:literal, $where:literal, $make:expr, $output:ident, $n:ident => $write:expr;)*) => {$(
            measuring.row([$subject, $operation, $where], COUNT, || {
                let mut memory: Vec<u8> = Vec::with_capacity(8 * COUNT as usize);
                time(|| {
                    memory.clear();
                    {
                        let make = $make;
                        let mut $output = make(&mut memory);
                        for $n in 0..COUNT {
                            let $n = $number($n);
                            $write;
                        }
                    }
                    black_box(&memory);
                })
            });
        )*};
    }
    const ROOM: &str = "there is room";
    writes!(
        "writeInt",
        write_int,
        write_i32<BigEndian>,
        put_i32,
        u32::cast_signed
    );
    writes!(
        "writeLong",
        write_long,
        write_i64<BigEndian>,
        put_i64,
        i64::from
    );
    writes!(
        "writeDouble",
        write_double,
        write_f64<BigEndian>,
        put_f64,
        f64::from
    );
}

/// From a thread that never stops sending.
fn read_socket(measuring: &mut Measuring<'_>) -> io::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        let block = [7; 1 << 16];
        for mut stream in listener.incoming().flatten() {
            while stream.write_all(&block).is_ok() {}
        }
    });
    measuring.row(["javatalk", "readInt", "socket"], COUNT, || {
        let stream = TcpStream::connect(address).expect("somebody listens");
        let mut input = DataInputStream::new(BufReader::new(stream));
        time_long(|| {
            for _ in 0..COUNT {
                black_box(DataInput::read_int(&mut input).expect(THERE));
            }
        })
    });
    measuring.row(["byteorder", "readInt", "socket"], COUNT, || {
        let stream = TcpStream::connect(address).expect("somebody listens");
        let mut input = BufReader::new(stream);
        time_long(|| {
            for _ in 0..COUNT {
                black_box(input.read_i32::<BigEndian>().expect(THERE));
            }
        })
    });
    Ok(())
}

/// How many numbers are read or written in one go.
const COUNT: u32 = 10_000;
