//! How numbers of natural sequences and of samples lie.

use super::headed;
use crate::evaluation::Both;
use crate::report::drawing::axis::Plot;
use crate::report::drawing::canvas::polyline;
use crate::report::drawing::legend::{Sign, legend, line_sign};
use crate::report::drawing::scale::{extent, round_step};
use crate::report::drawing::{Canvas, Drawing, Ink, Paint, Style};
use serde_json::json;

/// What two distributions show.
#[derive(Debug, Clone)]
pub struct Distributions<'a> {
    /// The line above.
    pub title: String,
    /// What the numbers are.
    pub name: &'a str,
    /// The distributions.
    pub both: &'a Both,
}

/// Steps of an outline, about.
const STEPS: f64 = 50.0;

impl Distributions<'_> {
    /// Draws them.
    pub fn draw(&self, style: Style) -> Drawing {
        let mut canvas = Canvas::new(style);
        let font = style.font;
        let top = headed(&mut canvas, &self.title);
        let entries: Vec<(Sign<'_>, String)> = looks()
            .map(|(ink, words)| {
                let sign = line_sign(move |size| Paint::Line(ink, size / 6.0));
                (sign, words.to_owned())
            })
            .into();
        let top = legend(&mut canvas, (5.4 * font, top), &entries) + 0.5 * font;
        let bottom = top + 13.0 * font;
        let sets = [&self.both.naturals.values, &self.both.samples.values];
        let (from, to) =
            extent(sets.iter().flat_map(|set| set.iter().map(|(x, _)| *x))).unwrap_or((0.0, 1.0));
        let step = round_step(((to - from) / STEPS).max(1e-12));
        let first = (from / step).floor();
        let count = ((to / step).floor() - first) as usize + 1;
        let shares = sets.map(|set| shares(set, (first, step), count));
        let most = shares.iter().flatten().copied().fold(1e-9, f64::max);
        let ends = (first * step, (first + count as f64) * step);
        let corners = [(5.4 * font, top), (style.width - 0.8 * font, bottom)];
        let plot = Plot::new(ends, (0.0, 1.05 * most), corners);
        plot.axes(&mut canvas, (self.name, "share of the sequences"));
        for (shares, (ink, _)) in shares.iter().zip(looks()) {
            let edge = |k: usize| (first + k as f64) * step;
            let bars = shares.iter().enumerate();
            let points: Vec<(f64, f64)> = bars
                .flat_map(|(k, share)| [plot.at(edge(k), *share), plot.at(edge(k + 1), *share)])
                .collect();
            canvas.path(&polyline(&points), Paint::Line(ink, font / 7.0));
        }
        let panel = json!({
            "kind": "points", "x": plot.x.range.0, "y": top, "w": plot.x.range.1 - plot.x.range.0, "h": bottom - top,
            "xs": [plot.x.domain.0, plot.x.domain.1], "ys": [plot.y.domain.0, plot.y.domain.1],
        });
        let words = format!(
            "Histograms of {}: of natural sequences, mean {:.3}, and of samples, mean {:.3}.",
            self.name,
            self.both.naturals.mean(),
            self.both.samples.mean()
        );
        Drawing::of(canvas, bottom + 3.6 * font, &self.title, &words).with_panels(vec![panel])
    }
}

/// Inks and names of both.
fn looks() -> [(Ink, &'static str); 2] {
    [
        (Ink::Blue, "natural sequences"),
        (Ink::Vermilion, "samples"),
    ]
}

fn shares(values: &[(f64, f64)], (first, step): (f64, f64), count: usize) -> Vec<f64> {
    let total: f64 = values.iter().map(|(_, weight)| weight).sum();
    let mut shares = vec![0.0; count];
    for (value, weight) in values.iter().filter(|(value, _)| value.is_finite()) {
        let bar = ((value / step).floor() - first).clamp(0.0, count as f64 - 1.0);
        shares[bar as usize] += weight / total.max(f64::MIN_POSITIVE);
    }
    shares
}
