//! What `scripts/setup` would run on other people's machines, and what it says on this one.
//!
//! Each test makes a machine up: a folder that is the whole PATH and another that is HOME. No test
//! can reach a real package manager, `sudo` or the network, and none depends on what is installed
//! here; only a JDK in one of the usual folders cannot be hidden from the script.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use predicates::prelude::*;
use predicates::str::{contains, is_empty};
use tempfile::TempDir;

const RUSTUP: &str = "+ curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y\n";

#[test]
fn apt_installs_the_headless_default_jdk() {
    let commands = "+ apt-get update\n\
        + env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        curl ca-certificates gcc libc6-dev g++ default-jdk-headless python3 strace\n";
    assert_dry_run_on_a_bare_machine("apt", &[commands, RUSTUP].concat());
}

#[test]
fn dnf_installs_the_newest_long_term_jdk() {
    let commands = "+ dnf install -y curl gcc gcc-c++ java-25-openjdk-devel python3 strace\n";
    assert_dry_run_on_a_bare_machine("dnf", &[commands, RUSTUP].concat());
}

#[test]
fn apk_installs_the_newest_long_term_jdk() {
    let commands = "+ apk update\n+ apk add curl gcc musl-dev g++ openjdk25-jdk python3 strace\n";
    assert_dry_run_on_a_bare_machine("apk", &[commands, RUSTUP].concat());
}

#[test]
fn pacman_installs_its_jdk() {
    let commands = "+ pacman -Sy --noconfirm\n\
        + pacman -S --needed --noconfirm curl gcc jdk-openjdk python strace\n";
    assert_dry_run_on_a_bare_machine("pacman", &[commands, RUSTUP].concat());
}

#[test]
fn zypper_installs_the_newest_long_term_jdk() {
    let commands = "+ zypper --non-interactive refresh\n\
        + zypper --non-interactive install curl gcc gcc-c++ java-25-openjdk-devel python3 strace\n";
    assert_dry_run_on_a_bare_machine("zypper", &[commands, RUSTUP].concat());
}

#[test]
fn brew_installs_its_jdk_and_xcode_select_the_linker() {
    let commands = "+ xcode-select --install\n+ brew install openjdk python3\n";
    assert_dry_run_on_a_bare_machine("brew", &[commands, RUSTUP].concat());
}

#[test]
fn each_tool_is_detected_and_installed_if_missing() {
    for (tool, packages, there) in [
        ("cc", "gcc libc6-dev", "C linker: found cc ("),
        ("c++", "g++", "C++ compiler: found "),
        ("python3", "python3", "Python: found python3 ("),
        ("strace", "strace", "strace: found strace ("),
    ] {
        let machine = Machine::with_all();
        machine.setup(&[]).success().stderr(contains(format!(
            "{there}{}/{tool}",
            machine.bin().display()
        )));
        machine
            .without(tool)
            .program("apt-get", "exit 0")
            .program("apt-cache", "exit 0")
            .setup(&["--dry-run", "--quiet"])
            .success()
            .stdout(format!(
                "+ env DEBIAN_FRONTEND=noninteractive apt-get install -y \
                 --no-install-recommends {packages}\n"
            ));
    }
}

#[test]
fn any_of_three_cpp_compilers_is_accepted() {
    for compiler in ["c++", "g++", "clang++"] {
        let machine = Machine::with_all().without("c++");
        let machine = machine.program(compiler, "exit 0");
        machine
            .setup(&[])
            .success()
            .stdout(is_empty())
            .stderr(contains(format!(
                "C++ compiler: found {}/{compiler}\n",
                machine.bin().display()
            )));
    }
}

#[test]
fn strace_is_installed_only_on_linux() {
    Machine::new()
        .program("uname", "echo Darwin")
        .setup(&["--dry-run", "--assume-missing", "--package-manager", "apt"])
        .success()
        .stdout(contains("strace").not());
}

