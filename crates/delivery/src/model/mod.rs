//! A model of points, hubs and one archive under every fault, and the promise that it keeps.
//!
//! A run is a list of choices: journal, sync, send, deliver any message, double it, lose it, give a
//! ticket up, settle, commit, crash. Messages lie in a bag and come in any order or never; a ticket may
//! be given up while its message is still under way; two hubs write one archive; what was not synced is
//! lost when the point crashes, and its numbers are given to other records. After each choice the
//! archive must hold a beginning of the journal; after the last, when faults cease, all of it.
//!
//! The sender, the verdicts and the groups are the real ones. What is broken in [`Broken`] is broken in
//! the model's own parts, to show that the model would notice.

#![allow(clippy::unwrap_used, clippy::panic)]

mod hub;
mod point;
mod promise;
mod world;

use proptest::prelude::*;

use promise::Fate;
use world::World;

/// A way in which the parts around the real ones may be broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Broken {
    /// Nothing is.
    Nothing,
    /// A hub answers before its commit.
    AnswersBeforeCommit,
    /// A hub answers doubles before the commit of what they are doubles of.
    AnswersDoublesEarly,
    /// A hub commits although somebody else has committed since its snapshot.
    CommitsOnStaleSnapshot,
    /// Rows and positions are two commits.
    SplitsTheCommit,
    /// A hub that does not know whether its commit was made says that it was.
    HopesForTheBest,
    /// The journal shows what is not durable.
    ShowsWhatIsVolatile,
    /// The journal forgets what is only under way.
    ForgetsWhatIsUnderWay,
    /// Coverage does not wait for accesses.
    CoverageFirst,
    /// All records have one seal.
    NoSeals,
}

/// Runs choices, then lets the world come to rest.
fn run(broken: Broken, rollbacks: bool, choices: &[u32]) -> Result<Fate, String> {
    let mut world = World::new(broken, rollbacks);
    for &choice in choices {
        world.step(choice);
        world.check()?;
    }
    world.rest()
}

/// Choices from a seed: SplitMix64 (Steele, Lea, Flood, 2014).
fn choices(seed: u64, count: usize) -> Vec<u32> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 32) as u32
    };
    (0..count).map(|_| next()).collect()
}

/// How many runs of 500 choices it takes to notice; none where so many do not.
fn noticed(broken: Broken, rollbacks: bool, runs: u64) -> Option<u64> {
    (0..runs).find(|&seed| run(broken, rollbacks, &choices(seed, 500)).is_err())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn every_durable_row_is_committed_once_and_in_order(
        choices in proptest::collection::vec(any::<u32>(), 0..600)
    ) {
        prop_assert_eq!(run(Broken::Nothing, false, &choices), Ok(Fate::Delivered));
    }

    #[test]
    fn histories_never_mix(choices in proptest::collection::vec(any::<u32>(), 0..600)) {
        let fate = run(Broken::Nothing, true, &choices);
        prop_assert!(fate.is_ok(), "{:?}", fate);
    }
}

#[test]
fn many_long_runs() {
    let mut stopped = 0;
    for seed in 0..200 {
        assert_eq!(
            run(Broken::Nothing, false, &choices(seed, 1_500)),
            Ok(Fate::Delivered),
            "{seed}"
        );
        let fate = run(Broken::Nothing, true, &choices(seed, 600)).unwrap();
        stopped += u32::from(fate == Fate::Stopped);
    }
    // Otherwise the rolled-back points would not have been seen at all.
    assert!((20..=200).contains(&stopped), "{stopped} of 200 rolled-back points were stopped");
}

#[test]
fn what_is_broken_is_noticed() {
    for broken in [
        Broken::AnswersBeforeCommit,
        Broken::AnswersDoublesEarly,
        Broken::CommitsOnStaleSnapshot,
        Broken::SplitsTheCommit,
        Broken::HopesForTheBest,
        Broken::ShowsWhatIsVolatile,
        Broken::ForgetsWhatIsUnderWay,
        Broken::CoverageFirst,
    ] {
        let run = noticed(broken, false, 3_000);
        assert!(run.is_some(), "{broken:?} is not noticed");
        println!("{broken:?}: noticed in run {run:?}");
    }
    assert!(noticed(Broken::NoSeals, true, 3_000).is_some(), "without seals nothing is noticed");
    assert_eq!(
        noticed(Broken::NoSeals, false, 100),
        None,
        "seals matter to rolled-back points only"
    );
}
