//! Months that nobody chose: what is said of them is proven, agrees with itself, and is grammatical.

use claims::{Entries, Figure, Month, Months, Row, Series};
use press::Lang;

use crate::bundle::{bundle, figures, verify};
use crate::trial::{may, text};
use crate::{Backscatter, Monitoring, Reports, Summary, lint, recompute, write};

/// SplitMix64 (Steele, Lea, Flood 2014): every run looks at the same months.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }

    /// Small and great counts, and often the least ones.
    fn count(&mut self) -> u64 {
        match self.below(6) {
            0 => self.below(3),
            1 => self.below(30),
            2 => 1_000 * (1 + self.below(9)),
            3 => 10_u64.pow(u32::try_from(self.below(10)).unwrap()),
            _ => self.below(10_000_000),
        }
    }

    fn series(&mut self, month: Month) -> Series {
        let months = 1 + self.below(26);
        let known = (0..months).rev().filter(|back| *back == 0 || self.below(8) > 0);
        let known: Vec<u64> = known.collect();
        let figure = |back: u64| {
            (month.back(u32::try_from(back).unwrap()).unwrap(), Figure::exact(self.count()))
        };
        known.into_iter().map(figure).collect()
    }

    /// Parts of a count, of which the last is a rest or a family like the others.
    fn parts(&mut self, mut whole: u64) -> Row {
        let mut row = Vec::new();
        for name in ["Netsky", "Mytob", "Mydoom", "Bagle", "Zafi", "other"] {
            if self.below(5) == 0 {
                continue;
            }
            let part = self.below(whole / 2 + 2).min(whole);
            whole -= part;
            if part > 0 {
                row.push((name.to_owned(), Figure::exact(part)));
            }
        }
        Entries(row)
    }

    fn months(&mut self, series: &Series) -> Months {
        let row =
            |(month, figure): &(Month, Figure)| (*month, self.parts(figure.value.whole().unwrap()));
        series.0.iter().map(row).collect()
    }

    fn summary(&mut self) -> Summary {
        let month: Month =
            format!("{}-{:02}", 2000 + self.below(30), 1 + self.below(12)).parse().unwrap();
        let reports = (self.below(8) > 0).then(|| self.reports(month));
        let monitoring = (self.below(8) > 0).then(|| self.monitoring(month));
        Summary { month, days: 28, reports, monitoring, ..may() }
    }

    fn reports(&mut self, month: Month) -> Reports {
        let (virus, detections, access) =
            (self.series(month), self.series(month), self.series(month));
        let families = self.months(&virus);
        let pieces = self.months(&detections);
        let less = |(month, figure): &(Month, Figure)| {
            (*month, Figure::exact(self.below(figure.value.whole::<u64>().unwrap() + 1)))
        };
        let damaged: Series = access.0.iter().map(less).collect();
        let (all, hurt) = (access.0.last().unwrap().1.clone(), damaged.0.last().unwrap().1.clone());
        let (all, hurt): (u64, u64) = (all.value.whole().unwrap(), hurt.value.whole().unwrap());
        let intrusions = self.below(hurt + 1);
        let some =
            |name: &str, count: u64| (count > 0).then(|| (name.to_owned(), Figure::exact(count)));
        Reports {
            virus,
            detections,
            families,
            pieces,
            access,
            damaged,
            damaged_by: some("intrusion", intrusions)
                .into_iter()
                .chain(some("dos", hurt - intrusions))
                .collect(),
            harmless_by: some("access attempt", all - hurt).into_iter().collect(),
            altered: some("", self.below(intrusions + 1)).map(|(_, figure)| figure),
            ..may().reports.unwrap()
        }
    }

    fn monitoring(&mut self, month: Month) -> Monitoring {
        let accesses = self.series(month);
        let accesses: Series = accesses.0.into_iter().rev().take(2).collect();
        let all: u64 = accesses.0[0].1.value.whole().unwrap();
        let points = u32::try_from(1 + self.below(12)).unwrap();
        let (senders, days) = (self.below(4), (0..28).map(|_| self.below(90)).collect());
        Monitoring {
            sources: accesses.clone(),
            accesses,
            points,
            seconds_up: (self.below(2) == 0)
                .then(|| claims::Decimal::from(86_400 * (1 + self.below(28)))),
            services: self.parts(all),
            services_before: self.parts(all),
            days_of_services: Entries(vec![("Netsky".to_owned(), days)]),
            countries: self.parts(all),
            tools: self.parts(all),
            backscatter: Some(Backscatter {
                accesses: Figure::exact(self.below(3)),
                senders: Figure::exact(senders),
                victims: Some(Figure::exact(self.below(3))),
            }),
            ..may().monitoring.unwrap()
        }
    }
}

#[test]
fn months_that_nobody_chose() {
    let mut chance = Chance(6);
    for round in 0..60 {
        let summary = chance.summary();
        let written = write(&summary);
        assert_eq!(recompute(&written.claims), [], "{round}");
        assert_eq!(lint(&written), [], "{round}: {summary:?}");
        let refuted = written.withheld.iter().find(|withheld| withheld.why.contains("is not"));
        assert_eq!(refuted, None, "{round}: what is stated is true of the figures");
        for document in [&written.documents.en, &written.documents.ja] {
            assert_eq!(document.stray_digits(), Vec::<&str>::new(), "{round}");
            assert!(!text(document).contains(['{', '}']), "{round}");
        }
        let page = text(&written.documents.en);
        for wrong in [
            " 1 reports",
            "\n1 virus reports",
            ": 1 reports",
            " 1 points",
            " 1 accesses were",
            " 1 sources:",
            " 1 times.",
            "\u{2212}0.0%",
        ] {
            assert!(!page.contains(wrong), "{round}: {wrong:?} is in\n{page}");
        }
        let whole = bundle(&summary, &Lang::ALL);
        assert_eq!(verify(&whole), [], "{round}");
        assert_eq!(figures(&whole).unwrap(), summary, "{round}");
    }
}
