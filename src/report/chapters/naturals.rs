//! How natural sequences score, and where the target lies among them.

use super::style;
use crate::report::chapter::{Chapter, Room};
use crate::report::facts::Facts;
use crate::report::figures::Histogram;

pub(super) fn chapter(facts: &Facts<'_>) -> Option<Chapter> {
    let naturals = facts.naturals.as_ref()?;
    let mut chapter = Chapter::new("naturals", "The target among its relatives");
    chapter.say(&format!(
        "{:.0} % of the family, by weight, have a lower score than the target. A mutant far below all relatives is unlike anything that nature has kept.",
        (100.0 * naturals.below_target).abs()
    ));
    let histogram = Histogram {
        title: "Scores of natural sequences".into(),
        name: "log P less that of the target, in nats",
        values: &naturals.scores,
        mark: Some((0.0, "the target")),
        ends: None,
    };
    let caption = format!(
        "{} of {} sequences: those with residues at 80 % of the positions or more, evenly chosen. A missing residue adds nothing to a score.",
        naturals.scores.len(),
        naturals.sequences
    );
    chapter.figure(
        "naturals",
        &histogram.draw(style(620.0)),
        Room::Shrinks,
        &caption,
    );
    Some(chapter)
}
