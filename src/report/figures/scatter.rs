//! Measured values against scores.

use super::headed;
use crate::report::drawing::axis::Plot;
use crate::report::drawing::scale::extent;
use crate::report::drawing::{Canvas, Drawing, Ink, Paint, Style};
use serde_json::json;

/// What a cloud of points shows.
#[derive(Debug, Clone)]
pub struct Scatter<'a> {
    /// The line above.
    pub title: String,
    /// What the axes are.
    pub names: (&'a str, &'a str),
    /// The points; those that are not finite are left out.
    pub points: &'a [(f64, f64)],
}

impl Scatter<'_> {
    /// Draws it.
    pub fn draw(&self, style: Style) -> Drawing {
        let mut canvas = Canvas::new(style);
        let font = style.font;
        let top = headed(&mut canvas, &self.title) + 0.2 * font;
        let bottom = top + (style.width * 0.55).min(26.0 * font);
        let finite: Vec<(f64, f64)> = self
            .points
            .iter()
            .copied()
            .filter(|(x, y)| x.is_finite() && y.is_finite())
            .collect();
        let widened = |ends: Option<(f64, f64)>| {
            let (from, to) = ends.unwrap_or((0.0, 1.0));
            let more = (0.03 * (to - from)).max(1e-9 * (1.0 + from.abs()));
            (from - more, to + more)
        };
        let (xs, ys) = (
            extent(finite.iter().map(|p| p.0)),
            extent(finite.iter().map(|p| p.1)),
        );
        let plot = Plot::new(
            widened(xs),
            widened(ys),
            [(5.6 * font, top), (style.width - 0.8 * font, bottom)],
        );
        plot.axes(&mut canvas, self.names);
        let (radius, share) = match finite.len() {
            0..=300 => (0.24 * font, 0.7),
            301..=3000 => (0.18 * font, 0.45),
            _ => (0.14 * font, 0.3),
        };
        for (x, y) in &finite {
            canvas.circle(plot.at(*x, *y), radius, Paint::Wash(Ink::Blue, share));
        }
        let panel = json!({
            "kind": "points", "x": plot.x.range.0, "y": top, "w": plot.x.range.1 - plot.x.range.0, "h": bottom - top,
            "xs": [plot.x.domain.0, plot.x.domain.1], "ys": [plot.y.domain.0, plot.y.domain.1],
        });
        let words = format!(
            "{} points: {} to the right, {} upwards.",
            finite.len(),
            self.names.0,
            self.names.1
        );
        Drawing::of(canvas, bottom + 3.6 * font, &self.title, &words).with_panels(vec![panel])
    }
}
