//! Connected correlations of samples against those of natural sequences, as a density.

use super::headed;
use crate::report::drawing::axis::Plot;
use crate::report::drawing::canvas::push_cell;
use crate::report::drawing::{Canvas, Drawing, Ink, Paint, Style};
use crate::sample::moments::Density;
use serde_json::json;

/// What is drawn of correlations.
#[derive(Debug, Clone)]
pub struct Correlations<'a> {
    /// The line above.
    pub title: String,
    /// Where they lie.
    pub density: &'a Density,
}

/// Shades, by the logarithm of the count.
const SHADES: usize = 6;

impl Correlations<'_> {
    /// Draws it.
    pub fn draw(&self, style: Style) -> Drawing {
        let mut canvas = Canvas::new(style);
        let font = style.font;
        let top = headed(&mut canvas, &self.title) + 0.2 * font;
        let left = 5.6 * font;
        let side = (style.width - left - 0.8 * font).min(36.0 * font);
        let most = self.extent();
        let corners = [(left, top), (left + side, top + side)];
        let plot = Plot::new((-most, most), (-most, most), corners);
        let names = (
            "connected correlation, natural sequences",
            "connected correlation, samples",
        );
        plot.axes(&mut canvas, names);
        let diagonal = [plot.at(-most, -most), plot.at(most, most)];
        canvas.line(
            diagonal[0],
            diagonal[1],
            Paint::Dashes(Ink::Text, font / 14.0),
        );
        self.cells(&mut canvas, &plot);
        let panel = json!({
            "kind": "points", "x": left, "y": top, "w": side, "h": side, "xs": [-most, most], "ys": [-most, most],
        });
        let words = "Density of the connected correlations of all pairs of residues at all pairs of positions: those of natural sequences to the right, those of samples upwards; alike on the dashed line.";
        Drawing::of(canvas, top + side + 3.6 * font, &self.title, words).with_panels(vec![panel])
    }

    /// Cells from the middle within which all are.
    fn half(&self) -> usize {
        let cells = Density::CELLS;
        let far = |k: usize| (2 * k + 1).abs_diff(cells).div_ceil(2);
        let taken = self.density.counts.iter().enumerate();
        let taken = taken.filter(|(_, count)| **count > 0);
        let farthest = taken.map(|(place, _)| far(place % cells).max(far(place / cells)));
        (farthest.max().unwrap_or(0) + 1).min(cells / 2)
    }

    /// Where axes end.
    fn extent(&self) -> f64 {
        self.half() as f64 * 2.0 * Density::MOST / Density::CELLS as f64
    }

    fn cells(&self, canvas: &mut Canvas, plot: &Plot) {
        let (cells, half) = (Density::CELLS, self.half());
        let width = 2.0 * Density::MOST / cells as f64;
        let most = self.density.counts.iter().copied().max().unwrap_or(1);
        let deepest = (most as f64).ln_1p();
        let mut paths = vec![String::new(); SHADES];
        let middle = cells / 2;
        for row in middle - half..middle + half {
            for column in middle - half..middle + half {
                let count = self.density.counts[row * cells + column];
                if count == 0 {
                    continue;
                }
                let shade = (count as f64).ln_1p() / deepest * SHADES as f64;
                let shade = (shade.ceil() as usize).clamp(1, SHADES) - 1;
                let from = |k: usize| k as f64 * width - Density::MOST;
                let (x, y) = plot.at(from(column), from(row + 1));
                let (right, below) = plot.at(from(column + 1), from(row));
                push_cell(&mut paths[shade], (x, y), (right - x, below - y));
            }
        }
        for (shade, path) in paths
            .iter()
            .enumerate()
            .filter(|(_, path)| !path.is_empty())
        {
            let share = 0.25 + 0.75 * (shade as f64 + 1.0) / SHADES as f64;
            canvas.path(path, Paint::Wash(Ink::Blue, share));
        }
    }
}
