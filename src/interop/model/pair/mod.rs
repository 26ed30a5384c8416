//! A pair of programs that a user brings: the vocabulary of its description, and what was observed
//! of a run. Plain data.

mod comparison;
mod ports;
mod program;
pub(crate) mod run;
mod script;
mod wire;

pub use comparison::{Aspect, Comparison, KnownPairDifference, Mask, MaskTarget, Unordered};
pub use ports::{Announcement, Port, PortNumber, Stream, Transport};
pub use program::{Compile, ProgramCommand, Sides, Word, WordPart};
pub use script::{Action, ActorName, Pattern, ScriptStep, Where};
pub use wire::{FieldType, Wire};
