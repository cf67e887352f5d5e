//! What was fitted, and how it ended.

use super::{WIDE, of_target, style};
use crate::report::chapter::{Chapter, Room};
use crate::report::facts::Facts;
use crate::report::figures::Convergence;
use crate::report::words::groups;

pub(super) fn chapter(facts: &Facts<'_>) -> Option<Chapter> {
    let mut chapter = Chapter::new("fit", "The model and its fit");
    let record = facts.model.record.as_ref();
    match record.and_then(|record| Some((record.known_to_converge()?, record.stop_reason))) {
        Some((true, reason)) => chapter.say(&format!("The fit converged: {}. That is arithmetic; how good the model is, says the verdict at the head of the page.", reason.explain())),
        Some((false, reason)) => chapter.stress(&format!(
            "The fit did NOT converge: {}. Take all numbers with care, or fit again.",
            reason.explain()
        )),
        None => chapter.say("Whether the fit converged is not known: another program made it."),
    }
    for (heading, lines) in groups(facts.model)
        .iter()
        .filter(|(heading, _)| ["Model", "Fit"].contains(heading))
    {
        chapter.head(heading);
        chapter.facts(lines.iter().map(|(name, value)| (*name, value.as_str())));
    }
    let history = record.map_or(&[][..], |record| &record.history[..]);
    if history.len() > 1 {
        let curves = Convergence {
            title: of_target(facts, "Convergence"),
            history,
        };
        chapter.figure(
            "convergence",
            &curves.draw(style(WIDE)),
            Room::Keeps,
            "Both curves fall in nearly straight lines where a fit goes well.",
        );
    }
    Some(chapter)
}
