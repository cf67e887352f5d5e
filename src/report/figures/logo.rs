//! The sequence logo: at each position the residues of the family, as high as they are frequent, together as high as the position is conserved.

use super::{headed, in_row};
use crate::alignment::ColumnMap;
use crate::report::drawing::outlines::outline;
use crate::report::drawing::{Anchor, Canvas, Drawing, Ink, Paint, Places, Style};
use serde_json::{Value, json};
use std::ops::Range;

/// Letters lower than this share of the height of a row are left out.
const LEAST: f64 = 0.02;

/// What a logo shows.
#[derive(Debug, Clone)]
pub struct Logo<'a> {
    /// The line above.
    pub title: String,
    /// The target.
    pub columns: &'a ColumnMap,
    /// The residues.
    pub letters: &'a [u8],
    /// Whether they are amino acids.
    pub is_protein: bool,
    /// Of each site the shares of the residues among residues.
    pub shares: Vec<Vec<f64>>,
    /// Of each site the share of the sequences that have a residue: what few have is drawn low.
    pub coverage: Vec<f64>,
    /// The places that are drawn; all of them where it is empty.
    pub places: Range<usize>,
}

/// Bits of a position: log2 q less the entropy of its residues.
pub fn bits(shares: &[f64]) -> f64 {
    let terms = shares
        .iter()
        .filter(|share| **share > 0.0)
        .map(|share| share * share.log2());
    ((shares.len() as f64).log2() + terms.sum::<f64>()).max(0.0)
}

impl Logo<'_> {
    /// Draws it.
    pub fn draw(&self, style: Style) -> Drawing {
        let mut canvas = Canvas::new(style);
        let places = Places::of(self.columns);
        let font = style.font;
        let mut top = headed(&mut canvas, &self.title);
        let left = 3.2 * font;
        let room = style.width - left - 0.5 * font;
        let drawn = match self.places.is_empty() {
            true => 0..places.count(),
            false => self.places.clone(),
        };
        let in_row = in_row(drawn.len(), room / (0.8 * font));
        let wide = (room / in_row.min(drawn.len()) as f64).min(1.6 * font);
        let high = 6.5 * font;
        let mut panels = Vec::new();
        for start in drawn.clone().step_by(in_row) {
            let row = start..(start + in_row).min(drawn.end);
            panels.push(self.row(&mut canvas, &places, (left, top), (row, wide, high)));
            top += high + 3.4 * font;
        }
        let words = "Residues of the family at each position of the target, as high as they are frequent; the whole stack is as high as the position is conserved.";
        Drawing::of(canvas, top, &self.title, words).with_panels(panels)
    }

    fn row(
        &self,
        canvas: &mut Canvas,
        places: &Places<'_>,
        (left, top): (f64, f64),
        (row, wide, high): (Range<usize>, f64, f64),
    ) -> Value {
        let font = canvas.font();
        let most = (self.letters.len() as f64).log2();
        let bottom = top + high;
        for place in row.clone() {
            let Some(site) = places.site(place) else {
                continue;
            };
            let x = left + ((place - row.start) as f64 + 0.04) * wide;
            self.stack(canvas, site, ((x, bottom), 0.92 * wide, high));
        }
        let right = left + wide * row.len() as f64;
        let thin = Paint::Line(Ink::Text, font / 14.0);
        canvas.line((left, bottom), (right, bottom), thin);
        canvas.line((left, top), (left, bottom), thin);
        for tick in 0..=most as usize {
            let y = bottom - high * tick as f64 / most;
            canvas.line((left - 0.3 * font, y), (left, y), thin);
            let at = (left - 0.5 * font, y + 0.3 * font);
            canvas.sized(at, &tick.to_string(), Anchor::End, (0.85 * font, Ink::Text));
        }
        canvas.upwards((1.1 * font, top + high / 2.0), "bits", Anchor::Middle);
        let letters = (row.clone(), wide, 0.85 * font);
        places.letters(canvas, (left, bottom + font), letters);
        places.numbers(canvas, (left, bottom + 1.2 * font), (row.clone(), wide));
        json!({
            "kind": "sites", "x": left, "y": top, "w": right - left, "h": high + 1.2 * font, "from": row.start, "n": row.len(),
        })
    }

    /// The letters of a site above one another, the most frequent on top.
    fn stack(
        &self,
        canvas: &mut Canvas,
        site: usize,
        ((x, bottom), wide, high): ((f64, f64), f64, f64),
    ) {
        let shares = &self.shares[site];
        let most = (self.letters.len() as f64).log2();
        let height = high * self.coverage[site] * bits(shares) / most;
        let mut order: Vec<usize> = (0..shares.len()).collect();
        order.sort_by(|&a, &b| shares[a].total_cmp(&shares[b]));
        let mut base = bottom;
        for state in order {
            let tall = shares[state] * height;
            base -= tall;
            let path = outline(self.letters[state]).filter(|_| tall >= LEAST * high);
            if let Some(path) = path {
                let ink = Ink::of_letter(self.letters[state], self.is_protein);
                canvas.stretched(path, (x, base), (wide, tall), ink);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_all_where_one_residue_is() {
        assert_eq!(bits(&[1.0, 0.0, 0.0, 0.0]), 2.0);
        assert_eq!(bits(&[0.25; 4]), 0.0);
        assert!((bits(&[0.5, 0.5, 0.0, 0.0]) - 1.0).abs() < 1e-12);
    }
}
