//! Tells the sources what this compiler offers, since the library also compiles with an older one.

use std::env;
use std::process::Command;

/// The intrinsics are safe functions, and functions with `target_feature` may be safe.
const SAFE_INTRINSICS: u32 = 87;
/// The intrinsics for AVX-512 are stable.
const AVX512_INTRINSICS: u32 = 89;
/// `rust-version` in `package.metadata.command` of Cargo.toml.
const COMMAND: u32 = 89;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let compiler = minor_version().unwrap_or(0);
    let is_x86_64 = env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|target| target == "x86_64");
    for (name, holds) in [
        ("javatalk_avx2", is_x86_64 && compiler >= SAFE_INTRINSICS),
        (
            "javatalk_avx512",
            is_x86_64 && compiler >= AVX512_INTRINSICS,
        ),
        ("javatalk_command", compiler >= COMMAND),
    ] {
        println!("cargo::rustc-check-cfg=cfg({name})");
        if holds {
            println!("cargo::rustc-cfg={name}");
        }
    }
}

/// The 89 of `rustc 1.89.0 (29483883e 2025-08-04)`.
fn minor_version() -> Option<u32> {
    let rustc = env::var_os("RUSTC")?;
    let output = Command::new(rustc).arg("--version").output().ok()?;
    let version = String::from_utf8(output.stdout).ok()?;
    let (_, after) = version.split_once(" 1.")?;
    after.split('.').next()?.parse().ok()
}
