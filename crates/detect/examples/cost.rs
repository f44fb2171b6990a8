//! `cost`: what an hour of 1,000 points and 65,536 ports costs the detectors, and what they hold.
//!
//! Each hour 200,000 accesses come: half to a hundred busy ports, half to any port, from 50,000
//! sources, at any point. Ten days, so that baselines are warm. Time is that of the process; memory is
//! its peak as the kernel says (VmHWM).

use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, Instant};

use detect::{Hour, PointHour, PointId, Replay, Settings, Sighting};
use observation::{HOUR, Kind, protocol};

const POINTS: u64 = 1_000;
const ACCESSES: u64 = 200_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut replay = Replay::new(Settings::default());
    for point in 0..POINTS {
        replay.roll().id(&format!("p{point}").parse()?);
    }
    let coverage: Vec<PointHour> = (0..POINTS as u16)
        .map(|at| PointHour { point: PointId(at), seconds_up: Some(3_600), addresses: Some(256) })
        .collect();
    let mut state = 1_u64;
    let mut random = move |limit: u64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % limit
    };
    let (mut taking, mut ticking, mut worst) = (Duration::ZERO, Duration::ZERO, Duration::ZERO);
    let hours: u64 = std::env::args().nth(1).map_or(Ok(240), |hours| hours.parse())?;
    let mut found = 0;
    for hour in 0..hours {
        let begin = hour as i64 * HOUR;
        let started = Instant::now();
        for at in 0..ACCESSES {
            let port = if random(2) == 0 { random(100) } else { random(65_536) };
            replay.access(&Sighting {
                time: begin + at as i64 * HOUR / ACCESSES as i64,
                duration: 0,
                point: PointId(random(POINTS) as u16),
                src: IpAddr::V4(Ipv4Addr::from_bits(0x0b00_0000 + random(50_000) as u32 * 997)),
                dst: Some(IpAddr::V4(Ipv4Addr::from_bits(0xc612_0000 + random(256_000) as u32))),
                protocol: protocol::TCP,
                src_port: Some(40_000),
                dst_port: Some(port as u16),
                icmp_type: None,
                kind: Some(Kind::TcpSyn),
                packets: 1,
                tcp_flags: 2,
                tool: None,
                quoted: None,
                payload: None,
                is_scanner: false,
            });
        }
        taking += started.elapsed();
        let begun = Instant::now();
        found += replay.hour(Hour { begin, coverage: &coverage }).len();
        ticking += begun.elapsed();
        worst = worst.max(begun.elapsed());
    }
    let mean = |all: Duration| all.as_secs_f64() / hours as f64;
    println!(
        "accesses of an hour: {:.3} s; its end: {:.3} s, at most {:.3} s",
        mean(taking),
        mean(ticking),
        worst.as_secs_f64()
    );
    println!("part of one core: {:.3} %", (mean(taking) + mean(ticking)) / 36.0);
    println!("findings told: {found}");
    let status = std::fs::read_to_string("/proc/self/status")?;
    println!(
        "{}",
        status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("memory unknown")
    );
    Ok(())
}