#[test]
fn a_dry_run_shows_what_the_scripts_would_install() {
    let machine = Machine::new()
        .with_working_cargo()
        .with_jdk_home()
        .program(
            "apt-get",
            r#"for tool in cc c++ python3 strace; do cp "$0" "${0%/apt-get}/$tool"; done"#,
        )
        .program("apt-cache", "exit 0");
    let shown = machine.setup(&["--dry-run"]).success();
    let shown = String::from_utf8(shown.get_output().stdout.clone()).unwrap();
    let tools = "gcc libc6-dev g++ python3 strace\n";
    assert!(shown.ends_with(tools), "{shown}");
    machine
        .script("interop", &[])
        .success()
        .stderr(shown.clone());
    ["cc", "c++", "python3", "strace"]
        .into_iter()
        .fold(machine, Machine::without)
        .script("test", &[])
        .success()
        .stderr(shown);
}

#[test]
fn the_available_package_manager_is_used() {
    Machine::new()
        .program("zypper", "exit 0")
        .setup(&["--dry-run", "--assume-missing"])
        .success()
        .stdout(contains("+ zypper --non-interactive install curl gcc"));
}

#[test]
fn an_older_jdk_is_installed_if_no_newer_one_is_packaged() {
    Machine::new()
        .program(
            "dnf",
            r#"case $* in *java-25*) ;; *repoquery*) echo known ;; esac"#,
        )
        .setup(&["--dry-run", "--assume-missing"])
        .success()
        .stdout(contains(
            "+ dnf install -y curl gcc gcc-c++ java-21-openjdk-devel python3 strace\n",
        ));
}

#[test]
fn package_lists_are_refreshed_only_for_unknown_packages() {
    let machine = Machine::new()
        .program("apt-get", "exit 0")
        .program("apt-cache", "exit 0");
    let dry_run = ["--dry-run", "--assume-missing"];

    machine
        .setup(&dry_run)
        .success()
        .stdout(contains("apt-get update").not());
    machine
        .program("apt-cache", "exit 100")
        .setup(&dry_run)
        .success()
        .stdout(predicates::str::starts_with("+ apt-get update\n"));
}

#[test]
fn an_unknown_package_is_named() {
    Machine::new()
        .with_cargo()
        .program("apt-get", "exit 0")
        .program("apt-cache", "[ \"$2\" != libc6-dev ]")
        .with_jdk_home()
        .with_the_rest()
        .setup(&[])
        .code(1)
        .stderr(contains(
            "scripts/setup: apt has no package libc6-dev: install a C compiler by hand",
        ));
}

#[test]
fn nothing_is_installed_if_nothing_is_missing() {
    let machine = Machine::with_all();
    let said = format!(
        "Rust: found cargo 1.999.0 ({bin}/cargo)\n\
         C linker: found cc ({bin}/cc)\n\
         C++ compiler: found {bin}/c++\n\
         JDK: found {jdk}\n\
         Python: found python3 ({bin}/python3)\n\
         strace: found strace ({bin}/strace)\n",
        bin = machine.bin().display(),
        jdk = machine.jdk().display(),
    );

    machine.setup(&[]).success().stdout(is_empty()).stderr(said);
    machine
        .setup(&["--quiet"])
        .success()
        .stdout(is_empty())
        .stderr(is_empty());
}

#[test]
fn a_jdk_is_found_through_symbolic_links_on_path() {
    let machine = Machine::new()
        .with_the_rest()
        .with_cargo()
        .with_cc()
        .with_jdk();
    let alternative = machine.home().join("alternative");
    symlink("jdk/bin/javac", &alternative).unwrap();
    symlink(&alternative, machine.bin().join("javac")).unwrap();

    let said = format!("JDK: found {}\n", machine.jdk().display());
    machine.setup(&[]).success().stderr(contains(said));
}

