//! Along the target: the share of sequences with a residue at each position, and how conserved it is.

use super::headed;
use crate::alignment::ColumnMap;
use crate::report::drawing::canvas::{polyline, push_cell, short};
use crate::report::drawing::legend::{box_sign, legend, line_sign};
use crate::report::drawing::{Anchor, Canvas, Drawing, Ink, Paint, Places, Style};
use serde_json::json;

/// Where fewer sequences have a residue, how alike these are says nothing.
const SPARSE: f64 = 0.1;

/// What is shown along the target.
#[derive(Debug, Clone)]
pub struct ColumnShares<'a> {
    /// The line above.
    pub title: String,
    /// The target.
    pub columns: &'a ColumnMap,
    /// Share of the sequences with a residue, a site.
    pub coverage: Vec<f64>,
    /// Conservation from 0 to 1, a site.
    pub conservation: Vec<f64>,
}

impl ColumnShares<'_> {
    /// Draws it.
    pub fn draw(&self, style: Style) -> Drawing {
        let mut canvas = Canvas::new(style);
        let places = Places::of(self.columns);
        let font = style.font;
        let top = headed(&mut canvas, &self.title);
        let (left, right, high) = (4.2 * font, style.width - 0.8 * font, 8.0 * font);
        let bottom = top + high;
        let wide = (right - left) / places.count() as f64;
        for tick in [0.0, 0.25, 0.5, 0.75, 1.0] {
            let y = bottom - tick * high;
            canvas.line((left, y), (right, y), Paint::Line(Ink::Grid, font / 14.0));
            canvas.words(
                (left - 0.5 * font, y + 0.36 * font),
                &short(tick),
                Anchor::End,
            );
        }
        self.shares(&mut canvas, &places, ((left, top), wide, high));
        canvas.rect(
            (left, top),
            (right - left, high),
            Paint::Line(Ink::Text, font / 14.0),
        );
        places.numbers(&mut canvas, (left, bottom), (0..places.count(), wide));
        canvas.words(
            ((left + right) / 2.0, bottom + 2.6 * font),
            places.axis_name(),
            Anchor::Middle,
        );
        canvas.upwards((1.2 * font, top + high / 2.0), "share", Anchor::Middle);
        let entries = [
            (
                box_sign(Paint::Wash(Ink::Blue, 0.35)),
                "sequences with a residue".into(),
            ),
            (
                line_sign(|size| Paint::Line(Ink::Vermilion, 0.1 * size)),
                "1 - entropy / its largest (1: one residue only)".into(),
            ),
        ];
        let end = legend(&mut canvas, (left, bottom + 3.2 * font), &entries);
        let panel = json!({
            "kind": "sites", "x": left, "y": top, "w": right - left, "h": high, "from": 0, "n": places.count(),
        });
        let words = "Bars: the weighted share of the sequences that have a residue at each position; line: how conserved the position is.";
        Drawing::of(canvas, end + 0.4 * font, &self.title, words).with_panels(vec![panel])
    }

    /// Bars of coverage, and a line of conservation that breaks off where nothing is modelled.
    fn shares(
        &self,
        canvas: &mut Canvas,
        places: &Places<'_>,
        ((left, top), wide, high): ((f64, f64), f64, f64),
    ) {
        let bottom = top + high;
        let (mut bars, mut unknown, mut line) = (String::new(), String::new(), String::new());
        let mut run = Vec::new();
        for place in 0..places.count() {
            let x = left + place as f64 * wide;
            if let Some(site) = places.site(place) {
                let tall = self.coverage[site] * high;
                push_cell(&mut bars, (x, bottom - tall), (wide, tall));
                if self.coverage[site] >= SPARSE {
                    run.push((x + wide / 2.0, bottom - self.conservation[site] * high));
                } else {
                    line.push_str(&polyline(&std::mem::take(&mut run)));
                }
            } else {
                push_cell(&mut unknown, (x, top), (wide, high));
                line.push_str(&polyline(&std::mem::take(&mut run)));
            }
        }
        line.push_str(&polyline(&run));
        canvas.path(&unknown, Paint::Fill(Ink::Unknown));
        canvas.path(&bars, Paint::Wash(Ink::Blue, 0.35));
        canvas.path(&line, Paint::Line(Ink::Vermilion, canvas.font() / 11.0));
    }
}
