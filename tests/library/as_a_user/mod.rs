//! Small programs as the users of the library write them, compiled and run.

mod any_reader;
mod borrowed_strings;
mod code_units;
mod question_mark;
