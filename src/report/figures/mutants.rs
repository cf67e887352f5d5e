//! The map of all single mutants: positions in rows of so many, residues below one another.

use super::{drawn_order, headed, in_row};
use crate::alignment::ColumnMap;
use crate::report::drawing::canvas::{polyline, push_cell, short};
use crate::report::drawing::ink::LEVELS;
use crate::report::drawing::legend::{Sign, box_sign, legend};
use crate::report::drawing::{Anchor, Canvas, Drawing, Ink, Paint, Places, Style};
use ndarray::{Array2, ArrayView2};
use serde_json::{Value, json};
use std::fmt::Write;
use std::ops::Range;

/// Shares of sequences with a residue below which a position is marked as little covered.
pub const LITTLE_COVERED: f64 = 0.5;

/// What a map of mutants shows.
#[derive(Debug, Clone)]
pub struct MutantMap<'a> {
    /// The line above.
    pub title: String,
    /// What the scores are, for the legend.
    pub measure: &'static str,
    /// The target.
    pub columns: &'a ColumnMap,
    /// The residues.
    pub letters: &'a [u8],
    /// L x residues; not a number where there is no score.
    pub scores: ArrayView2<'a, f64>,
    /// L x residues: whether no sequence has the residue.
    pub unseen: Array2<bool>,
    /// Share of sequences with a residue, where it is known.
    pub coverage: Vec<Option<f64>>,
    /// The places that are drawn; all of them where it is empty.
    pub places: Range<usize>,
}

/// Where a row of positions is.
struct Row {
    places: Range<usize>,
    left: f64,
    top: f64,
    wide: f64,
    high: f64,
}

impl MutantMap<'_> {
    /// The score that has the deepest colour: what a twentieth of all scores lie beyond, so that a few do not make the rest pale.
    fn most(&self) -> f64 {
        let mut sizes: Vec<f64> = self
            .scores
            .iter()
            .copied()
            .filter(|score| score.is_finite())
            .map(f64::abs)
            .collect();
        sizes.sort_by(f64::total_cmp);
        let most = sizes.get(sizes.len() * 19 / 20).copied().unwrap_or(1.0);
        if most > 0.0 { most } else { 1.0 }
    }

    /// Draws it.
    pub fn draw(&self, style: Style) -> Drawing {
        let mut canvas = Canvas::new(style);
        let places = Places::of(self.columns);
        let font = style.font;
        let mut top = headed(&mut canvas, &self.title);
        let left = 2.0 * font;
        let room = style.width - left - 2.0 * font;
        let drawn = match self.places.is_empty() {
            true => 0..places.count(),
            false => self.places.clone(),
        };
        let in_row = in_row(drawn.len(), room / (0.62 * font));
        let wide = (room / in_row.min(drawn.len()) as f64).min(1.4 * font);
        let order = drawn_order(self.letters);
        let most = self.most();
        let mut panels = Vec::new();
        for start in drawn.clone().step_by(in_row) {
            let row = Row {
                places: start..(start + in_row).min(drawn.end),
                left,
                top,
                wide,
                high: 0.8 * font,
            };
            panels.push(self.row(&mut canvas, &places, &row, &order, most));
            top += (order.len() as f64 + 1.6) * row.high + 2.6 * font;
        }
        let bottom = self.legend(&mut canvas, (left, top), most);
        let words = format!(
            "{} of all single substitutions: positions from left to right, residues from top to bottom; blue is better than the wild type, orange worse.",
            self.measure
        );
        Drawing::of(canvas, bottom + 0.5 * font, &self.title, &words).with_panels(panels)
    }

    /// Whether few sequences have a residue at a site.
    fn is_sparse(&self, site: usize) -> bool {
        self.coverage[site].is_some_and(|share| share < LITTLE_COVERED)
    }

    fn row(
        &self,
        canvas: &mut Canvas,
        places: &Places<'_>,
        row: &Row,
        order: &[usize],
        most: f64,
    ) -> Value {
        let Row {
            left, wide, high, ..
        } = *row;
        // Above the residues: the target's letters and a band of coverage.
        let top = row.top + 2.0 * high;
        let mut cells = Cells::new((wide, high));
        for place in row.places.clone() {
            let x = left + (place - row.places.start) as f64 * wide;
            let Some(site) = places.site(place) else {
                push_cell(
                    &mut cells.unknown,
                    (x, top),
                    (wide, high * order.len() as f64),
                );
                continue;
            };
            if self.is_sparse(site) {
                let corner = (x, top - 0.45 * high);
                push_cell(&mut cells.sparse, corner, (wide, 0.35 * high));
            }
            for (line, &state) in order.iter().enumerate() {
                let corner = (x, top + line as f64 * high);
                match places.letter(place) == self.letters[state] {
                    true => cells.push_wild(corner),
                    false => cells.push(
                        (self.scores[[site, state]], most),
                        self.unseen[[site, state]],
                        corner,
                    ),
                }
            }
        }
        cells.draw(canvas);
        self.labels(canvas, places, row, order);
        json!({
            "kind": "cells", "x": left, "y": top, "w": wide * row.places.len() as f64, "h": high * order.len() as f64,
            "from": row.places.start, "n": row.places.len(),
            "rows": order.iter().map(|&state| char::from(self.letters[state])).collect::<String>(),
        })
    }

    fn labels(&self, canvas: &mut Canvas, places: &Places<'_>, row: &Row, order: &[usize]) {
        let font = canvas.font();
        let top = row.top + 2.0 * row.high;
        let bottom = top + row.high * order.len() as f64;
        let small = 0.95 * row.high;
        let right = row.left + row.wide * row.places.len() as f64;
        for (line, &state) in order.iter().enumerate() {
            let y = top + (line as f64 + 0.85) * row.high;
            let letter = char::from(self.letters[state]).to_string();
            canvas.sized(
                (row.left - 0.4 * font, y),
                &letter,
                Anchor::End,
                (small, Ink::Text),
            );
            canvas.sized(
                (right + 0.4 * font, y),
                &letter,
                Anchor::Start,
                (small, Ink::Text),
            );
        }
        let letters = (row.places.clone(), row.wide, small.min(1.25 * row.wide));
        places.letters(canvas, (row.left, top - 0.7 * row.high), letters);
        places.numbers(canvas, (row.left, bottom), (row.places.clone(), row.wide));
    }

    fn legend(&self, canvas: &mut Canvas, at: (f64, f64), most: f64) -> f64 {
        let font = canvas.font();
        let box_of = |ink: Ink| box_sign(Paint::Fill(ink));
        let number =
            |value: f64| crate::report::drawing::scale::tick_words((value * 100.0).round() / 100.0);
        let mut entries: Vec<(Sign<'_>, String)> = vec![
            (
                box_of(Ink::Level(0)),
                format!("{} {} and worse", self.measure, number(-most)),
            ),
            (box_of(Ink::Level(3)), number(-most / 2.0)),
            (box_of(Ink::Level(6)), "0, as the wild type".into()),
            (
                Box::new(|canvas, at, size| canvas.circle(at, 0.22 * size, Paint::Fill(Ink::Text))),
                "wild type".into(),
            ),
        ];
        if self.scores.iter().any(|&score| score > 0.0) {
            let better = box_of(Ink::Level(LEVELS - 1));
            entries.insert(3, (better, format!("{} and better", number(most))));
        }
        if self.unseen.iter().any(|&unseen| unseen) {
            let sign: Sign<'_> = Box::new(move |canvas, (x, y), size| {
                canvas.line(
                    (x - 0.2 * size, y + 0.25 * size),
                    (x + 0.2 * size, y - 0.25 * size),
                    Paint::Line(Ink::Grey, 0.08 * font),
                );
            });
            entries.push((sign, "no sequence has it".into()));
        }
        if (0..self.coverage.len()).any(|site| self.is_sparse(site)) {
            let sign: Sign<'_> = Box::new(|canvas, (x, y), size| {
                canvas.rect(
                    (x - 0.4 * size, y - 0.15 * size),
                    (0.8 * size, 0.3 * size),
                    Paint::Fill(Ink::Vermilion),
                );
            });
            entries.push((
                sign,
                "fewer than half of the sequences have a residue".into(),
            ));
        }
        if self.columns.columns().iter().any(|column| !column.modelled) {
            entries.push((box_of(Ink::Unknown), "not modelled".into()));
        }
        legend(canvas, at, &entries)
    }
}

