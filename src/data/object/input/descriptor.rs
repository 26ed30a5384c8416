//! Class descriptors, and what Java checks in them.

use std::io::Read;
use std::sync::Arc;

use super::super::ObjectError;
use super::super::class::{Class, VALUE};
use super::super::wire;
use super::blocks::{BlockInput, invalid_type_code};
use super::handles::Entry;
use crate::JavaString;
use crate::data::Error;

/// The descriptor of a class, without its superclasses.
#[derive(Debug)]
pub(in super::super) struct Descriptor {
    pub(super) name: JavaString,
    version: i64,
    flags: u8,
    fields: Vec<Field>,
    /// The handle of the descriptor of the superclass. Not the descriptor itself: a chain of them
    /// would be dropped by recursion.
    superclass: Option<usize>,
    /// How many superclasses there are.
    height: usize,
    /// Whether a superclass has the name of another one, or of the class.
    is_circular: bool,
    /// The class here; `None` if it has no counterpart.
    pub(super) class: Option<Class>,
}

#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: JavaString,
    /// The first character of the type: `I` for `int`, `L` for an object.
    pub(super) code: u8,
}

impl Field {
    /// The number of bytes of a primitive value; `None` for an object.
    pub(super) fn size(&self) -> Option<usize> {
        match self.code {
            b'Z' | b'B' => Some(1),
            b'C' | b'S' => Some(2),
            b'I' | b'F' => Some(4),
            b'J' | b'D' => Some(8),
            _ => None,
        }
    }
}

impl Descriptor {
    fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    pub(super) fn fields(&self) -> &[Field] {
        &self.fields
    }

    pub(super) fn has_write_method(&self) -> bool {
        self.has(wire::WRITE_METHOD)
    }

    pub(super) fn is_externalizable(&self) -> bool {
        self.has(wire::EXTERNALIZABLE)
    }

    pub(super) fn has_block_external_data(&self) -> bool {
        self.has(wire::BLOCK_EXTERNAL_DATA)
    }

    pub(super) fn is_enum(&self) -> bool {
        self.has(wire::ENUM_CLASS)
    }

    fn is_serializable(&self) -> bool {
        self.has(wire::SERIALIZABLE) || self.is_externalizable()
    }

    /// As `ObjectStreamClass.toString()`.
    pub(super) fn shown(&self) -> String {
        let (name, version) = (self.name.to_string_lossy(), self.version);
        format!("{name}: static final long serialVersionUID = {version}L;")
    }

    /// What Java checks when it creates an object of the class.
    pub(super) fn check_object(&self) -> Result<(), ObjectError> {
        match self.class {
            Some(class) if !self.is_serializable() => {
                Err(invalid(class.name(), "class invalid for deserialization"))
            }
            Some(class) if class.is_array() => Err(invalid(class.name(), "no valid constructor")),
            Some(class @ Class::Number) => Err(invalid(class.name(), "unable to create instance")),
            Some(_) | None => Ok(()),
        }
    }

    /// What Java checks when it finds the class of the descriptor.
    fn check(&self) -> Result<(), ObjectError> {
        let Some(class) = self.class else {
            return Ok(());
        };
        if self.is_enum() {
            return Err(ObjectError::InvalidClass {
                class: None,
                reason: "cannot bind enum descriptor to a non-enum class".into(),
            });
        }
        if self.is_serializable() && !class.is_array() && self.version != class.version() {
            let (stream, local) = (self.version, class.version());
            return Err(invalid(
                class.name(),
                &format!(
                    "local class incompatible: stream classdesc serialVersionUID = {stream}, local \
                     class serialVersionUID = {local}"
                ),
            ));
        }
        if self.is_externalizable() {
            return Err(invalid(
                class.name(),
                "Serializable incompatible with Externalizable",
            ));
        }
        let differs = |field: &&Field| {
            class
                .value_type()
                .is_some_and(|code| field.name == VALUE && field.code != code)
        };
        match self.fields.iter().find(differs) {
            Some(_) => Err(invalid(class.name(), "incompatible types for field value")),
            None => Ok(()),
        }
    }
}

