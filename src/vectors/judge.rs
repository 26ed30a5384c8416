//! One JDK as the judge of tests.

use std::io;

use serde_json::Value;

use super::method::{Method, put_len};
use super::model::{Call, Group, JavaClass, Outcome, Test};
use super::notation;
use crate::sweep::ReferenceJvm;
use crate::sweep::outcome::{self, End};

/// A JVM that is asked for the outcomes of tests.
pub(crate) struct Judge {
    jvm: ReferenceJvm,
    version: String,
}

impl Judge {
    /// `version` is that of the JDK, for the files.
    pub(crate) fn new(jvm: ReferenceJvm, version: &str) -> Self {
        Self {
            jvm,
            version: version.to_owned(),
        }
    }

    /// The feature release.
    pub(crate) fn release(&self) -> u32 {
        self.jvm.feature()
    }

    pub(crate) fn version(&self) -> &str {
        &self.version
    }

    /// What the JDK makes of a test.
    ///
    /// # Errors
    ///
    /// If the test has a call that its stream does not have, or the JVM has ended.
    pub(crate) fn outcome(&mut self, group: &Group, test: &Test) -> io::Result<Outcome> {
        let wrong = || {
            io::Error::other(format!(
                "{}: a call that {:?} does not have, or an argument that the call does not take",
                test.id, group.stream
            ))
        };
        let methods: Vec<&Method> = test
            .calls
            .iter()
            .map(|call| Method::named(&call.method).ok_or_else(wrong))
            .collect::<io::Result<_>>()?;
        let request = request(group, test, &methods).ok_or_else(wrong)?;
        let mut outcomes = self.jvm.answer(&request)?;
        let file = match group.stream {
            JavaClass::RandomAccessFile => outcomes
                .pop()
                .map(|content| notation::of_bytes(&content.given)),
            JavaClass::DataInputStream
            | JavaClass::DataOutputStream
            | JavaClass::ObjectInputStream
            | JavaClass::ClassLoader => None,
        };
        if outcomes.len() != test.calls.len() {
            return Err(io::Error::other(format!(
                "{}: {} outcomes of {} calls",
                test.id,
                outcomes.len(),
                test.calls.len()
            )));
        }
        let calls = test.calls.iter().zip(methods).zip(&outcomes);
        let calls = calls.map(|((call, method), java)| of(group.stream, call, method, java));
        Ok(Outcome {
            calls: calls.collect(),
            file,
        })
    }

    /// Ends a JVM that has failed, and describes the failure.
    pub(crate) fn into_failure(self, why: &io::Error) -> String {
        self.jvm.into_error(why).to_string()
    }
}

/// The request for `Sweep.java`. `None` if it cannot be made of the test.
fn request(group: &Group, test: &Test, methods: &[&Method]) -> Option<Vec<u8>> {
    let input = match &test.input {
        Some(input) => notation::bytes(input)?,
        None => Vec::new(),
    };
    let arguments = test.calls.iter().map(|call| call.argument.as_ref());
    let mut calls = methods.iter().zip(arguments);
    let mut request = Vec::new();
    match group.stream {
        JavaClass::DataInputStream | JavaClass::ObjectInputStream => {
            let kind = if group.stream == JavaClass::DataInputStream {
                b'R'
            } else {
                b'O'
            };
            request.extend([kind, ALL]);
            put_len(methods.len(), &mut request)?;
            calls.try_for_each(|(method, argument)| method.encode_read(argument, &mut request))?;
            // One round over one source that does not fail.
            request.extend([1_i32, 1].map(i32::to_be_bytes).as_flattened());
            put_len(input.len(), &mut request)?;
            request.extend(NEVER);
            request.extend(input);
        }
        JavaClass::DataOutputStream => {
            request.extend([b'W', ALL]);
            request.extend(1_i32.to_be_bytes());
            request.extend(NEVER);
            put_len(methods.len(), &mut request)?;
            calls.try_for_each(|(method, argument)| method.encode_write(argument, &mut request))?;
        }
        JavaClass::RandomAccessFile => {
            request.extend([b'F', ALL]);
            request.extend(1_i32.to_be_bytes());
            put_len(input.len(), &mut request)?;
            request.extend(input);
            put_len(methods.len(), &mut request)?;
            calls.try_for_each(|(method, argument)| method.encode_file(argument, &mut request))?;
        }
        JavaClass::ClassLoader => {
            request.extend([b'C', ALL]);
            request.extend(i32::from(group.class_file_version?).to_be_bytes());
            request.extend(1_i32.to_be_bytes());
            put_len(input.len(), &mut request)?;
            request.extend(input);
        }
    }
    Some(request)
}

/// All outcomes are wanted, not their checksum alone.
const ALL: u8 = 1;

/// The source or sink never fails.
const NEVER: [u8; 4] = (-1_i32).to_be_bytes();

/// The call with what Java made of it.
fn of(stream: JavaClass, call: &Call, method: &Method, java: &outcome::Outcome) -> Call {
    let mut call = Call::of(&call.method, call.argument.clone());
    match &java.end {
        End::Returned => call.returns = method.result(&java.given),
        End::Null => call.returns = Some(Value::Null),
        End::Threw { class, message } => {
            call.throws = Some(Value::from(class.as_str()));
            match message.as_ref().map(|text| (text, text.as_str())) {
                // Its message is not compared.
                None if stream == JavaClass::ClassLoader => {}
                None => call.message = Some(Value::Null),
                Some((_, Some(text))) => call.message = Some(Value::from(text)),
                Some((text, None)) => call.message_units = Some(notation::of_text(text)),
            }
        }
    }
    match stream {
        JavaClass::DataInputStream => call.consumed = Some(java.stands),
        JavaClass::DataOutputStream => {
            call.written = Some(notation::of_bytes(&java.given));
            call.size = Some(java.stands);
        }
        JavaClass::RandomAccessFile => call.position = Some(java.stands),
        // How far it has read ahead is not compared.
        JavaClass::ObjectInputStream | JavaClass::ClassLoader => {}
    }
    call
}
