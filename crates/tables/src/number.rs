//! Numbers as logs write them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use observation::{Micros, SECOND};

/// A number in decimal digits and nothing else.
pub(crate) fn decimal<T: FromStr>(text: &[u8]) -> Option<T> {
    let plain = text.first().is_some_and(u8::is_ascii_digit);
    plain.then(|| std::str::from_utf8(text).ok()?.parse().ok()).flatten()
}

/// A number in hexadecimal digits behind `0x`, as the kernel writes it.
pub(crate) fn hexadecimal(text: &[u8]) -> Option<u32> {
    let digits = text.strip_prefix(b"0x").filter(|digits| !digits.starts_with(b"+"))?;
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// Pairs of hexadecimal digits; how many bytes they are, at most as many as `bytes` has room for.
pub(crate) fn pairs(text: &[u8], bytes: &mut [u8]) -> Option<usize> {
    let (pairs, []) = text.as_chunks::<2>() else { return None };
    for (place, pair) in pairs.iter().enumerate() {
        let [high, low] = pair.map(|digit| char::from(digit).to_digit(16));
        let value = high?.checked_mul(16)?.checked_add(low?)?;
        *bytes.get_mut(place)? = u8::try_from(value).ok()?;
    }
    Some(pairs.len())
}

/// An address in text. IPv4 within IPv6 (RFC 4291, section 2.5.5.2) is IPv4: so does a socket that
/// serves both write what came over IPv4.
pub(crate) fn address(text: &[u8]) -> Option<IpAddr> {
    plain_address(text).map(|address| address.to_canonical())
}

/// An address in text, as it stands there.
pub(crate) fn plain_address(text: &[u8]) -> Option<IpAddr> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// An address as an integer: IPv4 below 2^32, IPv6 from there on.
pub(crate) fn integer_address(text: &[u8]) -> Option<IpAddr> {
    let number: u128 = decimal(text)?;
    Some(match u32::try_from(number) {
        Ok(number) => Ipv4Addr::from_bits(number).into(),
        Err(_) => Ipv6Addr::from_bits(number).into(),
    })
}

/// The last moment that a calendar with four digits knows: 9999-12-31T23:59:59.999999Z.
const LAST: Micros = 253_402_300_799_999_999;

/// Units since 1970, each `unit` µs long, with a fraction or without; cut to the microsecond.
pub(crate) fn since_1970(text: &[u8], unit: Micros) -> Option<Micros> {
    let (whole, fraction) = match memchr::memchr(b'.', text) {
        Some(point) => text.split_at_checked(point)?,
        None => (text, &b".0"[..]),
    };
    let whole = decimal::<Micros>(whole)?.checked_mul(unit)?;
    let fraction = fraction_of(fraction.get(1..)?, unit)?;
    whole.checked_add(fraction).filter(|&time| time <= LAST)
}

/// Digits behind the point, in µs.
fn fraction_of(digits: &[u8], mut unit: Micros) -> Option<Micros> {
    let mut sum: Micros = 0;
    for digit in digits {
        let digit = char::from(*digit).to_digit(10)?;
        unit = unit.checked_div(10)?;
        sum = sum.checked_add(Micros::from(digit).checked_mul(unit)?)?;
    }
    (!digits.is_empty()).then_some(sum)
}

/// The fraction of a second behind its point, in µs.
pub(crate) fn fraction(digits: &[u8]) -> Option<Micros> {
    fraction_of(digits, SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_and_nothing_else() {
        assert_eq!(decimal::<u16>(b"65535"), Some(65535));
        for bad in ["", "+1", "-1", " 1", "1 ", "65536", "0x1", "1e3", "1."] {
            assert_eq!(decimal::<u16>(bad.as_bytes()), None, "{bad:?}");
        }
        assert_eq!(hexadecimal(b"0x3C"), Some(60));
        assert_eq!([&b"3c"[..], b"0x", b"0x+1", b"0x100000000"].map(hexadecimal), [None; 4]);
    }

    #[test]
    fn bytes_in_pairs() {
        let mut room = [0; 4];
        assert_eq!(pairs(b"020405B4", &mut room), Some(4));
        assert_eq!(room, [2, 4, 5, 0xb4]);
        assert_eq!(pairs(b"", &mut room), Some(0));
        for bad in ["0", "0g", "0204050405", "+1"] {
            assert_eq!(pairs(bad.as_bytes(), &mut room), None, "{bad:?}");
        }
    }

    #[test]
    fn addresses() {
        let parsed = |text: &str| Some(text.parse().unwrap());
        assert_eq!(address(b"1.2.3.4"), parsed("1.2.3.4"));
        assert_eq!(address(b"::ffff:1.2.3.4"), parsed("1.2.3.4"));
        assert_eq!(address(b"2001:0db8::0001"), parsed("2001:db8::1"));
        assert_eq!(address(b"1.2.3.400"), None);
        assert_eq!(integer_address(b"3232238135"), parsed("192.168.10.55"));
        assert_eq!(integer_address(b"4294967296"), parsed("::1:0:0"));
        assert_eq!(integer_address(b"340282366920938463463374607431768211456"), None);
    }

    #[test]
    fn times_since_1970() {
        assert_eq!(since_1970(b"1634159075307", 1_000), Some(1_634_159_075_307_000));
        assert_eq!(since_1970(b"1634159075.3070019", SECOND), Some(1_634_159_075_307_001));
        assert_eq!(since_1970(b"1.0005", 1_000), Some(1_000));
        assert_eq!(since_1970(b"0", SECOND), Some(0));
        for bad in ["", ".", "1.", ".5", "-1", "1e9", "253402300800", "99999999999999999999", "1.x"]
        {
            assert_eq!(since_1970(bad.as_bytes(), SECOND), None, "{bad:?}");
        }
    }
}
