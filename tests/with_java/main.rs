//! What the matrix does not show: the commands by hand, and how Java is compiled and started.

#![allow(
    clippy::incompatible_msrv,
    reason = "the command needs a newer compiler than the library"
)]

mod bad_peers;
mod both_wait;
mod by_hand;
mod classes;
mod crowd;
#[path = "../distributed/mod.rs"]
mod distributed;
mod distributed_runs;
mod interrupted;
#[path = "../jdk/mod.rs"]
mod jdk;
mod jdk_files;
mod jdk_methods;
mod load;
mod notes;
mod object_judge;
mod object_streams;
mod pair;
mod peer_names;
mod peers_obey;
#[path = "../python/mod.rs"]
mod python;
mod random_access_file;
mod raw_wire_bugs;
mod runs;
mod stable_oracle;
mod testing;
mod toolchains;
mod trace;
#[path = "../traced/mod.rs"]
mod traced;
mod warm_jvms;

use std::ffi::OsString;
use std::process::ExitCode;
use std::sync::Arc;

use assert_cmd::Command;
use bad_peers::{
    a_peer_that_closes_its_stdin_is_given_up, a_peer_that_dies_is_restarted_and_then_given_up,
    a_peer_that_exits_without_identifying_itself_is_refused, a_peer_that_floods_is_cut_off,
    a_peer_that_never_answers_is_given_up, a_peer_that_reports_no_valid_port_violates_the_protocol,
    noise_on_stdout_is_not_taken_for_an_answer,
};
use both_wait::two_programs_that_open_the_input_first_are_told_why_both_wait;
use by_hand::{
    a_closed_stdout_is_not_an_error, java_client_talks_to_rust_server,
    rust_client_talks_to_java_server,
};
use classes::{
    a_runtime_without_a_compiler_uses_classes_of_another_jdk,
    an_unusable_cache_is_not_reported_as_a_missing_jdk, concurrent_compilations_compile_once,
    java_sources_compile_without_warnings, leftovers_of_a_killed_compiler_are_removed,
    modified_classes_are_recompiled,
};
use crowd::concurrent_clients_of_every_peer_are_served_as_by_java;
use interrupted::{
    an_interrupted_load_is_reported_as_partial, an_interrupted_matrix_is_reported_as_partial,
    an_interrupted_sweep_is_reported_as_partial, interrupted_faults_are_reported_as_partial,
};
use javatalk::internals::interop::programs::{CaseScript, ChatCase, ProgramPair, Programs};
use javatalk::internals::interop::toolbox::Toolbox;
use javatalk::internals::system::wait::Timeouts;
use jdk_methods::the_table_of_methods_is_that_of_every_jdk;
use libtest_mimic::{Failed, Trial};
use load::load_compares_java_servers_with_ours;
use notes::wrong_ports_of_an_object_stream_are_caught_behind_its_masks;
use pair::{
    a_failing_pair_is_distinguished_from_its_reference,
    a_pair_program_that_cannot_start_is_reported_as_a_crash,
    an_external_pair_replaces_the_originals, any_ending_that_the_reference_pair_shows_is_accepted,
    the_pair_of_the_manual_is_proved,
};
use peer_names::{
    a_broken_version_beside_a_correct_one_is_blamed, a_case_ends_at_the_first_unsupported_call,
    a_peer_in_none_of_the_selected_cases_is_refused,
    a_peer_that_cannot_start_is_reported_with_its_stderr,
    a_peer_that_changes_its_identity_is_detected,
    peers_with_ambiguous_or_reserved_names_are_refused,
    two_versions_of_one_peer_are_played_side_by_side,
};
use random_access_file::generated_calls_of_a_file_do_what_java_does;
use raw_wire_bugs::every_raw_wire_bug_is_caught_and_blamed;
use runs::{
    a_filter_that_matches_nothing_is_an_error, a_killed_harness_leaves_no_process,
    a_pairing_with_a_missing_jdk_is_an_error,
    a_run_at_the_process_limit_is_reported_without_a_panic,
    a_scenario_only_with_the_oracle_is_listed_with_it_in_both_roles,
    an_unwritable_results_file_is_reported, commands_without_a_jdk_exit_with_status_8,
    environment_variables_do_not_affect_the_jvm, every_listed_case_is_accepted_as_a_filter,
    joined_shards_equal_the_whole_run, the_jdks_are_listed_with_their_homes,
    the_results_are_written_as_json, the_results_name_the_lines_of_a_conversation_in_lines,
    the_shards_partition_the_list, with_a_scenario_folder_only_its_scenarios_are_listed,
};
use stable_oracle::an_oracle_that_an_earlier_run_found_stable_is_played_once;
use testing::{
    a_correct_codec_agrees_with_java, a_decoder_of_class_files_agrees_with_the_class_loader,
    a_decoder_of_utf_8_is_shown_with_the_bytes_that_it_refuses, a_killed_test_leaves_no_jvm,
    a_long_body_is_shown_as_the_bytes_that_matter,
    a_missing_release_is_an_error_that_lists_those_found,
    an_encoder_of_utf_8_is_shown_with_the_strings_that_differ, each_call_returns_what_java_returns,
    without_a_jdk_the_error_says_how_to_get_one,
    wrong_exceptions_positions_and_panics_are_mismatches,
};
use toolchains::{
    without_a_cpp_compiler_the_other_cases_still_run, without_python_raw_cases_are_not_run,
};
use trace::{
    a_java_client_is_traced_with_the_stacks_of_read, a_java_line_chat_is_traced_as_lines,
    a_java_object_chat_is_traced_as_objects,
    a_java_server_is_traced_with_the_stacks_of_accept_and_read,
    a_killed_jvm_leaves_no_attach_socket,
};

