//! How many of the first pairs touch, by the length of the list.

use super::headed;
use crate::contacts::precision::{Judged, SeparationClass};
use crate::report::drawing::axis::Plot;
use crate::report::drawing::canvas::polyline;
use crate::report::drawing::legend::{Sign, legend, line_sign};
use crate::report::drawing::{Canvas, Drawing, Ink, Paint, Style};

/// What the curves show.
#[derive(Debug, Clone)]
pub struct PrecisionCurves<'a> {
    /// The line above.
    pub title: String,
    /// All pairs with coordinates, in the order of the ranking.
    pub judged: &'a [Judged],
    /// Number of modelled sites.
    pub sites: usize,
}

/// Lists up to this multiple of the length are drawn.
const LONGEST: f64 = 2.0;

/// The first points of a curve hang on too few pairs to be drawn.
const FEWEST: usize = 3;

fn look(class: SeparationClass) -> (Ink, &'static str) {
    match class {
        SeparationClass::All => (Ink::Text, "6 apart and more"),
        SeparationClass::Short => (Ink::Green, "6 to 11"),
        SeparationClass::Medium => (Ink::Vermilion, "12 to 23"),
        SeparationClass::Long => (Ink::Blue, "24 and more"),
        SeparationClass::BetweenChains => (Ink::Purple, "between chains"),
    }
}

impl PrecisionCurves<'_> {
    /// Length of the list over L, the share that touches, and the mean probability where all have one.
    fn points(&self, class: SeparationClass) -> Vec<(f64, f64, Option<f64>)> {
        let own = self
            .judged
            .iter()
            .filter(|pair| class.holds(pair.separation));
        let (mut right, mut sum) = (0.0, Some(0.0));
        let most = (LONGEST * self.sites as f64).ceil() as usize;
        let points = own.take(most).enumerate().map(|(k, pair)| {
            right += f64::from(u8::from(pair.contact));
            sum = sum
                .zip(pair.probability)
                .map(|(sum, probability)| sum + probability);
            let pairs = k as f64 + 1.0;
            (
                pairs / self.sites as f64,
                right / pairs,
                sum.map(|sum| sum / pairs),
            )
        });
        points.skip(FEWEST - 1).collect()
    }

    /// Draws them.
    pub fn draw(&self, style: Style) -> Drawing {
        let mut canvas = Canvas::new(style);
        let font = style.font;
        let top = headed(&mut canvas, &self.title) + 0.2 * font;
        let bottom = top + (style.width * 0.5).min(20.0 * font);
        let plot = Plot::new(
            (0.0, LONGEST),
            (0.0, 1.0),
            [(4.6 * font, top), (style.width - 0.8 * font, bottom)],
        );
        plot.axes(
            &mut canvas,
            (
                "pairs in the list, as a multiple of L",
                "share that touches",
            ),
        );
        let mut entries: Vec<(Sign<'_>, String)> = Vec::new();
        for class in SeparationClass::ALL {
            let points = self.points(class);
            if points.is_empty() {
                continue;
            }
            let (ink, words) = look(class);
            let line: Vec<_> = points.iter().map(|(x, y, _)| plot.at(*x, *y)).collect();
            canvas.path(&polyline(&line), Paint::Line(ink, font / 8.0));
            let sign = line_sign(move |size| Paint::Line(ink, 0.14 * size));
            entries.push((sign, words.into()));
            let expected = points
                .iter()
                .filter_map(|(x, _, p)| Some(plot.at(*x, (*p)?)));
            let expected: Vec<_> = expected.collect();
            if class == SeparationClass::All && !expected.is_empty() {
                canvas.path(&polyline(&expected), Paint::Dashes(Ink::Grey, font / 10.0));
                let sign = line_sign(|size| Paint::Dashes(Ink::Grey, 0.12 * size));
                entries.push((sign, "expected by the probabilities".into()));
            }
        }
        let end = legend(&mut canvas, (4.6 * font, bottom + 3.4 * font), &entries);
        let words = "The share of the first pairs of the ranking that touch in the structure, by the length of the list and the separation along the chain.";
        Drawing::of(canvas, end + 0.4 * font, &self.title, words)
    }
}
