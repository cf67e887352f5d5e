//! The chapters of a page, a file each: what they need of the facts, and nothing where it is not there.

mod alignment;
mod arcs;
mod assay;
mod citing;
mod contacts;
mod epistasis;
mod fit;
mod glance;
mod logo;
mod mutants;
mod naturals;
mod order;
mod positions;
mod samples;
mod structure;

use super::chapter::Chapter;
use super::drawing::Style;
use super::facts::Facts;

/// A chapter of a page, if there is anything to say.
type Write = fn(&Facts<'_>) -> Option<Chapter>;

/// All of them, in the order in which they are read.
const CHAPTERS: [Write; 15] = [
    glance::chapter,
    contacts::chapter,
    structure::chapter,
    arcs::chapter,
    mutants::chapter,
    order::chapter,
    epistasis::chapter,
    assay::chapter,
    positions::chapter,
    logo::chapter,
    naturals::chapter,
    samples::chapter,
    alignment::chapter,
    fit::chapter,
    citing::chapter,
];

/// The chapters that there is something to say in.
pub fn of(facts: &Facts<'_>) -> Vec<Chapter> {
    CHAPTERS.iter().filter_map(|write| write(facts)).collect()
}

/// How wide drawings of a page are that need room.
const WIDE: f64 = 960.0;

/// Letters of drawings on a page, in pixels.
const FONT: f64 = 12.0;

/// Looks of a drawing on a page: the chapter says what it is.
fn style(width: f64) -> Style {
    Style {
        width,
        font: FONT,
        titled: false,
    }
}

/// `A24` of a site, of a complex `B:A24`, as mutants are called.
fn called(facts: &Facts<'_>, site: usize) -> String {
    let columns = &facts.model.columns;
    let label = columns.residue(site).to_string();
    if !columns.has_target() {
        return label;
    }
    let letter = char::from(columns.letter(site));
    match label.split_once(':') {
        Some((chain, number)) => format!("{chain}:{letter}{number}"),
        None => format!("{letter}{label}"),
    }
}

/// `1 pair`, `2 pairs`.
fn counted(number: usize, what: &str) -> String {
    match number {
        1 => format!("1 {what}"),
        _ => format!("{number} {what}s"),
    }
}

/// What a drawing is of, for its title.
fn of_target(facts: &Facts<'_>, what: &str) -> String {
    match &facts.model.target {
        Some(target) => format!("{what}: {target}"),
        None => what.to_owned(),
    }
}
