//! What is said of peers that do not play along, and that none of them holds up anything.

mod bad_peer;
mod command;
mod slips;
mod troubles;

pub(crate) use bad_peer::{PLAY, play};
use javatalk::internals::system::process::Invocation;
use libtest_mimic::{Failed, Trial};

/// A test and its name.
macro_rules! test {
    ($module:ident::$name:ident) => {
        Trial::test(stringify!($name), || -> Result<(), Failed> {
            $module::$name();
            Ok(())
        })
    };
}

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = vec![
        test!(troubles::a_missing_peer_program_cannot_be_started),
        test!(troubles::a_peer_that_dies_at_start_is_reported_with_its_stderr),
        test!(troubles::a_peer_that_dies_later_is_reported_with_its_last_command),
        test!(troubles::a_peer_that_does_not_identify_itself_times_out),
        test!(troubles::a_first_line_that_is_no_identity_is_quoted),
        test!(troubles::a_peer_that_never_answers_times_out),
        test!(troubles::a_peer_that_never_reads_does_not_block_the_sender),
        test!(troubles::a_peer_that_closes_its_stdin_is_reported),
        test!(troubles::a_peer_that_floods_is_reported),
        test!(troubles::an_unsolicited_answer_is_reported),
        test!(troubles::a_malformed_answer_is_quoted),
        test!(troubles::an_answer_to_another_command_is_reported),
        test!(troubles::noise_is_recorded_and_not_taken_for_an_answer),
        #[cfg(target_os = "linux")]
        test!(troubles::bytes_that_never_arrive_are_waited_for_once),
        test!(troubles::later_calls_return_the_first_error_of_a_peer),
        #[cfg(target_os = "linux")]
        test!(troubles::a_dropped_peer_leaves_no_process),
        test!(command::peer_check_of_a_correct_peer_exits_with_status_0),
        test!(command::peer_check_shows_and_allows_noise),
        test!(command::peer_check_allows_a_peer_without_object_streams),
        test!(command::peer_check_allows_a_peer_without_close),
        test!(command::peer_check_detects_a_part_of_the_object_streams),
        test!(command::peer_check_detects_objects_that_are_written_wrongly),
        test!(command::peer_check_detects_a_wrong_port),
        test!(command::peer_check_gives_up_a_peer_that_never_answers),
        test!(command::peer_check_restarts_a_peer_that_dies),
        test!(command::peer_check_of_a_peer_that_cannot_start_exits_with_status_2),
        test!(command::peer_check_reports_a_wrong_exit_status),
        test!(command::peer_check_reports_a_peer_that_never_exits),
        test!(command::an_invalid_peer_command_is_a_usage_error),
    ];
    let slips = slips::SLIPS.iter();
    #[cfg(target_os = "linux")]
    let slips = slips.chain(slips::SLIPS_OUTSIDE);
    trials.extend(slips.map(|slip| Trial::test(format!("slip_{}", slip.name), || slip.is_found())));
    trials.extend(
        slips::LEFT_OUT
            .iter()
            .map(|(name, methods)| Trial::test(*name, || slips::is_listed_and_allowed(methods))),
    );
    trials.push(Trial::test(
        "python_obeys",
        slips::the_unmodified_peer_obeys,
    ));
    trials
}

/// How the bad peer is started.
fn bad(how: &str) -> Invocation {
    let this = std::env::current_exe().expect("this program has a file");
    Invocation::new(this).args([PLAY, how])
}