#[test]
fn javatalk_jdk_is_a_list_of_homes() {
    let machine = Machine::new()
        .with_the_rest()
        .with_cargo()
        .with_cc()
        .with_jdk();
    let list = format!("/nowhere::{}", machine.jdk().display());
    let said = format!("JDK: found {} (JAVATALK_JDK)\n", machine.jdk().display());

    machine
        .set("JAVATALK_JDK", &list)
        .setup(&[])
        .success()
        .stderr(contains(said));
}

#[test]
fn javatalk_jdk_without_any_jdk_is_an_error() {
    Machine::new()
        .with_the_rest()
        .with_cargo()
        .with_cc()
        .set("JAVATALK_JDK", "/nowhere")
        .setup(&[])
        .code(1)
        .stderr(contains(
            "JAVATALK_JDK=/nowhere contains no JDK, a folder with bin/javac",
        ));
}

#[test]
fn no_jdk_is_installed_if_javatalk_jdk_is_none() {
    Machine::new()
        .set("JAVATALK_JDK", "none")
        .setup(&["--dry-run", "--assume-missing", "--package-manager", "dnf"])
        .success()
        .stdout(["+ dnf install -y curl gcc gcc-c++ python3 strace\n", RUSTUP].concat())
        .stderr("JDK: not needed (JAVATALK_JDK=none)\n");
}

#[test]
fn cargo_is_found_in_the_home_folder_if_not_on_path() {
    Machine::new()
        .with_the_rest()
        .with_cc()
        .with_jdk_home()
        .program("../home/.cargo/bin/cargo", "echo cargo 1.999.0")
        .setup(&["--quiet", "--", "cargo", "--version"])
        .success()
        .stdout("cargo 1.999.0\n")
        .stderr(is_empty());
}

#[test]
fn rust_is_installed_by_rustup() {
    let installer = r#"
        [ "$*" = "--proto =https --tlsv1.2 -sSf https://sh.rustup.rs" ] || exit 1
        echo 'mkdir -p "$HOME/.cargo/bin"
              cp "$HOME/../bin/future-cargo" "$HOME/.cargo/bin/cargo"
              echo "installed, asked with $*"'"#;

    Machine::new()
        .with_the_rest()
        .with_cc()
        .with_jdk_home()
        .program("future-cargo", "echo cargo 1.999.0")
        .program("curl", installer)
        .setup(&["--quiet", "--", "cargo", "--version"])
        .success()
        .stdout("cargo 1.999.0\n")
        .stderr([RUSTUP, "installed, asked with -y\n"].concat());
}

#[test]
fn a_failed_download_of_rust_is_an_error() {
    Machine::new()
        .with_the_rest()
        .with_cc()
        .with_jdk_home()
        .program("curl", "exit 6")
        .setup(&["--", "cargo", "--version"])
        .code(1)
        .stdout(is_empty())
        .stderr(contains("scripts/setup: Rust could not be installed: run"));
}

#[test]
fn rustup_is_installed_beside_a_cargo_that_is_too_old() {
    // The second compiles the library, but not the command.
    for version in ["1.63.0", "1.88.0"] {
        Machine::new()
            .with_the_rest()
            .with_cc()
            .with_jdk_home()
            .program("curl", "exit 6")
            .program("cargo", &format!("echo cargo {version}"))
            .setup(&["--dry-run", "--quiet"])
            .success()
            .stdout(RUSTUP);
    }
}

#[test]
fn the_toolchain_of_an_existing_rustup_is_left_alone() {
    Machine::new()
        .with_the_rest()
        .with_cc()
        .with_jdk_home()
        .program("rustup", "echo touched; exit 1")
        .program("cargo", "echo cargo 1.63.0")
        .setup(&[])
        .code(1)
        .stdout(is_empty())
        .stderr(contains(
            "run `rustup update stable && rustup default stable`",
        ));
}

