//! What each position is like.

use super::style;
use super::{WIDE, of_target};
use crate::alignment::frequencies::conservation;
use crate::io::tables::columns::{POSITIONS, push_table};
use crate::report::chapter::{Chapter, Room, Shown};
use crate::report::facts::Facts;
use crate::report::figures::ColumnShares;

pub(super) fn chapter(facts: &Facts<'_>) -> Option<Chapter> {
    let mut chapter = Chapter::new("positions", "Position by position");
    if let Some(family) = &facts.model.family {
        let residues = facts.model.alphabet.residues();
        let sites = 0..facts.model.sites();
        let shares = ColumnShares {
            title: of_target(facts, "Coverage and conservation"),
            columns: &facts.model.columns,
            coverage: facts
                .sites
                .iter()
                .map(|site| site.coverage.unwrap_or(1.0))
                .collect(),
            conservation: sites
                .map(|site| conservation(&family.frequencies.shares(site, residues)))
                .collect(),
        };
        chapter.figure(
            "columns",
            &shares.draw(style(WIDE)),
            Room::Keeps,
            "Where bars are low, most sequences have a gap, and what is said of the position rests on few.",
        );
    }
    let rows: Vec<_> = facts.sites.iter().collect();
    let mut text = Vec::new();
    push_table(&POSITIONS, &rows, &mut text);
    let shown = Shown {
        caption: "Positions",
        example: "68, or 60-75",
        columns: &[
            "position",
            "residue",
            "coverage",
            "conservation",
            "rate",
            "burial",
            "mean_effect",
            "tolerated",
            "coupling",
            "partners",
        ],
        rows: 15,
        sorted: "",
        without_positions: false,
    };
    chapter.table("positions", shown, text);
    Some(chapter)
}
