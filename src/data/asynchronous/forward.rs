//! Implements `AsyncDataInput` and `AsyncDataOutput` for references and boxes.
//!
//! Every method is forwarded, including those with a default implementation, because the wrapped
//! type may override the default with a faster one.

use super::{AsyncDataInput, AsyncDataOutput};
use crate::data::Error;
use crate::{JavaStr, JavaString};

macro_rules! forward_input {
    ($($holder:ty),*) => {$(
        impl<T: AsyncDataInput> AsyncDataInput for $holder {
            forward! {
                read_fully(buffer: &mut [u8]) -> ();
                skip_bytes(count: usize) -> usize;
                read_boolean() -> bool;
                read_byte() -> i8;
                read_unsigned_byte() -> u8;
                read_short() -> i16;
                read_unsigned_short() -> u16;
                read_char() -> u16;
                read_int() -> i32;
                read_long() -> i64;
                read_float() -> f32;
                read_double() -> f64;
                read_line() -> Option<JavaString>;
                read_utf() -> JavaString;
                read_utf_into(text: &mut JavaString) -> ();
            }
        }
    )*};
}

macro_rules! forward_output {
    ($($holder:ty),*) => {$(
        impl<O: AsyncDataOutput> AsyncDataOutput for $holder {
            forward! {
                write(bytes: &[u8]) -> ();
                write_boolean(value: bool) -> ();
                write_byte(value: i8) -> ();
                write_unsigned_byte(value: u8) -> ();
                write_short(value: i16) -> ();
                write_unsigned_short(value: u16) -> ();
                write_char(unit: u16) -> ();
                write_int(value: i32) -> ();
                write_long(value: i64) -> ();
                write_float(value: f32) -> ();
                write_double(value: f64) -> ();
            }
            forward_text! { write_bytes write_chars write_utf }
        }
    )*};
}

macro_rules! forward {
    ($($method:ident($($argument:ident: $type:ty)?) -> $result:ty;)*) => {$(
        fn $method(
            &mut self
            $(, $argument: $type)?
        ) -> impl Future<Output = Result<$result, Error>> + Send {
            (**self).$method($($argument)?)
        }
    )*};
}

macro_rules! forward_text {
    ($($method:ident)*) => {$(
        fn $method<T>(&mut self, text: &T) -> impl Future<Output = Result<(), Error>> + Send
        where
            T: ?Sized,
            for<'a> &'a T: Into<JavaStr<'a>>,
        {
            (**self).$method(text)
        }
    )*};
}

forward_input!(&mut T, Box<T>);
forward_output!(&mut O, Box<O>);