impl<R: Read> BlockInput<R> {
    /// Reads a class descriptor or a reference to one; `None` is null.
    pub(super) fn descriptor(&mut self) -> Result<Option<usize>, Error> {
        match self.peek()? {
            wire::NULL => {
                self.byte()?;
                Ok(None)
            }
            wire::REFERENCE => {
                let handle = self.handle()?;
                match self.handles.get(handle) {
                    Some(Entry::Descriptor(_)) => Ok(Some(handle)),
                    Some(Entry::BegunDescriptor) => Err(ObjectError::InvalidClass {
                        class: None,
                        reason: "Class descriptor should be initialized".into(),
                    }
                    .into()),
                    Some(Entry::Unshared) => Err(unshared()),
                    Some(Entry::Object(_) | Entry::Begun) => Err(NO_DESCRIPTOR.into()),
                    Some(Entry::Null | Entry::Foreign(_)) | None => Err(NULL_DESCRIPTOR.into()),
                }
            }
            wire::CLASS_DESCRIPTOR => self.class_descriptor().map(Some),
            wire::PROXY_CLASS_DESCRIPTOR => self.proxy_descriptor().map(Some),
            code => Err(invalid_type_code(code)),
        }
    }

    fn class_descriptor(&mut self) -> Result<usize, Error> {
        self.byte()?;
        let handle = self.handles.assign(Entry::BegunDescriptor);
        let name = self.utf()?;
        let version = i64::from_be_bytes(self.array()?);
        let [flags] = self.array()?;
        let mut descriptor = Descriptor {
            class: name.as_str().and_then(Class::named),
            name,
            version,
            flags,
            fields: Vec::new(),
            superclass: None,
            height: 0,
            is_circular: false,
        };
        let is_wrong = |reason: String| invalid(descriptor.name.clone(), &reason);
        if descriptor.is_externalizable() && descriptor.has(wire::SERIALIZABLE) {
            return Err(is_wrong("serializable and externalizable flags conflict".into()).into());
        }
        if descriptor.is_enum() && version != 0 {
            let why = format!("enum descriptor has non-zero serialVersionUID: {version}");
            return Err(is_wrong(why).into());
        }
        let fields = i16::from_be_bytes(self.array()?);
        if descriptor.is_enum() && fields != 0 {
            let why = format!("enum descriptor has non-zero field count: {fields}");
            return Err(is_wrong(why).into());
        }
        for _ in 0..fields {
            let field = self.field(&descriptor.name)?;
            descriptor.fields.push(field);
        }
        let mut behind_objects = descriptor
            .fields
            .iter()
            .skip_while(|field| field.size().is_some());
        if behind_objects.any(|field| field.size().is_some()) {
            return Err(invalid(descriptor.name.clone(), "illegal field order").into());
        }
        self.end_of_descriptor(handle, descriptor)
    }

    fn field(&mut self, class: &JavaString) -> Result<Field, Error> {
        let [code] = self.array()?;
        let name = self.utf()?;
        let code = match code {
            b'L' | b'[' => self.type_string()?,
            code => Some(code.into()),
        };
        let known = code.and_then(|code| u8::try_from(code).ok());
        match known.filter(|code| b"ZBCSIJFDL[".contains(code)) {
            Some(code) => Ok(Field { name, code }),
            None => {
                let name = name.to_string_lossy();
                Err(invalid(
                    class.clone(),
                    &format!("invalid descriptor for field {name}"),
                )
                .into())
            }
        }
    }

    /// Reads the type of a field, and returns its first code unit; `None` if there is none.
    fn type_string(&mut self) -> Result<Option<u16>, Error> {
        match self.peek()? {
            wire::NULL => {
                self.byte()?;
                Ok(None)
            }
            wire::REFERENCE => {
                let handle = self.handle()?;
                match self.handles.get(handle) {
                    Some(Entry::Object(object)) => match object.as_java_str() {
                        Some(text) => Ok(text.encode_utf16().next()),
                        None => Err(NO_DESCRIPTOR.into()),
                    },
                    Some(Entry::Unshared) => Err(unshared()),
                    Some(Entry::Null | Entry::Foreign(_)) | None => Ok(None),
                    Some(Entry::Descriptor(_) | Entry::BegunDescriptor | Entry::Begun) => {
                        Err(NO_DESCRIPTOR.into())
                    }
                }
            }
            wire::STRING | wire::LONG_STRING => {
                let (text, _) = self.string_object(false)?;
                Ok(text
                    .as_java_str()
                    .and_then(|text| text.encode_utf16().next()))
            }
            code => Err(invalid_type_code(code)),
        }
    }

