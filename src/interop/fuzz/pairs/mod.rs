//! The search among the cases of a user's pair of programs: what they type is changed at random.
//!
//! A case is determined by the pair files, a seed and a number. The old programs play it first: a
//! case that they do not play to its end is discarded, since they are right by definition. Then every
//! pairing plays it, and is compared with them as `interop --pair` compares. A case that differs, and
//! differs again when it is played again, is minimized. It becomes a `[[pair.case]]` for the user's
//! file.
//!
//! | module | hides |
//! |---|---|
//! | `input` | the form in which a case is changed, and that a changed script can still be played |
//! | `change`, `value` | which changes are tried, and how often |
//! | `generate` | that a seed and a number always give the same case of the same files |
//! | `campaign` | playing many cases at a time, and which differences count |
//! | `minimize` | comparing a smaller case again |
//! | `cause` | which findings are probably about the same bug |
//! | `block` | the syntax of a case in a pair file |

mod block;
mod campaign;
mod cause;
mod change;
mod generate;
mod input;
mod minimize;
mod value;

pub(crate) use campaign::{PairCampaign, PairCounts, PairWatch};
pub(crate) use change::GENERATOR;
pub(crate) use generate::Source;
