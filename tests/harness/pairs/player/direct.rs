//! Fixed ports where the system allows no network namespaces.

use std::net::TcpListener;
use std::process::Command;

use javatalk::internals::interop::model::pair::run::PairEnding;

use super::pair::{case, pair_on, player, reference, stdout};

/// A command that runs its arguments where no namespace is allowed.
fn without_namespaces() -> Command {
    let forbid = "echo 0 > /proc/sys/user/max_user_namespaces && exec \"$0\" \"$@\"";
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "sh", "-c", forbid]);
    let allows_namespaces = Command::new("unshare")
        .args(["--user", "--map-root-user", "true"])
        .status()
        .is_ok_and(|status| status.success());
    if allows_namespaces {
        command
    } else {
        Command::new("env")
    }
}

#[test]
fn without_namespaces_programs_meet_on_the_real_port_one_run_at_a_time() {
    let output = without_namespaces()
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "--ignored", "--nocapture"])
        .arg("pairs::player::direct::two_runs_on_the_real_port")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("1 passed"), "{output:?}");
}

#[test]
#[ignore = "the test above runs it where no namespaces are allowed"]
fn two_runs_on_the_real_port() {
    // Outside the range from which the system chooses.
    let mut ports = 21_000..32_000;
    let is_free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    let port = ports.find(is_free).unwrap();
    let player = player(pair_on(port, "", "once"));
    std::thread::scope(|scope| {
        let play = || {
            let case = case("client types one");
            let run = player.play(&case, "plain".parse().unwrap(), reference());
            let run = run.unwrap();
            assert_eq!(run.ending, PairEnding::Complete, "{run:#?}");
            assert_eq!(stdout(&run, "client"), "ONE\n");
            assert!(run.connections.is_empty());
            let why = run.unobserved.unwrap();
            assert!(why.starts_with("no namespace: "), "{why}");
        };
        scope.spawn(play);
        scope.spawn(play);
    });

    let plan = "both ways slice 1".parse().unwrap();
    let why = player.play(&case("client types one"), plan, reference());
    let why = why.unwrap_err().to_string();
    assert!(
        why.starts_with("the network plan cannot be applied"),
        "{why}"
    );

    let _taken = TcpListener::bind(("127.0.0.1", port)).unwrap();
    let why = player.play(
        &case("client types one"),
        "plain".parse().unwrap(),
        reference(),
    );
    let why = why.unwrap_err().to_string();
    let said = format!("its port is not available (another program uses port {port})");
    assert!(why.starts_with(&said), "{why}");
}