    fn proxy_descriptor(&mut self) -> Result<usize, Error> {
        self.byte()?;
        let handle = self.handles.assign(Entry::BegunDescriptor);
        let interfaces = i32::from_be_bytes(self.array()?);
        if interfaces > 65_535 {
            let why = format!("interface limit exceeded: {interfaces}, limit: 65535");
            return Err(ObjectError::InvalidObject(why).into());
        }
        if interfaces < 0 {
            return Err(ObjectError::Unchecked("java.lang.NegativeArraySizeException").into());
        }
        let mut names = Vec::new();
        for _ in 0..interfaces {
            let name = self.utf()?;
            if names.len() < SHOWN_INTERFACES {
                names.push(name.to_string_lossy().into_owned());
            }
        }
        let descriptor = Descriptor {
            name: format!("a proxy of {}", names.join(", ")).into(),
            version: 0,
            flags: wire::SERIALIZABLE,
            fields: Vec::new(),
            superclass: None,
            height: 0,
            is_circular: false,
            class: None,
        };
        self.end_of_descriptor(handle, descriptor)
    }

    /// What every descriptor ends with: data for the class, which is skipped, and the superclass.
    fn end_of_descriptor(
        &mut self,
        handle: usize,
        mut descriptor: Descriptor,
    ) -> Result<usize, Error> {
        self.set_block_mode(true);
        self.skip_custom_data()?;
        self.deeper()?;
        let superclass = self.descriptor()?;
        self.depth -= 1;
        let above = superclass.and_then(|superclass| match self.handles.get(superclass) {
            Some(Entry::Descriptor(above)) => Some(Arc::clone(above)),
            _ => None,
        });
        if let Some(above) = above {
            descriptor.superclass = superclass;
            descriptor.height = above.height + 1;
            if descriptor.height > HIGHEST {
                return Err(ObjectError::TooDeep.into());
            }
            descriptor.is_circular = above.is_circular
                || self
                    .chain(Some(above))
                    .iter()
                    .any(|above| above.name == descriptor.name);
        }
        descriptor.check()?;
        self.handles
            .set(handle, Entry::Descriptor(Arc::new(descriptor)));
        Ok(handle)
    }

    pub(super) fn descriptor_of(&self, handle: usize) -> Result<Arc<Descriptor>, Error> {
        match self.handles.get(handle) {
            Some(Entry::Descriptor(descriptor)) => Ok(Arc::clone(descriptor)),
            Some(
                Entry::Begun
                | Entry::BegunDescriptor
                | Entry::Object(_)
                | Entry::Null
                | Entry::Unshared
                | Entry::Foreign(_),
            )
            | None => Err(NULL_DESCRIPTOR.into()),
        }
    }

    /// The descriptors whose data an object holds: the highest superclass first.
    pub(super) fn slots(
        &self,
        descriptor: &Arc<Descriptor>,
    ) -> Result<Vec<Arc<Descriptor>>, Error> {
        if descriptor.is_circular {
            return Err(ObjectError::InvalidClass {
                class: None,
                reason: "Circular reference.".into(),
            }
            .into());
        }
        let mut slots = self.chain(Some(Arc::clone(descriptor)));
        slots.reverse();
        Ok(slots)
    }

    /// A descriptor and those of its superclasses.
    fn chain(&self, first: Option<Arc<Descriptor>>) -> Vec<Arc<Descriptor>> {
        let above = |below: &Arc<Descriptor>| {
            below
                .superclass
                .and_then(|handle| self.descriptor_of(handle).ok())
        };
        std::iter::successors(first, above)
            .take(HIGHEST + 1)
            .collect()
    }
}

pub(super) fn invalid(class: impl Into<JavaString>, reason: &str) -> ObjectError {
    ObjectError::InvalidClass {
        class: Some(class.into()),
        reason: reason.to_owned(),
    }
}

/// A reference to what only one may refer to.
pub(super) fn unshared() -> Error {
    let why = "cannot read back reference to unshared object";
    ObjectError::InvalidObject(why.to_owned()).into()
}

/// Where Java dereferences null.
pub(super) const NULL_DESCRIPTOR: ObjectError =
    ObjectError::Unchecked("java.lang.NullPointerException");

/// Where Java casts something else to a descriptor or a string.
const NO_DESCRIPTOR: ObjectError = ObjectError::Unchecked("java.lang.ClassCastException");

/// How many superclasses a class may have; Java's own classes have fewer than ten.
const HIGHEST: usize = 256;

/// How many interfaces of a proxy an error names.
const SHOWN_INTERFACES: usize = 8;
