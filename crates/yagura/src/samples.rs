//! The captures that `--sample` loads: real ones, under permissive licences (samples/README.md).
//! They are part of the program, so that it needs no other file.

/// One capture.
pub(crate) struct Sample {
    pub(crate) name: &'static str,
    /// What it is, for people.
    pub(crate) what: &'static str,
    /// The points that it holds, as in a points file.
    pub(crate) points: &'static str,
    pub(crate) bytes: &'static [u8],
}

pub(crate) static SAMPLES: [Sample; 2] = [
    Sample {
        name: "23-tcp-scan.pcap.xz",
        what: "one source sweeps a university network for telnet, Berkeley Lab, March 2018",
        points: include_str!("../../../samples/lbl-north.toml"),
        bytes: include_bytes!("../../../samples/23-tcp-scan.pcap.xz"),
    },
    Sample {
        name: "test-for-accurate-scan-summary.pcap.xz",
        what: "scans for SQL Server and telnet on the same network, Berkeley Lab, March 2018",
        points: include_str!("../../../samples/lbl-south.toml"),
        bytes: include_bytes!("../../../samples/test-for-accurate-scan-summary.pcap.xz"),
    },
];
