//! How some numbers lie, with one of them marked.

use super::headed;
use crate::report::drawing::axis::Plot;
use crate::report::drawing::canvas::push_cell;
use crate::report::drawing::scale::{extent, round_step, tick_words};
use crate::report::drawing::{Anchor, Canvas, Drawing, Ink, Paint, Style};
use serde_json::json;

/// What a histogram shows.
#[derive(Debug, Clone)]
pub struct Histogram<'a> {
    /// The line above.
    pub title: String,
    /// What the numbers are.
    pub name: &'a str,
    /// The numbers, with weights.
    pub values: &'a [(f64, f64)],
    /// A number that is marked, with what it is.
    pub mark: Option<(f64, &'a str)>,
    /// Where the axis begins and ends; the numbers' own ends where there is none.
    pub ends: Option<(f64, f64)>,
}

/// Bars, about.
const BARS: f64 = 45.0;

impl Histogram<'_> {
    /// Draws it.
    pub fn draw(&self, style: Style) -> Drawing {
        let mut canvas = Canvas::new(style);
        let font = style.font;
        let top = headed(&mut canvas, &self.title) + 1.4 * font;
        let bottom = top + 12.0 * font;
        let (first, step, bars) = self.bars();
        let count = bars.len();
        let most = bars.iter().copied().fold(0.0, f64::max).max(1e-9);
        let ends = (first * step, (first + count as f64) * step);
        let plot = Plot::new(
            ends,
            (0.0, 1.05 * most),
            [(5.4 * font, top), (style.width - 0.8 * font, bottom)],
        );
        plot.axes_with(
            &mut canvas,
            (self.name, "share of the sequences"),
            (tick_words, tick_words),
        );
        let mut path = String::new();
        for (k, share) in bars.iter().enumerate().filter(|(_, share)| **share > 0.0) {
            let (left, y) = plot.at((first + k as f64) * step, *share);
            let right = plot.x.at((first + k as f64 + 1.0) * step);
            push_cell(
                &mut path,
                (left, y),
                ((right - left - 0.5).max(0.5), bottom - y),
            );
        }
        canvas.path(&path, Paint::Fill(Ink::Blue));
        self.mark(&mut canvas, &plot);
        let panel = json!({
            "kind": "bars", "x": plot.x.range.0, "y": top, "w": plot.x.range.1 - plot.x.range.0, "h": bottom - top,
            "start": ends.0, "step": step, "shares": bars.iter().map(|share| (share * 1e4).round() / 1e4).collect::<Vec<_>>(),
        });
        Drawing::of(
            canvas,
            bottom + 3.6 * font,
            &self.title,
            &format!("Histogram of {}.", self.name),
        )
        .with_panels(vec![panel])
    }

    /// The first bar's number, the width of a bar, and the share of each.
    fn bars(&self) -> (f64, f64, Vec<f64>) {
        let marked = self.mark.iter().map(|(value, _)| *value);
        let numbers = self.values.iter().map(|(value, _)| *value).chain(marked);
        let (from, to) = self.ends.or_else(|| extent(numbers)).unwrap_or((0.0, 1.0));
        let step = round_step(((to - from) / BARS).max(1e-12));
        let first = (from / step).floor();
        let count = ((to / step).floor() - first) as usize + 1;
        let mut bars = vec![0.0; count];
        let total: f64 = self.values.iter().map(|(_, weight)| weight).sum();
        for (value, weight) in self.values.iter().filter(|(value, _)| value.is_finite()) {
            let bar = ((value / step).floor() - first).clamp(0.0, count as f64 - 1.0) as usize;
            bars[bar] += weight / total.max(f64::MIN_POSITIVE);
        }
        (first, step, bars)
    }

    fn mark(&self, canvas: &mut Canvas, plot: &Plot) {
        let Some((value, words)) = self.mark else {
            return;
        };
        let font = canvas.font();
        let (x, (bottom, top)) = (plot.x.at(value), plot.y.range);
        let dashes = Paint::Dashes(Ink::Vermilion, font / 8.0);
        canvas.line((x, top), (x, bottom), dashes);
        let half = canvas.width_of(words) / 2.0;
        let anchor = match (x < half, x + half > canvas.style().width) {
            (true, _) => Anchor::Start,
            (_, true) => Anchor::End,
            _ => Anchor::Middle,
        };
        canvas.sized((x, top - 0.4 * font), words, anchor, (font, Ink::Vermilion));
    }
}
