//! What a section says of an interface: its link type, its clock, its drops.

use dissect::LinkType;
use observation::{Micros, SECOND};

use super::super::bytes::Order;
use super::super::error::Damage;

/// One interface of a section.
pub(super) struct Interface {
    pub(super) link_number: u16,
    /// None: a link type that we do not read.
    pub(super) link: Option<LinkType>,
    /// The most bytes of a packet that were captured; no limit is [`u32::MAX`].
    pub(super) snap_length: u32,
    pub(super) dropped: Drops,
    clock: Clock,
    /// Seconds to be added to every time.
    offset: i64,
}

const IF_TSRESOL: u16 = 9;
const IF_TSOFFSET: u16 = 14;

impl Interface {
    /// Reads an interface description block's body.
    pub(super) fn read(order: Order, body: &[u8]) -> Result<Interface, Damage> {
        let link_number = order.u16(body, 0);
        let mut interface = Interface {
            link_number,
            link: LinkType::from_number(link_number.into()),
            snap_length: match order.u32(body, 4) {
                0 => u32::MAX,
                length => length,
            },
            dropped: Drops::default(),
            clock: Clock::new(DEFAULT_TSRESOL),
            offset: 0,
        };
        for (option, value) in options(order, body.get(8..).unwrap_or_default()) {
            interface.set(order, option, value)?;
        }
        Ok(interface)
    }

    /// Takes an option, if it is one that decides the time of packets.
    fn set(&mut self, order: Order, option: u16, value: &[u8]) -> Result<(), Damage> {
        match (option, value) {
            (IF_TSRESOL, &[resolution]) => self.clock = Clock::new(resolution),
            (IF_TSOFFSET, &[_, _, _, _, _, _, _, _]) => {
                self.offset = order.u64(value, 0).cast_signed();
            }
            (IF_TSRESOL | IF_TSOFFSET, _) => {
                return Err(Damage::OptionLength { option, length: value.len() });
            }
            _ => {}
        }
        Ok(())
    }

    /// The time that a packet's stamp means; none outside of the years 1 to 9999.
    pub(super) fn time(&self, units: u64) -> Option<Micros> {
        let micros = i128::try_from(self.clock.micros(units)).ok()?;
        let offset = i128::from(self.offset).checked_mul(i128::from(SECOND))?;
        let time = Micros::try_from(micros.checked_add(offset)?).ok()?;
        TIMES.contains(&time).then_some(time)
    }
}

/// The years 1 to 9999, which RFC 3339 can write and tables can hold.
const TIMES: std::ops::Range<Micros> = -62_135_596_800_000_000..253_402_300_800_000_000;

/// What `if_tsresol` is where a file does not say: microseconds.
const DEFAULT_TSRESOL: u8 = 6;

/// The unit of an interface's time stamps, made from `if_tsresol`.
enum Clock {
    /// A unit is this many microseconds.
    Multiply(u64),
    /// A microsecond is this many units.
    Divide(u64),
    /// A second is two to this power of units.
    Shift(u32),
    /// A microsecond is more units than a time stamp can count.
    Still,
}

impl Clock {
    /// The highest bit chooses between negative powers of two and of ten.
    fn new(resolution: u8) -> Clock {
        let exponent = u32::from(resolution & 0x7f);
        if resolution & 0x80 != 0 {
            return Clock::Shift(exponent);
        }
        let power = |exponent| 10_u64.checked_pow(exponent);
        match exponent.checked_sub(6) {
            Some(finer) => power(finer).map_or(Clock::Still, Clock::Divide),
            None => Clock::Multiply(power(6_u32.saturating_sub(exponent)).unwrap_or(1)),
        }
    }

    /// Whole microseconds in `units`.
    fn micros(&self, units: u64) -> u128 {
        match *self {
            Clock::Multiply(micros) => u128::from(units).saturating_mul(u128::from(micros)),
            Clock::Divide(units_a_micro) => {
                u128::from(units.checked_div(units_a_micro).unwrap_or_default())
            }
            Clock::Shift(bits) => u128::from(units)
                .saturating_mul(u128::from(SECOND.unsigned_abs()))
                .checked_shr(bits)
                .unwrap_or_default(),
            Clock::Still => 0,
        }
    }
}

/// Packets that were dropped; none where nothing says so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Drops(pub(super) Option<u64>);

const ISB_IFDROP: u16 = 5;
const ISB_OSDROP: u16 = 7;

impl Drops {
    /// Reads an interface statistics block's body.
    pub(super) fn read(order: Order, body: &[u8]) -> Drops {
        let mut drops = Drops::default();
        for (option, value) in options(order, body.get(12..).unwrap_or_default()) {
            if matches!(option, ISB_IFDROP | ISB_OSDROP) && value.len() == 8 {
                drops.add(Drops(Some(order.u64(value, 0))));
            }
        }
        drops
    }

    pub(super) fn add(&mut self, other: Drops) {
        if let Some(more) = other.0 {
            self.0 = Some(self.0.unwrap_or_default().saturating_add(more));
        }
    }
}

/// The options at the end of a block, up to the end mark or the first that does not fit.
fn options(order: Order, mut rest: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let (header, after) = rest.split_at_checked(4)?;
        let option = order.u16(header, 0);
        let length = usize::from(order.u16(header, 2));
        let value = after.get(..length)?;
        rest = after.get(length.next_multiple_of(4)..).unwrap_or_default();
        (option != 0).then_some((option, value))
    })
}