#[test]
fn macos_without_command_line_tools_has_no_linker() {
    Machine::new()
        .with_the_rest()
        .with_cargo()
        .with_cc()
        .with_jdk_home()
        .program("uname", "echo Darwin")
        .program("xcode-select", "exit 2")
        .program("brew", "exit 1")
        .setup(&["--dry-run", "--quiet"])
        .success()
        .stdout("+ xcode-select --install\n");
}

#[test]
fn root_needs_no_sudo() {
    Machine::new()
        .program("sudo", "exit 1")
        .setup(&["--dry-run", "--assume-missing", "--package-manager", "dnf"])
        .success()
        .stdout(contains("sudo").not());
}

#[test]
fn sudo_is_used_only_for_the_package_manager() {
    let machine = Machine::new().without_root().program("sudo", "exit 1");
    let commands = |manager| {
        machine.setup(&[
            "--dry-run",
            "--assume-missing",
            "--package-manager",
            manager,
        ])
    };

    commands("apk").success().stdout(
        [
            "+ sudo apk update\n\
             + sudo apk add curl gcc musl-dev g++ openjdk25-jdk python3 strace\n",
            RUSTUP,
        ]
        .concat(),
    );
    commands("brew").success().stdout(contains("sudo").not());
}

#[test]
fn without_root_and_sudo_the_root_command_is_printed_and_not_run() {
    Machine::new()
        .with_the_rest()
        .without_root()
        .with_cargo()
        .with_jdk_home()
        .program("apt-get", "echo ran; exit 0")
        .program("apt-cache", "exit 100")
        .setup(&["--quiet", "--", "cargo", "--version"])
        .code(1)
        .stdout(is_empty())
        .stderr(
            "scripts/setup: this needs root, and sudo is not installed: run as root: \
             apt-get update && env DEBIAN_FRONTEND=noninteractive \
             apt-get install -y --no-install-recommends gcc libc6-dev\n",
        );
}

#[test]
fn only_missing_tools_are_installed() {
    Machine::new()
        .with_the_rest()
        .without_root()
        .with_cargo()
        .with_jdk_home()
        .program("sudo", r#""$@""#)
        .program("dnf", r#"echo known; cp "$0" "${0%/dnf}/cc""#)
        .setup(&["--quiet", "--", "cargo", "--version"])
        .success()
        .stdout("cargo 1.999.0\n")
        .stderr("+ sudo dnf install -y gcc\nknown\n");
}

#[test]
fn old_package_lists_are_refreshed_when_an_installation_fails() {
    let apt_get = r#"
        case $* in
            update) touch "$HOME/fresh" ;;
            install*) [ -e "$HOME/fresh" ] && cp "$0" "${0%/apt-get}/cc" ;;
        esac"#;
    let install = "+ env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y --no-install-recommends gcc libc6-dev\n";

    Machine::new()
        .with_the_rest()
        .with_cargo()
        .with_jdk_home()
        .program("apt-get", apt_get)
        .program("apt-cache", "exit 0")
        .setup(&["--quiet"])
        .success()
        .stderr([install, "+ apt-get update\n", install].concat());
}

