//! The contact map: predicted pairs above the diagonal, those of a structure below.

use super::headed;
use crate::alignment::ColumnMap;
use crate::contacts::Contact;
use crate::report::drawing::canvas::push_cell;
use crate::report::drawing::legend::{Sign, box_sign, legend};
use crate::report::drawing::text::fitting;
use crate::report::drawing::{Anchor, Canvas, Drawing, Ink, Paint, Places, Style};
use crate::report::structures::Touching;
use crate::structure::Verdict;
use serde_json::json;
use std::collections::BTreeSet;

/// What a predicted pair turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Nothing is known of it.
    Predicted,
    /// Of two chains, and nothing more is known.
    BetweenChains,
    /// It touches in a chain, or as the pair of two chains that it is.
    Right,
    /// It touches, but only between copies.
    Copies,
    /// It does not touch.
    Wrong,
    /// The structure lacks it.
    Unknown,
}

impl Mark {
    /// Of a pair, with what a structure says of it, if there is one.
    pub fn of(contact: &Contact, verdict: Option<Verdict>) -> Self {
        let one_chain = contact.residues.0.chain == contact.residues.1.chain;
        match (verdict, one_chain) {
            (None, true) => Self::Predicted,
            (None, false) => Self::BetweenChains,
            (Some(Verdict::Within), _) | (Some(Verdict::Between), false) => Self::Right,
            (Some(Verdict::Between), true) => Self::Copies,
            (Some(Verdict::Neither), _) => Self::Wrong,
            (Some(Verdict::Unknown), _) => Self::Unknown,
        }
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Predicted => "predicted",
            Self::BetweenChains => "predicted, between chains",
            Self::Right => "predicted, and touch",
            Self::Copies => "predicted, touch between copies only",
            Self::Wrong => "predicted, do not touch",
            Self::Unknown => "predicted, without coordinates",
        }
    }

    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Predicted,
        Self::BetweenChains,
        Self::Right,
        Self::Copies,
        Self::Wrong,
        Self::Unknown,
    ];

    fn draw(self, canvas: &mut Canvas, (x, y): (f64, f64), radius: f64) {
        let thin = (radius / 3.0).clamp(0.5, 1.6);
        match self {
            Self::Predicted | Self::Right => canvas.circle((x, y), radius, Paint::Fill(Ink::Blue)),
            Self::BetweenChains | Self::Copies => {
                diamond(canvas, (x, y), 1.25 * radius, Ink::Purple)
            }
            Self::Wrong => canvas.circle(
                (x, y),
                (radius - thin / 2.0).max(0.5),
                Paint::Line(Ink::Vermilion, thin),
            ),
            Self::Unknown => canvas.circle(
                (x, y),
                (radius - thin / 2.0).max(0.5),
                Paint::Line(Ink::Grey, thin),
            ),
        }
    }
}

fn diamond(canvas: &mut Canvas, (x, y): (f64, f64), r: f64, ink: Ink) {
    let points = [(x, y - r), (x + r, y), (x, y + r), (x - r, y)];
    let path = crate::report::drawing::canvas::polyline(&points) + "Z";
    canvas.path(&path, Paint::Fill(ink));
}

/// What a contact map shows.
#[derive(Debug, Clone)]
pub struct ContactMap<'a> {
    /// The line above.
    pub title: String,
    /// The target.
    pub columns: &'a ColumnMap,
    /// Ranked pairs.
    pub predicted: &'a [Contact],
    /// What each of them turned out to be.
    pub marks: Vec<Mark>,
    /// What touches in a structure, if there is one.
    pub touching: Option<&'a [Touching]>,
    /// Pairs nearer than this were not ranked.
    pub nearest: u64,
}

/// Where the square is.
struct Square {
    left: f64,
    top: f64,
    side: f64,
    cell: f64,
}

impl Square {
    fn x(&self, place: usize) -> f64 {
        self.left + (place as f64 + 0.5) * self.cell
    }

    fn y(&self, place: usize) -> f64 {
        self.top + self.side - (place as f64 + 0.5) * self.cell
    }

