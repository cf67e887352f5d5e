//! Pairs over the sequence.

use super::{WIDE, of_target, style};
use crate::report::chapter::{Chapter, Room};
use crate::report::facts::Facts;
use crate::report::figures::Arcs;

pub(super) fn chapter(facts: &Facts<'_>) -> Option<Chapter> {
    let pairs = facts.pairs.as_ref()?;
    let drawn = super::contacts::drawn(facts).div_ceil(2);
    let arcs = Arcs {
        title: of_target(facts, "Strongest pairs"),
        columns: &facts.model.columns,
        predicted: &pairs.list[..drawn],
        marks: pairs.marks[..drawn].to_vec(),
    };
    let mut chapter = Chapter::new("arcs", "Pairs over the sequence");
    chapter.figure(
        "arcs",
        &arcs.draw(style(WIDE)),
        Room::Keeps,
        &format!("The first {drawn} pairs of the table above, half as many as there are modelled positions; those between chains or copies hang below."),
    );
    Some(chapter)
}