#[test]
fn a_failed_installation_is_an_error() {
    Machine::new()
        .with_the_rest()
        .with_cargo()
        .with_jdk_home()
        .program("dnf", r#"[ "$1" != install ] && echo known"#)
        .setup(&["--quiet"])
        .code(1)
        .stderr(
            "+ dnf install -y gcc\n\
             scripts/setup: dnf could not install gcc: see above, \
             or install a C compiler by hand\n",
        );
}

#[test]
fn an_installation_without_effect_is_an_error() {
    Machine::new()
        .with_the_rest()
        .with_cargo()
        .with_jdk_home()
        .program("dnf", "echo known")
        .setup(&[])
        .code(1)
        .stderr(contains(
            "scripts/setup: the C linker (cc) is still missing",
        ));
}

#[test]
fn without_a_package_manager_the_missing_tool_is_named() {
    Machine::new()
        .with_the_rest()
        .with_cargo()
        .with_jdk_home()
        .setup(&[])
        .code(1)
        .stderr(contains(
            "scripts/setup: found none of apt, dnf, apk, pacman, zypper and brew: \
             install a C compiler by hand",
        ));
}

#[test]
fn an_invalid_command_line_exits_with_status_2() {
    #[track_caller]
    fn says(arguments: &[&str], message: &str) {
        Machine::new()
            .setup(arguments)
            .code(2)
            .stdout(is_empty())
            .stderr(format!(
                "scripts/setup: {message}; see scripts/setup --help\n"
            ));
    }
    let known = "apt, dnf, apk, pacman, zypper or brew";

    says(
        &["--frobnicate"],
        "unknown option or argument: --frobnicate",
    );
    says(&["apt"], "unknown option or argument: apt");
    says(
        &["--package-manager", "yum"],
        "unknown package manager: yum (known: apt, dnf, apk, pacman, zypper, brew)",
    );
    says(
        &["--package-manager"],
        &format!("--package-manager needs a name: {known}"),
    );
    says(&["--assume-missing"], "--assume-missing is for --dry-run");
}

#[test]
fn help_names_every_option_and_exit_status() {
    let mut help = Machine::new().setup(&["--help"]).success();
    for part in [
        "--dry-run",
        "--package-manager",
        "--assume-missing",
        "--quiet",
        "JAVATALK_JDK",
        "Examples:",
        "Exit status:",
    ] {
        help = help.stdout(contains(part));
    }
}

#[test]
fn interop_runs_cargo_in_the_callers_folder_without_quiet() {
    let machine = Machine::with_all();
    machine
        .script("interop", &["emoji", "two words"])
        .success()
        .stdout(format!(
            "{}\nrun --release --locked --features cli --manifest-path {}/Cargo.toml -- interop emoji two words \
             (11 arguments)\n",
            machine.folder.path().canonicalize().unwrap().display(),
            root().display()
        ))
        .stderr(is_empty());
}

#[test]
fn test_runs_all_tests_from_the_root_of_the_repository() {
    for (arguments, handed_on) in [
        (&["rust-to"][..], "--no-fail-fast rust-to (4 arguments)"),
        (
            &["--no-fail-fast", "rust-to"],
            "--no-fail-fast rust-to (4 arguments)",
        ),
    ] {
        Machine::with_all()
            .script("test", arguments)
            .success()
            .stdout(format!("{}\ntest --locked {handed_on}\n", root().display()))
            .stderr(is_empty());
    }
}

#[test]
fn twice_as_many_tests_as_processors_run_side_by_side() {
    let cargo =
        r#"[ "$1" != --version ] || { echo cargo 1.999.0; exit; }; echo "$RUST_TEST_THREADS""#;
    let machine = || Machine::with_all().program("cargo", cargo);
    let processors = || machine().program("getconf", "echo 3");
    processors().script("test", &[]).success().stdout("6\n");
    let chosen = processors().set("RUST_TEST_THREADS", "1");
    chosen.script("test", &[]).success().stdout("1\n");
    // Without `getconf`, the test programs choose.
    let unset = machine().set("RUST_TEST_THREADS", "");
    unset.script("test", &[]).success().stdout("\n");
}

#[test]
fn no_script_passes_quiet_to_cargo() {
    for script in ["interop", "test", "bench"] {
        let said = Machine::with_all().script(script, &[]).success();
        let said = String::from_utf8(said.get_output().stdout.clone()).unwrap();
        assert!(said.contains(" --locked"), "{said}");
        assert!(!said.contains("--quiet"), "{said}");
    }
}

/// On a machine without any package manager the names cannot be asked for: the newest are shown.
#[track_caller]
fn assert_dry_run_on_a_bare_machine(manager: &str, commands: &str) {
    Machine::new()
        .setup(&[
            "--dry-run",
            "--assume-missing",
            "--package-manager",
            manager,
        ])
        .success()
        .stdout(commands.to_owned())
        .stderr(is_empty());
}

/// A made-up machine, used by root, on which nothing is installed but what the script may rely on.
struct Machine {
    folder: TempDir,
    environment: Vec<(&'static str, String)>,
}

impl Machine {
    fn new() -> Self {
        let machine = Machine {
            folder: TempDir::new().unwrap(),
            environment: Vec::new(),
        };
        fs::create_dir(machine.bin()).unwrap();
        fs::create_dir_all(machine.home().join(".cargo/bin")).unwrap();
        for tool in [
            "cat", "cp", "dirname", "env", "mkdir", "readlink", "sed", "sh", "touch",
        ] {
            symlink(real(tool), machine.bin().join(tool)).unwrap();
        }
        machine
            .program("id", "echo 0")
            .program("uname", "echo Linux")
    }

    /// The whole PATH.
    fn bin(&self) -> PathBuf {
        self.folder.path().join("bin")
    }

    fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// Adds a program: a shell script.
    fn program(self, name: &str, script: &str) -> Self {
        // Written by a shell of its own: a file that another thread's child inherits open for
        // writing cannot be executed ("text file busy").
        Command::new("sh")
            .args(["-c", "cat > \"$1\" && chmod +x \"$1\"", "sh"])
            .arg(self.bin().join(name))
            .write_stdin(format!("#!/bin/sh\n{script}\n"))
            .assert()
            .success();
        self
    }

    fn set(mut self, name: &'static str, value: &str) -> Self {
        self.environment.push((name, value.to_owned()));
        self
    }

    fn without_root(self) -> Self {
        self.program("id", "echo 1000")
    }

    fn with_cargo(self) -> Self {
        self.program("cargo", "echo cargo 1.999.0")
    }

    /// A cargo that says where it was run and with what.
    fn with_working_cargo(self) -> Self {
        self.program(
            "cargo",
            r#"[ "$1" != --version ] || { echo cargo 1.999.0; exit; }; pwd -P; echo "$* ($# arguments)""#,
        )
    }

    fn with_cc(self) -> Self {
        self.program("cc", "exit 1")
    }

    /// The languages of the other programs, and strace.
    fn with_the_rest(self) -> Self {
        self.program("c++", "exit 0")
            .program("python3", "exit 0")
            .program("strace", "exit 0")
    }

    /// One on which nothing is missing.
    fn with_all() -> Self {
        let machine = Self::new().with_working_cargo().with_cc();
        machine.with_jdk_home().with_the_rest()
    }

    fn without(self, program: &str) -> Self {
        fs::remove_file(self.bin().join(program)).unwrap();
        self
    }

    fn jdk(&self) -> PathBuf {
        self.home().join("jdk")
    }

    /// A JDK where none is looked for without being told.
    fn with_jdk(self) -> Self {
        fs::create_dir_all(self.jdk().join("bin")).unwrap();
        self.program("../home/jdk/bin/javac", "exit 1")
    }

    fn with_jdk_home(self) -> Self {
        let home = self.jdk().display().to_string();
        self.with_jdk().set("JAVA_HOME", &home)
    }

    fn setup(&self, arguments: &[&str]) -> assert_cmd::assert::Assert {
        self.script("setup", arguments)
    }

    /// Runs a script of the repository here, from outside the repository.
    fn script(&self, name: &str, arguments: &[&str]) -> assert_cmd::assert::Assert {
        Command::new("sh")
            .arg(root().join("scripts").join(name))
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", self.bin())
            .env("HOME", self.home())
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .assert()
    }
}

/// Where this machine keeps a tool that every system has.
fn real(tool: &str) -> PathBuf {
    ["/bin", "/usr/bin", "/run/current-system/sw/bin"]
        .iter()
        .map(|folder| Path::new(folder).join(tool))
        .find(|path| path.exists())
        .unwrap_or_else(|| panic!("{tool} is in none of the usual folders"))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .canonicalize()
        .unwrap()
}
