//! What the model was learnt from.

use super::style;
use crate::report::chapter::{Chapter, Room};
use crate::report::facts::Facts;
use crate::report::figures::Histogram;
use crate::report::words::groups;

pub(super) fn chapter(facts: &Facts<'_>) -> Option<Chapter> {
    facts.model.family.as_ref()?;
    let mut chapter = Chapter::new("alignment", "The alignment");
    let groups = groups(facts.model);
    let lines = groups.iter().find(|(heading, _)| *heading == "Alignment");
    // The verdict stands at the head of the page.
    let lines = lines
        .iter()
        .flat_map(|(_, lines)| lines)
        .filter(|(name, _)| *name != "verdict");
    chapter.facts(lines.map(|(name, value)| (*name, value.as_str())));
    if facts.identities.is_empty() {
        chapter.say("The model holds no sequences of its family, or has no target, so how like the target they are is not known.");
        return Some(chapter);
    }
    let percent: Vec<(f64, f64)> = facts
        .identities
        .iter()
        .map(|(share, weight)| (100.0 * share, *weight))
        .collect();
    let histogram = Histogram {
        title: "Identity to the target".into(),
        name: "identity to the target, in %",
        values: &percent,
        mark: None,
        ends: Some((0.0, 99.999)),
    };
    chapter.figure(
        "identity",
        &histogram.draw(style(620.0)),
        Room::Shrinks,
        "Sequences by their weights; identity over the positions where both have a residue.",
    );
    Some(chapter)
}
