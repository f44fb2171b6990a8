//! The kernel's filter: a classic BPF program (McCanne and Jacobson, 1993; Linux, `filter.rst`).
//!
//! What it drops never reaches us and is counted by nobody, so it drops only
//!
//! * the second sight of a packet on a loopback interface, where the kernel shows each going out
//!   and coming in (libpcap does the same); and
//! * what [`Reach::Only`] excludes.
//!
//! Any doubt is for keeping: a load behind a short frame's end would drop it, so that lengths are
//! looked at first. Each test jumps over a few instructions only; the one far jump is unconditional,
//! as a conditional one reaches no further than 255.

use dissect::LinkType;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use libc::sock_filter;

use crate::settings::Reach;

/// The most instructions of a program (Linux, `bpf_common.h`: BPF_MAXINSNS).
const MOST: usize = 4096;

const LOAD_WORD: u16 = 0x20;
const LOAD_HALF: u16 = 0x28;
const LOAD_BYTE: u16 = 0x30;
const LOAD_LENGTH: u16 = 0x80;
const IF_EQUAL: u16 = 0x15;
const IF_AT_LEAST: u16 = 0x35;
const JUMP: u16 = 0x05;
const AND: u16 = 0x54;
const RETURN: u16 = 0x06;

/// Where the packet's type is loaded from (SKF_AD_OFF + SKF_AD_PKTTYPE).
const PACKET_TYPE: u32 = 0xffff_f004;
const OUTGOING: u32 = 4;

/// What a filter is made for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Purpose<'a> {
    pub(crate) link: LinkType,
    pub(crate) loopback: bool,
    pub(crate) snap: u32,
    pub(crate) reach: &'a Reach,
}

/// The program; none where it would be longer than the kernel takes.
pub(crate) fn program(purpose: Purpose<'_>) -> Option<Vec<sock_filter>> {
    let keep = step(RETURN, purpose.snap);
    let mut program = Vec::new();
    if purpose.loopback {
        program.push(step(LOAD_BYTE, PACKET_TYPE));
        program.push(test(IF_EQUAL, OUTGOING, 0, 1));
        program.push(step(RETURN, 0));
    }
    if let Reach::Only(nets) = purpose.reach {
        let ip = if purpose.link == LinkType::Ethernet { 14 } else { 0 };
        program.extend(only(purpose.link, ip, nets, keep)?);
    }
    program.push(keep);
    (program.len() <= MOST).then_some(program)
}

/// The program that drops everything.
pub(crate) fn nothing() -> [sock_filter; 1] {
    [step(RETURN, 0)]
}

/// Drops IP packets that concern none of the networks; falls through for what is not IP.
fn only(link: LinkType, ip: u32, nets: &[IpNet], keep: sock_filter) -> Option<Vec<sock_filter>> {
    let mut v4 = Vec::new();
    let mut v6 = Vec::new();
    for net in nets {
        match net {
            IpNet::V4(net) => [12_u32, 16].iter().for_each(|field| {
                v4.extend(concerns_v4(ip.saturating_add(*field), net, keep));
            }),
            IpNet::V6(net) => [8_u32, 24].iter().for_each(|field| {
                v6.extend(concerns_v6(ip.saturating_add(*field), net, keep));
            }),
        }
    }
    let mut program = family(link, ip, 0x0800, (4, 20), v4)?;
    program.extend(family(link, ip, 0x86dd, (6, 40), v6)?);
    Some(program)
}

/// Runs `tests`, and drops what passes none, where the frame holds this family's header whole.
fn family(
    link: LinkType,
    ip: u32,
    ethertype: u32,
    (version, header): (u32, u32),
    tests: Vec<sock_filter>,
) -> Option<Vec<sock_filter>> {
    // Each check that fails goes on to the far jump behind the checks.
    let mut checks = vec![(step(LOAD_LENGTH, 0), (IF_AT_LEAST, ip.checked_add(header)?))];
    if link == LinkType::Ethernet {
        checks.push((step(LOAD_HALF, 12), (IF_EQUAL, ethertype)));
    }
    let mut program = Vec::new();
    for (load, (condition, value)) in checks {
        program.extend([load, test(condition, value, 1, 0), step(JUMP, 0)]);
    }
    program.extend([step(LOAD_BYTE, ip), step(AND, 0xf0)]);
    program.extend([test(IF_EQUAL, version.checked_shl(4)?, 1, 0), step(JUMP, 0)]);
    program.extend(tests);
    program.push(step(RETURN, 0));
    aim(&mut program);
    Some(program)
}

/// Points every unconditional jump behind the end of its part.
fn aim(part: &mut [sock_filter]) {
    let last = part.len().saturating_sub(1);
    for (at, instruction) in part.iter_mut().enumerate() {
        if instruction.code == JUMP {
            instruction.k = last.saturating_sub(at) as u32;
        }
    }
}

fn concerns_v4(field: u32, net: &Ipv4Net, keep: sock_filter) -> Vec<sock_filter> {
    concerns(field, &[(net.network().into(), net.netmask().into())], keep)
}

fn concerns_v6(field: u32, net: &Ipv6Net, keep: sock_filter) -> Vec<sock_filter> {
    let words = |address: std::net::Ipv6Addr| {
        let bits = u128::from(address);
        [96, 64, 32, 0].map(|shift| (bits >> shift & 0xffff_ffff) as u32)
    };
    let (network, mask) = (words(net.network()), words(net.netmask()));
    let pairs: Vec<(u32, u32)> = network.into_iter().zip(mask).collect();
    concerns(field, &pairs, keep)
}

/// Keeps a frame whose address at `field` has these words under these masks; else falls through.
fn concerns(field: u32, words: &[(u32, u32)], keep: sock_filter) -> Vec<sock_filter> {
    let masked: Vec<_> = words.iter().zip(0_u32..).filter(|((_, mask), _)| *mask != 0).collect();
    let mut program = Vec::new();
    for (nth, &(&(word, mask), at)) in masked.iter().enumerate() {
        program.push(step(LOAD_WORD, field.saturating_add(at.saturating_mul(4))));
        program.push(step(AND, mask));
        // Over the three instructions of each word that follows, and over `keep`.
        let rest = masked.len().saturating_sub(nth).saturating_sub(1);
        let over = u8::try_from(rest.saturating_mul(3).saturating_add(1)).unwrap_or(u8::MAX);
        program.push(test(IF_EQUAL, word, 0, over));
    }
    program.push(keep);
    program
}

fn step(code: u16, k: u32) -> sock_filter {
    sock_filter { code, jt: 0, jf: 0, k }
}

fn test(code: u16, k: u32, jt: u8, jf: u8) -> sock_filter {
    sock_filter { code, jt, jf, k }
}
