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
        test!(troubles::one_that_is_not_there),
        test!(troubles::one_that_dies_at_start),
        test!(troubles::one_that_dies_in_the_middle),
        test!(troubles::one_that_does_not_say_who_it_is),
        test!(troubles::one_that_says_something_else),
        test!(troubles::one_that_never_answers),
        test!(troubles::one_that_never_reads),
        test!(troubles::one_that_closes_its_stdin),
        test!(troubles::one_that_floods),
        test!(troubles::one_that_answers_unasked),
        test!(troubles::one_that_answers_garbage),
        test!(troubles::one_that_answers_something_else),
        test!(troubles::noise_is_logged_and_not_read),
        test!(troubles::what_has_gone_wrong_stays_wrong),
        #[cfg(target_os = "linux")]
        test!(troubles::none_is_left_behind),
        test!(command::a_peer_that_obeys_ends_with_0),
        test!(command::noise_is_shown_and_allowed),
        test!(command::a_peer_that_lies_about_its_port),
        test!(command::a_peer_that_never_answers_is_given_up),
        test!(command::a_peer_that_dies_is_started_again),
        test!(command::a_peer_that_does_not_begin),
        test!(command::a_peer_that_exits_with_another_status),
        test!(command::a_peer_that_never_exits),
        test!(command::what_is_no_command_is_a_usage_error),
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
    trials.push(Trial::test("python_obeys", slips::without_a_slip_it_obeys));
    trials
}

/// How the bad peer is started.
fn bad(how: &str) -> Invocation {
    let this = std::env::current_exe().expect("this program has a file");
    Invocation::new(this).args([PLAY, how])
}
