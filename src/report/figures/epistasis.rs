//! What the substitutions of two positions do together: residues of one by residues of the other.

use super::{drawn_order, headed};
use crate::report::drawing::canvas::push_cell;
use crate::report::drawing::ink::LEVELS;
use crate::report::drawing::legend::{box_sign, legend};
use crate::report::drawing::scale::tick_words;
use crate::report::drawing::{Anchor, Canvas, Drawing, Ink, Paint, Style};
use ndarray::ArrayView2;
use serde_json::json;

/// What a map of a pair shows.
#[derive(Debug, Clone)]
pub struct PairMap<'a> {
    /// The line above.
    pub title: String,
    /// How the two positions are called, with the wild type: A24.
    pub names: (String, String),
    /// The target's states there.
    pub wild: (usize, usize),
    /// The residues.
    pub letters: &'a [u8],
    /// Residues of the first by residues of the second, in nats.
    pub interactions: ArrayView2<'a, f64>,
}

impl PairMap<'_> {
    /// Draws it.
    pub fn draw(&self, style: Style) -> Drawing {
        let mut canvas = Canvas::new(style);
        let font = style.font;
        let order = drawn_order(self.letters);
        let top = headed(&mut canvas, &self.title) + 1.4 * font;
        let left = 3.4 * font;
        let side = style.width - left - 0.8 * font;
        let cell = side / order.len() as f64;
        let most = self
            .interactions
            .iter()
            .fold(0.0, |most: f64, value| most.max(value.abs()));
        let most = if most > 0.0 { most } else { 1.0 };
        self.cells(&mut canvas, &order, ((left, top), cell, most));
        canvas.rect(
            (left, top),
            (side, side),
            Paint::Line(Ink::Text, font / 14.0),
        );
        self.letters(&mut canvas, &order, ((left, top), cell));
        canvas.words(
            (left + side / 2.0, top + side + 1.4 * font),
            &self.names.1,
            Anchor::Middle,
        );
        canvas.upwards(
            (1.2 * font, top + side / 2.0),
            &self.names.0,
            Anchor::Middle,
        );
        let bottom = self.legend(&mut canvas, (left, top + side + 2.0 * font), most);
        let panel = json!({
            "kind": "pair", "x": left, "y": top, "w": side, "h": side,
            "rows": order.iter().map(|&state| char::from(self.letters[state])).collect::<String>(),
        });
        let words = format!(
            "Interaction of each residue at {} with each at {}; blue: they help one another, orange: they hurt.",
            self.names.0, self.names.1
        );
        Drawing::of(canvas, bottom + 0.4 * font, &self.title, &words).with_panels(vec![panel])
    }

    fn cells(
        &self,
        canvas: &mut Canvas,
        order: &[usize],
        ((left, top), cell, most): ((f64, f64), f64, f64),
    ) {
        let mut levels = vec![String::new(); usize::from(LEVELS)];
        for (line, &a) in order.iter().enumerate() {
            for (column, &b) in order.iter().enumerate() {
                let corner = (left + column as f64 * cell, top + line as f64 * cell);
                if let Ink::Level(level) = Ink::level(self.interactions[[a, b]], most) {
                    push_cell(&mut levels[usize::from(level)], corner, (cell, cell));
                }
            }
        }
        for (level, path) in levels.iter().enumerate() {
            canvas.path(path, Paint::Fill(Ink::Level(level as u8)));
        }
    }

    fn letters(
        &self,
        canvas: &mut Canvas,
        order: &[usize],
        ((left, top), cell): ((f64, f64), f64),
    ) {
        let font = canvas.font();
        let size = (0.8 * cell).min(font);
        for (k, &state) in order.iter().enumerate() {
            let middle = (k as f64 + 0.5) * cell;
            let letter = char::from(self.letters[state]).to_string();
            let ink = |own: usize| match own == state {
                true => Ink::Vermilion,
                false => Ink::Text,
            };
            let beside = (left - 0.4 * font, top + middle + 0.36 * size);
            canvas.sized(beside, &letter, Anchor::End, (size, ink(self.wild.0)));
            let above = (left + middle, top - 0.4 * font);
            canvas.sized(above, &letter, Anchor::Middle, (size, ink(self.wild.1)));
        }
    }

    fn legend(&self, canvas: &mut Canvas, at: (f64, f64), most: f64) -> f64 {
        let entry = |ink: Ink, words: String| (box_sign(Paint::Fill(ink)), words);
        let number = |value: f64| tick_words((value * 100.0).round() / 100.0);
        let entries = [
            entry(Ink::Level(0), format!("{} nats: they hurt", number(-most))),
            entry(Ink::Level(6), "0".into()),
            entry(
                Ink::Level(LEVELS - 1),
                format!("{}: they help", number(most)),
            ),
        ];
        legend(canvas, at, &entries)
    }
}