use warm_jvms::{
    a_killed_program_ends_its_warm_jvm, a_program_shows_the_same_in_a_warm_jvm,
    a_program_that_a_warm_jvm_cannot_run_is_left_to_a_fresh_one,
    what_a_program_leaves_in_a_warm_jvm_ends_with_it,
};

/// A test and its name.
macro_rules! test {
    ($name:ident) => {
        (stringify!($name), $name as fn(&Arc<Toolbox>))
    };
}

fn main() -> ExitCode {
    if let Some(exit) = testing::part() {
        return exit;
    }
    jdk::run(Vec::new(), |toolbox| {
        let toolbox = Arc::new(toolbox);
        let tests = [
            test!(rust_client_talks_to_java_server),
            test!(java_client_talks_to_rust_server),
            test!(a_closed_stdout_is_not_an_error),
            test!(concurrent_clients_of_every_peer_are_served_as_by_java),
            test!(load_compares_java_servers_with_ours),
            test!(java_sources_compile_without_warnings),
            test!(concurrent_compilations_compile_once),
            test!(leftovers_of_a_killed_compiler_are_removed),
            test!(modified_classes_are_recompiled),
            test!(an_unusable_cache_is_not_reported_as_a_missing_jdk),
            test!(a_runtime_without_a_compiler_uses_classes_of_another_jdk),
            test!(the_table_of_methods_is_that_of_every_jdk),
            test!(generated_calls_of_a_file_do_what_java_does),
            test!(an_external_pair_replaces_the_originals),
            test!(a_pair_program_that_cannot_start_is_reported_as_a_crash),
            test!(a_failing_pair_is_distinguished_from_its_reference),
            test!(any_ending_that_the_reference_pair_shows_is_accepted),
            test!(the_pair_of_the_manual_is_proved),
            test!(wrong_ports_of_an_object_stream_are_caught_behind_its_masks),
            test!(two_programs_that_open_the_input_first_are_told_why_both_wait),
            test!(a_peer_that_dies_is_restarted_and_then_given_up),
            test!(a_peer_that_never_answers_is_given_up),
            test!(a_peer_that_reports_no_valid_port_violates_the_protocol),
            test!(a_peer_that_floods_is_cut_off),
            test!(a_peer_that_closes_its_stdin_is_given_up),
            test!(noise_on_stdout_is_not_taken_for_an_answer),
            test!(a_peer_that_exits_without_identifying_itself_is_refused),
            test!(two_versions_of_one_peer_are_played_side_by_side),
            test!(a_broken_version_beside_a_correct_one_is_blamed),
            test!(peers_with_ambiguous_or_reserved_names_are_refused),
            test!(a_peer_in_none_of_the_selected_cases_is_refused),
            test!(a_peer_that_changes_its_identity_is_detected),
            test!(a_peer_that_cannot_start_is_reported_with_its_stderr),
            test!(a_case_ends_at_the_first_unsupported_call),
            test!(every_listed_case_is_accepted_as_a_filter),
            test!(with_a_scenario_folder_only_its_scenarios_are_listed),
            test!(a_scenario_only_with_the_oracle_is_listed_with_it_in_both_roles),
            test!(the_shards_partition_the_list),
            test!(joined_shards_equal_the_whole_run),
            test!(a_filter_that_matches_nothing_is_an_error),
            test!(the_results_are_written_as_json),
            test!(the_results_name_the_lines_of_a_conversation_in_lines),
            test!(an_unwritable_results_file_is_reported),
            test!(the_jdks_are_listed_with_their_homes),
            test!(commands_without_a_jdk_exit_with_status_8),
            test!(environment_variables_do_not_affect_the_jvm),
            test!(a_pairing_with_a_missing_jdk_is_an_error),
            test!(a_killed_harness_leaves_no_process),
            test!(a_run_at_the_process_limit_is_reported_without_a_panic),
            test!(an_interrupted_matrix_is_reported_as_partial),
            test!(interrupted_faults_are_reported_as_partial),
            test!(an_interrupted_sweep_is_reported_as_partial),
            test!(an_interrupted_load_is_reported_as_partial),
            test!(every_raw_wire_bug_is_caught_and_blamed),
            test!(without_python_raw_cases_are_not_run),
            test!(without_a_cpp_compiler_the_other_cases_still_run),
            test!(a_java_server_is_traced_with_the_stacks_of_accept_and_read),
            test!(a_java_client_is_traced_with_the_stacks_of_read),
            test!(a_java_line_chat_is_traced_as_lines),
            test!(a_java_object_chat_is_traced_as_objects),
            test!(a_killed_jvm_leaves_no_attach_socket),
            test!(a_correct_codec_agrees_with_java),
            test!(a_decoder_of_class_files_agrees_with_the_class_loader),
            test!(a_decoder_of_utf_8_is_shown_with_the_bytes_that_it_refuses),
            test!(a_long_body_is_shown_as_the_bytes_that_matter),
            test!(wrong_exceptions_positions_and_panics_are_mismatches),
            test!(an_encoder_of_utf_8_is_shown_with_the_strings_that_differ),
            test!(each_call_returns_what_java_returns),
            test!(a_missing_release_is_an_error_that_lists_those_found),
            test!(without_a_jdk_the_error_says_how_to_get_one),
            test!(a_killed_test_leaves_no_jvm),
            test!(an_oracle_that_an_earlier_run_found_stable_is_played_once),
            test!(a_program_shows_the_same_in_a_warm_jvm),
            test!(what_a_program_leaves_in_a_warm_jvm_ends_with_it),
            test!(a_killed_program_ends_its_warm_jvm),
            test!(a_program_that_a_warm_jvm_cannot_run_is_left_to_a_fresh_one),
        ];
        let trial = |(name, test): (&str, fn(&Arc<Toolbox>))| {
            let toolbox = Arc::clone(&toolbox);
            Trial::test(name, move || -> Result<(), Failed> {
                test(&toolbox);
                Ok(())
            })
        };
        let mut trials: Vec<Trial> = tests.into_iter().map(trial).collect();
        trials.extend(distributed_runs::trials(&toolbox));
        trials.extend(jdk_files::trials(&toolbox));
        trials.extend(object_judge::trials(&toolbox));
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
