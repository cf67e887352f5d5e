//! Natural sequences and samples in the plane of the first two principal components.

use super::headed;
use crate::evaluation::Plane;
use crate::report::drawing::axis::Plot;
use crate::report::drawing::legend::{Sign, box_sign, legend};
use crate::report::drawing::scale::extent;
use crate::report::drawing::{Canvas, Drawing, Ink, Paint, Style};
use serde_json::json;

/// What is drawn of components.
#[derive(Debug, Clone)]
pub struct ComponentPlane<'a> {
    /// The line above.
    pub title: String,
    /// Where sequences lie.
    pub plane: &'a Plane,
}

/// Points of either kind: more only cover one another.
const MOST: usize = 1500;

impl ComponentPlane<'_> {
    /// Draws it.
    pub fn draw(&self, style: Style) -> Drawing {
        let mut canvas = Canvas::new(style);
        let font = style.font;
        let top = headed(&mut canvas, &self.title);
        let (naturals, samples) = (Ink::Blue, Ink::Vermilion);
        let entries: Vec<(Sign<'_>, String)> = vec![
            (
                box_sign(Paint::Wash(naturals, 0.6)),
                "natural sequences".into(),
            ),
            (box_sign(Paint::Wash(samples, 0.6)), "samples".into()),
        ];
        let top = legend(&mut canvas, (5.6 * font, top), &entries) + 0.5 * font;
        let bottom = top + (style.width * 0.6).min(30.0 * font);
        let count = self.plane.naturals.len();
        let sets = [&self.plane.natural_places, &self.plane.sample_places];
        let sets = sets.map(|places| points(places, count));
        let ends = |of: fn(&(f64, f64)) -> f64| {
            let all = sets.iter().flatten().map(of);
            let (from, to) = extent(all).unwrap_or((0.0, 1.0));
            let more = (0.03 * (to - from)).max(1e-6);
            (from - more, to + more)
        };
        let corners = [(5.6 * font, top), (style.width - 0.8 * font, bottom)];
        let plot = Plot::new(ends(|p| p.0), ends(|p| p.1), corners);
        let share = |k: usize| 100.0 * self.plane.naturals.get(k).copied().unwrap_or(0.0);
        let names = (
            format!("component 1 ({:.1} % of the variance)", share(0)),
            format!("component 2 ({:.1} %)", share(1)),
        );
        plot.axes(&mut canvas, (&names.0, &names.1));
        for (points, ink) in sets.iter().zip([naturals, samples]) {
            for (x, y) in points {
                canvas.circle(plot.at(*x, *y), 0.14 * font, Paint::Wash(ink, 0.4));
            }
        }
        let panel = json!({
            "kind": "points", "x": plot.x.range.0, "y": top, "w": plot.x.range.1 - plot.x.range.0, "h": bottom - top,
            "xs": [plot.x.domain.0, plot.x.domain.1], "ys": [plot.y.domain.0, plot.y.domain.1],
        });
        let words = "Natural sequences and samples as points in the plane of the first two principal components of the natural ones.";
        Drawing::of(canvas, bottom + 3.6 * font, &self.title, words).with_panels(vec![panel])
    }
}

/// Every so many of the places, by the first two components.
fn points(places: &[f64], count: usize) -> Vec<(f64, f64)> {
    let rows = places.chunks_exact(count.max(1));
    let step = rows.len().div_ceil(MOST).max(1);
    rows.step_by(step)
        .map(|row| (row[0], row.get(1).copied().unwrap_or(0.0)))
        .collect()
}
