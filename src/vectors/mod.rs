//! Vectors: what the JDK makes of chosen inputs, written down for implementations that have no JDK
//! at hand.
//!
//! The inputs are chosen by hand, each for a mistake that it catches. The outcomes are those of the
//! JDKs: the same JVM that judges the sweep is asked for each.
//!
//! | part | hides |
//! |---|---|
//! | [`cases`] | which inputs there are |
//! | [`model`], [`flag`], [`notation`] | the form of the files |
//! | [`method`] | the methods, and how `Sweep.java` is asked for them |
//! | [`judge`] | one JDK, and its outcome of a test |
//! | [`folder`] | reading and writing the files |
//! | [`make`], [`replay`] | the files that these JDKs give, and whether stored files agree with a JDK |
//! | [`answers`] | the answers of another implementation |
//! | [`releases`] | what differs between the releases of the JDK |

pub(crate) mod answers;
pub(crate) mod cases;
pub(crate) mod flag;
pub(crate) mod folder;
pub(crate) mod judge;
pub(crate) mod make;
pub(crate) mod method;
pub(crate) mod model;
pub(crate) mod notation;
pub(crate) mod releases;
pub(crate) mod replay;
