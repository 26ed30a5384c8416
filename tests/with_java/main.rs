//! What the matrix does not show: the commands by hand, and how Java is compiled and started.

#![allow(
    clippy::incompatible_msrv,
    reason = "the command needs a newer compiler than the library"
)]

mod bad_peers;
mod by_hand;
mod classes;
mod crowd;
mod interrupted;
#[path = "../jdk/mod.rs"]
mod jdk;
mod jdk_files;
mod jdk_methods;
mod load;
mod pair;
mod peer_names;
mod peers_obey;
#[path = "../python/mod.rs"]
mod python;
mod raw_wire_bugs;
mod runs;
mod toolchains;
mod trace;
#[path = "../traced/mod.rs"]
mod traced;

use std::ffi::OsString;
use std::process::ExitCode;
use std::sync::Arc;

use assert_cmd::Command;
use bad_peers::{
    a_peer_that_closes_its_stdin_is_found_out, a_peer_that_dies_is_started_again_and_then_given_up,
    a_peer_that_floods_is_cut_off, a_peer_that_lies_about_its_port_is_found_out,
    a_peer_that_never_answers_is_given_up, a_peer_that_says_nothing_at_all_is_refused,
    noise_on_stdout_is_no_answer,
};
use by_hand::{
    a_closed_stdout_is_no_error, java_client_talks_to_rust_server, rust_client_talks_to_java_server,
};
use classes::{
    a_cache_that_cannot_be_used_is_not_taken_for_a_missing_jdk, a_runtime_borrows_classes,
    classes_that_are_not_as_they_were_compiled_are_compiled_again, compiling_at_once_compiles_once,
    sources_compile_without_a_warning, what_a_killed_compiler_left_is_swept,
};
use crowd::a_crowd_of_every_peer_is_served_as_java_serves_it;
use interrupted::{
    an_interrupted_load_is_reported_as_partial, an_interrupted_matrix_is_reported_as_partial,
    an_interrupted_sweep_is_reported_as_partial, interrupted_faults_are_reported_as_partial,
};
use javatalk::internals::interop::programs::{CaseScript, ChatCase, ProgramPair, Programs};
use javatalk::internals::interop::toolbox::Toolbox;
use javatalk::internals::system::wait::Timeouts;
use jdk_methods::the_table_of_methods_is_that_of_every_jdk;
use libtest_mimic::{Failed, Trial};
use load::servers_of_java_stand_beside_ours_under_load;
use pair::{
    a_pair_that_fails_is_told_from_the_pair_it_replaces,
    a_program_of_a_pair_that_cannot_start_is_told_as_that,
    an_own_pair_takes_the_place_of_the_originals,
    where_the_reference_can_end_either_way_either_is_right,
};
use peer_names::{
    a_broken_version_beside_a_good_one_is_seen, a_case_ends_at_the_first_call_that_is_not_offered,
    a_peer_that_cannot_start_is_said_with_its_command_and_its_stderr,
    a_peer_that_no_selected_case_plays_is_refused,
    a_peer_that_says_another_name_each_time_is_found_out,
    peers_that_cannot_be_told_apart_are_refused, two_versions_of_one_peer_are_played_side_by_side,
};
use raw_wire_bugs::every_bug_on_a_raw_wire_is_caught_and_blamed;
use runs::{
    a_file_that_cannot_be_written_is_said, a_filter_that_matches_nothing_is_an_error,
    a_folder_of_scenarios_is_all_that_is_played, a_harness_killed_in_the_middle_leaves_nothing,
    a_program_that_cannot_be_compared_is_no_pass, a_run_without_threads_and_processes_says_so,
    shards_joined_are_the_whole_run, shards_together_are_the_whole_list,
    the_environment_cannot_make_a_jvm_talk, the_jdks_are_listed_with_their_homes,
    the_list_is_what_a_filter_accepts, the_results_are_written_for_programs,
    the_results_name_the_lines_of_a_conversation_in_lines,
    without_java_there_is_nothing_to_compare_with,
};
use toolchains::{a_missing_compiler_leaves_the_rest_to_be_played, without_python_nobody_judges};
use trace::{
    a_java_client_is_traced_with_who_called_read, a_java_conversation_in_lines_is_traced_as_lines,
    a_java_server_is_traced_with_who_called_accept_and_read,
    a_jvm_that_had_to_be_killed_leaves_no_socket_to_attach_to,
};

/// A test and its name.
macro_rules! test {
    ($name:ident) => {
        (stringify!($name), $name as fn(&Arc<Toolbox>))
    };
}

