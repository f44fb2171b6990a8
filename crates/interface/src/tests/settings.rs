//! Sizes are bounded.

use crate::settings::RingSize;

#[test]
fn ring_sizes() {
    let size = |bytes| RingSize::new(bytes).map(RingSize::bytes);
    assert_eq!(size(RingSize::LEAST - 1), None);
    assert_eq!(size(RingSize::LEAST), Some(512 << 10));
    assert_eq!(size((1 << 20) + 5), Some(1 << 20));
    assert_eq!(size(RingSize::MOST), Some(RingSize::MOST));
    assert_eq!(size(u32::MAX), None);
    assert_eq!(RingSize::default().bytes(), 2 << 20);
    assert_eq!(RingSize::default().blocks(), 16);
}

#[test]
fn ring_sizes_are_written_in_kib() {
    assert_eq!("2048".parse(), Ok(RingSize::default()));
    assert_eq!(RingSize::default().to_string(), "2048");
    for bad in ["", "511", "4 MiB", "-4096", "4194304"] {
        let error = bad.parse::<RingSize>().unwrap_err();
        assert!(error.contains("512 to 262144"), "{error}");
    }
}
