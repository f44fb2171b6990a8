//! What a PDF draws beside letters: lines across the page, and the bars of charts as high as their figures.
//!
//! Whoever has no need of a font could draw digits as shapes, or cover what is said. So a shape that a bulletin
//! does not have is found, by its form alone: colours are not looked at.

use hayro_interpret::PathDrawMode;
use kurbo::{Affine, BezPath, PathSeg, Point, Rect, Shape as _};
use press::{Block, Document};

/// Points of 1/72 inch by which a drawing may differ from what it should be: coordinates are rounded.
const NEAR: f64 = 0.1;

/// Points in a pixel of a chart: charts of 720 pixels are as wide as the text, 162 mm.
const PIXEL: f64 = 162.0 / 25.4 * 72.0 / 720.0;

/// The shortest line, in points: a cell of a table is as wide.
const SHORTEST: f64 = 20.0;

/// The width of a rule beside what an editor tells, in points, and some more.
const RULE: f64 = 2.2;

/// The thickest line.
const THICKEST: f32 = 3.0;

/// The shapes of a document as they were drawn.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shapes {
    /// The heights of filled rectangles, in the order in which they were drawn, with their pages.
    bars: Vec<(f64, usize)>,
    /// The pages of the rules beside what editors tell.
    rules: Vec<usize>,
    /// The page of the first shape that no bulletin has.
    foreign: Option<usize>,
}

impl Shapes {
    /// Looks at a shape on a page.
    pub(crate) fn add(
        &mut self,
        path: &BezPath,
        to_page: Affine,
        mode: &PathDrawMode,
        page: usize,
    ) {
        let mut path = path.clone();
        path.apply_affine(to_page);
        let found = match mode {
            PathDrawMode::Fill(_) => rectangle(&path).map(|found| match found.width() {
                ..=RULE => self.rules.push(page),
                _ => self.bars.push((found.height(), page)),
            }),
            PathDrawMode::Stroke(stroke) => {
                (is_across(&path) && stroke.line_width <= THICKEST).then_some(())
            }
        };
        if found.is_none() {
            self.foreign.get_or_insert(page);
        }
    }

    /// What differs from a document's shapes, and on which page.
    pub(crate) fn differ(&self, document: &Document) -> Option<(usize, String)> {
        if let Some(page) = self.foreign {
            return Some((page, "it draws a shape that no bulletin has".to_owned()));
        }
        let told =
            document.blocks.iter().filter(|block| matches!(block, Block::Narrative { .. })).count();
        // One that goes on on the next page has two.
        if let Some(page) = self.rules.get(2 * told) {
            return Some((*page, "it draws a rule beside what no editor tells".to_owned()));
        }
        let wanted = heights(document);
        for (at, (height, page)) in self.bars.iter().enumerate() {
            let Some(wanted) = wanted.get(at) else {
                return Some((*page, "it draws a bar that is not the figures'".to_owned()));
            };
            if (height - wanted).abs() > NEAR {
                let why =
                    format!("bar {} is {height:.1} pt high, by the figures {wanted:.1} pt", at + 1);
                return Some((*page, why));
            }
        }
        let missing = wanted.len() - self.bars.len();
        (missing > 0).then(|| (1, format!("bars that are missing: {missing}")))
    }
}

/// The heights of a document's bars, in points; those of nothing are not drawn.
fn heights(document: &Document) -> Vec<f64> {
    let mut heights = Vec::new();
    for block in &document.blocks {
        let Block::Chart { bars, .. } = block else { continue };
        let drawn = press::drawing(bars).columns;
        heights.extend(drawn.iter().map(|column| column.height).filter(|height| *height > 0));
    }
    // A page is some thousand pixels high at most.
    heights.into_iter().map(|height| height as f64 * PIXEL).collect()
}

/// A path as an upright rectangle.
fn rectangle(path: &BezPath) -> Option<Rect> {
    let lines = path.segments().filter(|segment| !is_point(segment)).count();
    let upright = path.segments().all(|segment| match segment {
        PathSeg::Line(line) => near(line.p0.x, line.p1.x) || near(line.p0.y, line.p1.y),
        _ => false,
    });
    (upright && (3..=4).contains(&lines)).then(|| path.bounding_box())
}

fn is_point(segment: &PathSeg) -> bool {
    let (from, to): (Point, Point) = match segment {
        PathSeg::Line(line) => (line.p0, line.p1),
        _ => return false,
    };
    near(from.x, to.x) && near(from.y, to.y)
}

/// Whether a path is long lines across the page: no letter has only such, and none can be hatched with them.
fn is_across(path: &BezPath) -> bool {
    path.segments().all(|segment| match segment {
        PathSeg::Line(line) => {
            near(line.p0.y, line.p1.y) && (line.p0.x - line.p1.x).abs() > SHORTEST
        }
        _ => false,
    })
}

fn near(one: f64, other: f64) -> bool {
    (one - other).abs() < NEAR
}
