//! A pair of programs that a user brings: the vocabulary of its description, and what was observed
//! of a run. Plain data.

mod comparison;
mod ports;
mod program;
pub(crate) mod run;
mod script;
mod wire;

pub(crate) use comparison::{Aspect, Comparison, KnownPairDifference, Mask, MaskTarget, Unordered};
pub(crate) use ports::{Announcement, Port, PortNumber, Stream, Transport};
pub(crate) use program::{Compile, ProgramCommand, Sides, Word, WordPart};
pub(crate) use script::{Action, ActorName, Pattern, ScriptStep, Where};
pub(crate) use wire::{FieldType, Wire};