fn main() -> ExitCode {
    jdk::run(Vec::new(), |toolbox| {
        let toolbox = Arc::new(toolbox);
        let tests = [
            test!(rust_client_talks_to_java_server),
            test!(java_client_talks_to_rust_server),
            test!(a_closed_stdout_is_no_error),
            test!(a_crowd_of_every_peer_is_served_as_java_serves_it),
            test!(servers_of_java_stand_beside_ours_under_load),
            test!(sources_compile_without_a_warning),
            test!(compiling_at_once_compiles_once),
            test!(what_a_killed_compiler_left_is_swept),
            test!(classes_that_are_not_as_they_were_compiled_are_compiled_again),
            test!(a_cache_that_cannot_be_used_is_not_taken_for_a_missing_jdk),
            test!(a_runtime_borrows_classes),
            test!(the_table_of_methods_is_that_of_every_jdk),
            test!(an_own_pair_takes_the_place_of_the_originals),
            test!(a_program_of_a_pair_that_cannot_start_is_told_as_that),
            test!(a_pair_that_fails_is_told_from_the_pair_it_replaces),
            test!(where_the_reference_can_end_either_way_either_is_right),
            test!(a_peer_that_dies_is_started_again_and_then_given_up),
            test!(a_peer_that_never_answers_is_given_up),
            test!(a_peer_that_lies_about_its_port_is_found_out),
            test!(a_peer_that_floods_is_cut_off),
            test!(a_peer_that_closes_its_stdin_is_found_out),
            test!(noise_on_stdout_is_no_answer),
            test!(a_peer_that_says_nothing_at_all_is_refused),
            test!(two_versions_of_one_peer_are_played_side_by_side),
            test!(a_broken_version_beside_a_good_one_is_seen),
            test!(peers_that_cannot_be_told_apart_are_refused),
            test!(a_peer_that_no_selected_case_plays_is_refused),
            test!(a_peer_that_says_another_name_each_time_is_found_out),
            test!(a_peer_that_cannot_start_is_said_with_its_command_and_its_stderr),
            test!(a_case_ends_at_the_first_call_that_is_not_offered),
            test!(the_list_is_what_a_filter_accepts),
            test!(a_folder_of_scenarios_is_all_that_is_played),
            test!(shards_together_are_the_whole_list),
            test!(shards_joined_are_the_whole_run),
            test!(a_filter_that_matches_nothing_is_an_error),
            test!(the_results_are_written_for_programs),
            test!(the_results_name_the_lines_of_a_conversation_in_lines),
            test!(a_file_that_cannot_be_written_is_said),
            test!(the_jdks_are_listed_with_their_homes),
            test!(without_java_there_is_nothing_to_compare_with),
            test!(the_environment_cannot_make_a_jvm_talk),
            test!(a_program_that_cannot_be_compared_is_no_pass),
            test!(a_harness_killed_in_the_middle_leaves_nothing),
            test!(a_run_without_threads_and_processes_says_so),
            test!(an_interrupted_matrix_is_reported_as_partial),
            test!(interrupted_faults_are_reported_as_partial),
            test!(an_interrupted_sweep_is_reported_as_partial),
            test!(an_interrupted_load_is_reported_as_partial),
            test!(every_bug_on_a_raw_wire_is_caught_and_blamed),
            test!(without_python_nobody_judges),
            test!(a_missing_compiler_leaves_the_rest_to_be_played),
            test!(a_java_server_is_traced_with_who_called_accept_and_read),
            test!(a_java_client_is_traced_with_who_called_read),
            test!(a_java_conversation_in_lines_is_traced_as_lines),
            test!(a_jvm_that_had_to_be_killed_leaves_no_socket_to_attach_to),
        ];
        let trial = |(name, test): (&str, fn(&Arc<Toolbox>))| {
            let toolbox = Arc::clone(&toolbox);
            Trial::test(name, move || -> Result<(), Failed> {
                test(&toolbox);
                Ok(())
            })
        };
        let mut trials: Vec<Trial> = tests.into_iter().map(trial).collect();
        trials.extend(jdk_files::trials(&toolbox));
        trials.extend(peers_obey::trials(&toolbox));
        trials
    })
}

/// A `javatalk` command with nothing of the tests' environment that could matter.
fn javatalk(toolbox: &Toolbox) -> Command {
    let mut command = Command::new(toolbox.javatalk());
    command
        .env_remove("JAVATALK_JDK")
        .env_remove("JAVATALK_CACHE");
    command
}

/// The options by which the command uses the JDKs of the bench.
fn jdk_options(toolbox: &Toolbox) -> Vec<OsString> {
    let options = toolbox.jdks().iter();
    options
        .flat_map(|jdk| ["--jdk".into(), jdk.home().into()])
        .collect()
}

/// The chat programs on this bench.
fn programs(toolbox: &Arc<Toolbox>) -> Programs {
    Programs::new(
        ProgramPair::Hello,
        Arc::clone(toolbox),
        Timeouts::of_a_conversation(),
    )
}

/// A row to play.
fn hello() -> ChatCase {
    ChatCase::new(
        "hello",
        "ASCII text round-trips.",
        CaseScript::Console(b"hello\n".to_vec()),
    )
}
