//! What the tests and benches of this package need of the command. It is no part of the public API: it can
//! change in any release. Everything that is not listed here is private, so the compiler reports what
//! is not used.

pub use regex;

pub mod cli {
    pub use crate::cli::{check, run};
}
pub mod interop {
    pub mod compare {
        pub mod pairs {
            pub use crate::interop::compare::pairs::{Rules, Told, judge, suggestions};
        }
        pub mod programs {
            pub use crate::interop::compare::programs::{diverges, judge};
        }
        pub mod scenario {
            pub use crate::interop::compare::scenario::judge;
        }
    }
    pub mod faults {
        pub use crate::interop::faults::counts::Counts;
        pub use crate::interop::faults::run::{Plan, sweep};
    }
    pub mod fuzz {
        pub use crate::interop::fuzz::campaign::{Campaign, Extent, Plan, Watch};
        pub use crate::interop::fuzz::counts::{Counts, End};
        pub use crate::interop::fuzz::finding::{Finding, Size};
        pub use crate::interop::fuzz::generate::GeneratedScenario;
        pub use crate::interop::fuzz::json::Results;
        pub mod json {
            pub use crate::interop::fuzz::json::Cell;
        }
    }
    pub mod model {
        pub mod case {
            pub use crate::interop::model::case::{Case, Evidence, Judged};
        }
        pub mod deadlock {
            pub use crate::interop::model::deadlock::Deadlock;
        }
        pub mod evidence {
            pub use crate::interop::model::evidence::{
                Event, FieldEntry, FlowEntry, PeerEntry, Side,
            };
        }
        pub mod observation {
            pub use crate::interop::model::observation::{Ending, Outcome};
        }
        pub mod pair {
            pub use crate::interop::model::pair::{
                Action, ActorName, Announcement, Aspect, Comparison, Compile, FieldType,
                KnownPairDifference, Mask, MaskTarget, Pattern, Port, PortNumber, ProgramCommand,
                ScriptStep, Sides, Stream, Transport, Unordered, Where, Wire, Word, WordPart,
            };
            pub mod run {
                pub use crate::interop::model::pair::run::{
                    Connection, FileContent, PairEnding, PairRun, ProgramEnd, ProgramRun, WaitsFor,
                };
            }
        }
        pub mod participant {
            pub use crate::interop::model::participant::{Pairing, Pairings, Participant, Role};
        }
        pub mod shard {
            pub use crate::interop::model::shard::Shard;
        }
        pub mod traffic {
            pub use crate::interop::model::traffic::{End, Flow, Traffic};
        }
        pub mod verdict {
            pub use crate::interop::model::verdict::{Part, Verdict};
        }
    }
    pub mod peer {
        pub use crate::interop::peer::rust;
        pub mod check {
            pub use crate::interop::peer::check::Check;
            pub use crate::interop::peer::check::report::{Found, Report, Subject};
        }
        pub mod error {
            pub use crate::interop::peer::error::{PeerError, PeerFailure};
        }
        pub mod pool {
            pub use crate::interop::peer::pool::{ExternalPeer, PeerPool};
        }
        pub mod process {
            pub use crate::interop::peer::process::PeerProcess;
        }
    }
    pub mod programs {
        pub use crate::interop::programs::case::{CaseScript, ChatCase};
        pub use crate::interop::programs::launch::Programs;
        pub use crate::interop::programs::pair::ProgramPair;
        pub mod pairs {
            pub use crate::interop::programs::pairs::definition::{
                Jdks, Pair, PairCase, ServerEnd, Stop,
            };
            pub mod file {
                pub use crate::interop::programs::pairs::file::{PairFileError, read};
            }
            pub use crate::interop::programs::pairs::player::Player;
            pub use crate::interop::programs::pairs::version::Version;
        }
        pub use crate::interop::programs::run::announced;
    }
    pub mod protocol {
        pub mod call {
            pub use crate::interop::protocol::call::{
                Call, CallResult, Count, Does, Kind, Method, ObjectArgument, ObjectContent,
                Objects, Observation, Primitive, Read, Socket, Stream, Value, Way, Write,
            };
        }
        pub mod dispatch {
            pub use crate::interop::protocol::dispatch::{
                Room, read, read_object, write, write_object,
            };
        }
        pub mod exception {
            pub use crate::interop::protocol::exception::message;
        }
        pub mod known_objects {
            pub use crate::interop::protocol::known_objects::{ReadObjects, WrittenObjects};
        }
        pub mod message {
            pub use crate::interop::protocol::message::{Answer, Command};
        }
    }
    pub mod proxy {
        pub mod plan {
            pub use crate::interop::proxy::plan::{FaultKind, NetworkPlan};
        }
    }
    pub use crate::interop::report;
    pub mod runner {
        pub use crate::interop::runner::{Matrix, Suite};
    }
    pub mod scenario {
        pub use crate::interop::scenario::language;
        pub use crate::interop::scenario::runner::Runner;
        pub use crate::interop::scenario::transcript::{Ending, Entry, Transcript};
    }
    pub mod suites {
        pub mod evaluation {
            pub use crate::interop::suites::evaluation::Evaluation;
        }
        pub mod packets {
            pub use crate::interop::suites::packets::Packets;
        }
        pub mod pairs {
            pub use crate::interop::suites::pairs::Pairs;
        }
        pub mod programs {
            pub use crate::interop::suites::programs::Chat;
        }
        pub mod scenarios {
            pub use crate::interop::suites::scenarios::Scenarios;
        }
    }
    pub mod toolbox {
        pub use crate::interop::toolbox::Toolbox;
    }
}
pub mod programs {
    pub mod framing {
        pub use crate::programs::framing::Framing;
    }
}
pub mod sweep {
    pub use crate::sweep::SEED;
    pub use crate::sweep::family::{Extent, Family};
    pub use crate::sweep::jvm::ReferenceJvm;
    pub use crate::sweep::run::{Judged, Swept, Worker, sweep};
    pub mod families {
        pub use crate::sweep::families::all;
    }
    pub mod outcome {
        pub use crate::sweep::outcome::{End, Outcome};
    }
}
pub mod system {
    pub use crate::system::jdk;
    pub mod process {
        pub use crate::system::process::command::Invocation;
        pub use crate::system::process::request::RequestPipe;
        pub use crate::system::process::{Exit, Finished, Running, Usage};
    }
    pub mod wait {
        pub use crate::system::wait::{Notify, TimedOut, Timeouts};
    }
}
pub mod text {
    pub mod suggestion {
        pub use crate::text::suggestion::did_you_mean;
    }
}