/// The cells of a row by their colours: each colour is one shape, however many cells it has.
struct Cells {
    size: (f64, f64),
    levels: Vec<String>,
    unknown: String,
    wild: String,
    unseen: String,
    sparse: String,
}

impl Cells {
    fn new(size: (f64, f64)) -> Self {
        Self {
            size,
            levels: vec![String::new(); usize::from(LEVELS)],
            unknown: String::new(),
            wild: String::new(),
            unseen: String::new(),
            sparse: String::new(),
        }
    }

    fn push(&mut self, (score, most): (f64, f64), is_unseen: bool, (x, y): (f64, f64)) {
        match Ink::level(score, most) {
            Ink::Level(level) if score.is_finite() => {
                push_cell(&mut self.levels[usize::from(level)], (x, y), self.size);
            }
            _ => push_cell(&mut self.unknown, (x, y), self.size),
        }
        if is_unseen {
            let (wide, high) = self.size;
            let inset = 0.25 * wide.min(high);
            let ends = [(x + inset, y + high - inset), (x + wide - inset, y + inset)];
            self.unseen.push_str(&polyline(&ends));
        }
    }

    fn push_wild(&mut self, (x, y): (f64, f64)) {
        let (wide, high) = self.size;
        push_dot(
            &mut self.wild,
            (x + wide / 2.0, y + high / 2.0),
            0.24 * wide.min(high),
        );
    }

    fn draw(&self, canvas: &mut Canvas) {
        canvas.path(&self.unknown, Paint::Fill(Ink::Unknown));
        for (level, path) in self.levels.iter().enumerate() {
            canvas.path(path, Paint::Fill(Ink::Level(level as u8)));
        }
        canvas.path(&self.unseen, Paint::Line(Ink::Grey, 0.05 * canvas.font()));
        canvas.path(&self.wild, Paint::Fill(Ink::Text));
        canvas.path(&self.sparse, Paint::Fill(Ink::Vermilion));
    }
}

fn push_dot(path: &mut String, (x, y): (f64, f64), r: f64) {
    let (r, both) = (short(r), short(2.0 * r));
    let _ = write!(
        path,
        "M{} {}m-{r} 0a{r} {r} 0 1 0 {both} 0a{r} {r} 0 1 0 -{both} 0z",
        short(x),
        short(y)
    );
}