    fn largest_radius(&self, font: f64) -> f64 {
        (0.75 * self.cell).clamp(0.3 * font, 0.6 * font)
    }
}

/// The area of a mark is proportional to the probability, down to a mark that is still seen.
fn radius(largest: f64, probability: Option<f64>) -> f64 {
    (largest * probability.unwrap_or(0.5).sqrt()).max(0.2 * largest)
}

impl ContactMap<'_> {
    /// Draws it.
    pub fn draw(&self, style: Style) -> Drawing {
        let mut canvas = Canvas::new(style);
        let places = Places::of(self.columns);
        let font = style.font;
        let top = headed(&mut canvas, &self.title) + 1.2 * font;
        let left = 5.0 * font;
        let side = style.width - left - 0.6 * font;
        let square = Square {
            left,
            top,
            side,
            cell: side / places.count() as f64,
        };
        self.frame(&mut canvas, &places, &square);
        self.touching_marks(&mut canvas, &places, &square);
        self.predicted_marks(&mut canvas, &places, &square);
        let bottom = self.legend(&mut canvas, &square);
        let panel = json!({
            "kind": "map", "x": left, "y": top, "w": side, "h": side, "from": 0, "n": places.count(),
        });
        Drawing::of(
            canvas,
            bottom + 0.5 * font,
            &self.title,
            &self.description(),
        )
        .with_panels(vec![panel])
    }

    fn description(&self) -> String {
        let below = match self.touching {
            Some(touching) => format!(
                ", {} pairs that touch in the structure below",
                touching.len()
            ),
            None => String::new(),
        };
        format!(
            "{} predicted pairs above the diagonal{below}; both axes are positions of the target.",
            self.predicted.len()
        )
    }

    fn frame(&self, canvas: &mut Canvas, places: &Places<'_>, square: &Square) {
        let font = canvas.font();
        let Square {
            left,
            top,
            side,
            cell,
        } = *square;
        let (right, bottom) = (left + side, top + side);
        let hair = Paint::Line(Ink::Grid, font / 14.0);
        for (place, words) in places.ticks(0..places.count(), (side / (4.2 * font)) as usize) {
            let (x, y) = (square.x(place), square.y(place));
            canvas.line((x, top), (x, bottom), hair);
            canvas.line((left, y), (right, y), hair);
            canvas.centred((x, bottom + 1.3 * font), &words);
            canvas.words((left - 0.5 * font, y + 0.36 * font), &words, Anchor::End);
        }
        canvas.line(
            (left, bottom),
            (right, top),
            Paint::Line(Ink::Grey, font / 14.0),
        );
        for start in places.boundaries() {
            let (x, y) = (left + start as f64 * cell, bottom - start as f64 * cell);
            canvas.line((x, top), (x, bottom), Paint::Line(Ink::Muted, font / 12.0));
            canvas.line((left, y), (right, y), Paint::Line(Ink::Muted, font / 12.0));
        }
        canvas.rect(
            (left, top),
            (side, side),
            Paint::Line(Ink::Text, font / 14.0),
        );
        let name = places.axis_name();
        canvas.words(
            (left + side / 2.0, bottom + 2.8 * font),
            name,
            Anchor::Middle,
        );
        canvas.upwards((1.2 * font, top + side / 2.0), name, Anchor::Middle);
        let words = match self.touching {
            Some(_) => "above: predicted; below: the structure",
            None => "predicted pairs",
        };
        let words = fitting(words, font, canvas.style().width - left);
        canvas.sized(
            (left, top - 0.5 * font),
            &words,
            Anchor::Start,
            (font, Ink::Muted),
        );
    }

    /// Squares below the diagonal, thousands of one colour in one path.
    fn touching_marks(&self, canvas: &mut Canvas, places: &Places<'_>, square: &Square) {
        let Some(touching) = self.touching else {
            return;
        };
        let side = (0.9 * square.cell).clamp(0.22 * canvas.font(), 0.7 * canvas.font());
        let found: BTreeSet<(usize, usize)> =
            self.predicted.iter().map(|contact| contact.sites).collect();
        let mut paths = KINDS.map(|_| String::new());
        for pair in touching {
            let (i, j) = pair.sites;
            let corner = (
                square.x(places.of_site(j)) - side / 2.0,
                square.y(places.of_site(i)) - side / 2.0,
            );
            push_cell(&mut paths[self.kind(pair, &found)], corner, (side, side));
        }
        for (path, (paint, _)) in paths.iter().zip(KINDS) {
            canvas.path(path, paint);
        }
    }

    /// The place of a touching pair among [`KINDS`].
    fn kind(&self, pair: &Touching, found: &BTreeSet<(usize, usize)>) -> usize {
        let (i, j) = pair.sites;
        let separation = self.columns.residue(i).separation(self.columns.residue(j));
        match (found.contains(&pair.sites), pair.between) {
            (true, false) => 0,
            (false, false) if separation.is_some_and(|n| n < self.nearest) => 2,
            (false, false) => 1,
            (true, true) => 3,
            (false, true) => 4,
        }
    }

    /// The probable ones are drawn first, so that small ones stay visible.
    fn predicted_marks(&self, canvas: &mut Canvas, places: &Places<'_>, square: &Square) {
        let largest = square.largest_radius(canvas.font());
        let mut order: Vec<usize> = (0..self.predicted.len()).collect();
        let size = |k: usize| self.predicted[k].probability.unwrap_or(0.5);
        order.sort_by(|&a, &b| size(b).total_cmp(&size(a)));
        for k in order {
            let (i, j) = self.predicted[k].sites;
            let at = (square.x(places.of_site(i)), square.y(places.of_site(j)));
            self.marks[k].draw(canvas, at, radius(largest, self.predicted[k].probability));
        }
    }

    fn legend(&self, canvas: &mut Canvas, square: &Square) -> f64 {
        let font = canvas.font();
        let mut entries: Vec<(Sign<'_>, String)> = Vec::new();
        for mark in Mark::ALL {
            let count = self.marks.iter().filter(|own| **own == mark).count();
            if count > 0 {
                let sign: Sign<'_> =
                    Box::new(move |canvas, at, size| mark.draw(canvas, at, 0.42 * size));
                entries.push((sign, format!("{} ({count})", mark.words())));
            }
        }
        if let Some(touching) = self.touching {
            let found = self.predicted.iter().map(|contact| contact.sites).collect();
            let mut counts = KINDS.map(|_| 0);
            touching
                .iter()
                .for_each(|pair| counts[self.kind(pair, &found)] += 1);
            for ((paint, words), count) in KINDS
                .into_iter()
                .zip(counts)
                .filter(|(_, count)| *count > 0)
            {
                let words = words.replace('N', &self.nearest.to_string());
                entries.push((box_sign(paint), format!("{words} ({count})")));
            }
        }
        let largest = square.largest_radius(font);
        if self
            .predicted
            .iter()
            .any(|contact| contact.probability.is_some())
        {
            for (probability, words) in [(0.9, "0.9"), (0.5, "0.5"), (0.1, "0.1 (probability)")] {
                let size = radius(largest, Some(probability));
                let sign: Sign<'_> =
                    Box::new(move |canvas, at, _| canvas.circle(at, size, Paint::Fill(Ink::Blue)));
                entries.push((sign, words.into()));
            }
        }
        legend(
            canvas,
            (square.left, square.top + square.side + 3.6 * font),
            &entries,
        )
    }
}

/// Pairs of the structure: how they are painted, and what they are.
const KINDS: [(Paint, &str); 5] = [
    (Paint::Fill(Ink::Dark), "touch, and predicted"),
    (Paint::Fill(Ink::Grey), "touch, not predicted"),
    (Paint::Fill(Ink::Light), "touch, less than N apart"),
    (
        Paint::Fill(Ink::Purple),
        "touch between copies or chains, and predicted",
    ),
    (
        Paint::Wash(Ink::Purple, 0.45),
        "touch between copies or chains, not predicted",
    ),
];
