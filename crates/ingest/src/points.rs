//! The file that names several points: `--points FILE.toml`.

use capture::fold::{Expect, Mode, WatchedPoint};
use ipnet::IpNet;
use observation::Point;
use serde::Deserialize;

/// What is wrong with a points file. Whoever wrote it is at fault.
#[derive(Debug, thiserror::Error)]
pub enum PointsError {
    /// Not TOML, or with keys that nobody knows.
    #[error("the points file cannot be understood: {0}")]
    Toml(#[from] toml::de::Error),
    /// A value that is not what its key wants.
    #[error("point {point:?}: {why}")]
    Value {
        /// The point's name as written.
        point: String,
        /// What is wrong.
        why: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PointsFile {
    point: Vec<PointTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PointTable {
    name: String,
    #[serde(default)]
    watch: Vec<String>,
    #[serde(default = "dark")]
    mode: String,
    #[serde(default)]
    expect: Vec<String>,
}

fn dark() -> String {
    Mode::Dark.as_str().to_owned()
}

/// The points that a TOML text names, a table `[[point]]` each.
///
/// # Errors
/// The text is not such a file.
pub fn points_from_toml(text: &str) -> Result<Vec<WatchedPoint>, PointsError> {
    let file: PointsFile = toml::from_str(text)?;
    file.point.into_iter().map(PointTable::parse).collect()
}

impl PointTable {
    fn parse(self) -> Result<WatchedPoint, PointsError> {
        let point = self.name;
        let wrong = |why: String| PointsError::Value { point: point.clone(), why };
        let parsed: Point = point.parse().map_err(|error| wrong(format!("{error}")))?;
        let mode = match self.mode.as_str() {
            "dark" => Mode::Dark,
            "live" => Mode::Live,
            other => return Err(wrong(format!("mode {other:?} is neither dark nor live"))),
        };
        let nets =
            self.watch.iter().map(|text| net(text).map_err(&wrong)).collect::<Result<_, _>>()?;
        let expect = self.expect.iter().map(|text| text.parse::<Expect>().map_err(&wrong));
        let expect = expect.collect::<Result<_, _>>()?;
        Ok(WatchedPoint { point: parsed, mode, nets, expect })
    }
}

/// A network, or one address.
fn net(text: &str) -> Result<IpNet, String> {
    let net = text.parse().or_else(|_| text.parse::<std::net::IpAddr>().map(IpNet::from));
    net.map_err(|_| format!("{text:?} is no network: write it like 192.0.2.0/24 or 2001:db8::/32"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_points_file() {
        let points = points_from_toml(
            r#"
            [[point]]
            name = "p0"
            watch = ["198.18.0.0/27", "2001:db8::1"]
            mode = "live"
            expect = ["443/tcp"]
            [[point]]
            name = "p1"
            watch = ["198.18.1.0/27"]
            "#,
        )
        .unwrap();
        assert_eq!(points.len(), 2);
        assert_eq!(points[0].mode, Mode::Live);
        assert_eq!(points[0].nets[1].to_string(), "2001:db8::1/128");
        assert_eq!(points[1].mode, Mode::Dark);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let check = |text: &str, said: &str| {
            let error = points_from_toml(text).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
        };
        check("[[point]]\nname = 'p0'\nwacht = []", "wacht");
        check("[[point]]\nname = 'P0'", "cannot name a point");
        check("[[point]]\nname = 'p0'\nmode = 'grey'", "neither dark nor live");
        check("[[point]]\nname = 'p0'\nwatch = ['300.0.0.0/8']", "no network");
        check("[[point]]\nname = 'p0'\nexpect = ['https']", "443/tcp");
    }
}
