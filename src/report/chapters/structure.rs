//! How many of the pairs touch in a structure, and whether it looks like an oligomer.

use super::{of_target, style};
use crate::report::chapter::{Chapter, Room};
use crate::report::facts::Facts;
use crate::report::figures::PrecisionCurves;

pub(super) fn chapter(facts: &Facts<'_>) -> Option<Chapter> {
    let structure = facts.pairs.as_ref()?.structure.as_ref()?;
    let mut chapter = Chapter::new("structure", "Against the structure");
    for summary in &structure.summaries {
        let predicted = if summary.predicted {
            " (a predicted model)"
        } else {
            ""
        };
        chapter.head(&format!("{}{predicted}", summary.file));
        let chains = summary.chains.iter().map(|chain| {
            let of = chain.model_chain.as_ref().map_or(String::new(), |own| format!("chain {own} of the model: "));
            (
                "chain".to_owned(),
                format!(
                    "{of}{}, {:.0} % identical, {:.0} % of the positions have coordinates, {} in the file",
                    chain.chain,
                    100.0 * chain.identity,
                    100.0 * chain.coverage,
                    super::counted(chain.copies, "copie").replace("1 copie", "1 copy")
                ),
            )
        });
        let lines = summary
            .lines()
            .into_iter()
            .map(|line| match line.split_once(": ") {
                Some((name, rest)) if name.len() < 40 => (name.to_owned(), rest.to_owned()),
                _ => ("oligomer".to_owned(), line),
            });
        chapter.facts(chains.chain(lines));
    }
    let curves = PrecisionCurves {
        title: of_target(facts, "Precision"),
        judged: &structure.judged,
        sites: facts.model.sites(),
    };
    chapter.figure(
        "precision",
        &curves.draw(style(620.0)),
        Room::Shrinks,
        "Share of the first pairs that touch in the first structure, by separation along the chain; L is the number of modelled positions. Distances are those within the first copy of each chain, where the map takes the nearest of all copies.",
    );
    Some(chapter)
}
