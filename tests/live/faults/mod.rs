//! Two hundred random faults under steady load, of one seed: kills of point and hub, the line between them
//! cut or bad, a hub that is away for long, full disks at either end, clocks that are set. In the end the
//! archive holds every row that was journalled, once; and a packet that tcpdump saw and the archive lacks lies
//! in a second that coverage does not count, or coverage says that it was not kept.
//!
//! How what cannot be had everywhere is done: a line's delay and loss by a program between two wires
//! (`relay.py`), for many kernels have no netem; a hub's clock by libfaketime; a point's, whose frames bear
//! the kernel's stamps, by the point itself ([`sensor::Skewed`]); disks by small file systems in memory.

mod fault;
mod load;
mod proof;
mod world;

use std::time::{Duration, Instant};

use testkit::Random;
use testkit::host::within;

use crate::common::number_from;
use fault::Fault;
use world::World;

/// Faults of a run. `YAGURA_FAULTS` says another number.
const FAULTS: u64 = 200;
/// The mean span between two, ms.
const SPAN: u64 = 1_100;

#[test]
fn faults_lose_no_row_and_double_none() {
    const NEEDS: [&str; 6] = ["tcpdump", "tcpreplay", "nsenter", "python3", "ethtool", "mount"];
    if !within("live::faults::faults_lose_no_row_and_double_none", &NEEDS) {
        return;
    }
    let seed = number_from("YAGURA_FAULT_SEED", 1);
    let Some(mut world) = World::new() else { return };
    let faults = number_from("YAGURA_FAULTS", FAULTS);
    let mut random = Random::new(seed);
    let mut counts = std::collections::BTreeMap::<String, u64>::new();
    // Something is there to be lost before the first.
    world.go_on(Duration::from_secs(3));
    let began = Instant::now();
    for number in 0..faults {
        let fault = Fault::draw(&mut random, number, faults, &world);
        *counts.entry(fault.name().to_owned()).or_default() += 1;
        world.begin(fault);
        world.go_on(Duration::from_millis(SPAN / 2 + random.below(SPAN)));
    }
    let took = began.elapsed();
    println!("seed {seed}: {faults} faults in {} s: {counts:?}", took.as_secs());
    let figures = proof::of(world.end());
    println!("figures {}", serde_json::to_string(&figures).unwrap());
}
