//! The `javatalk` command.

fn main() {}
