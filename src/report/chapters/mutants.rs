//! All single mutants: the map, and a table.

use super::{WIDE, of_target, style};
use crate::io::tables::columns::{SINGLES, SingleRow, chosen, push_table};
use crate::report::chapter::{Chapter, Room, Shown};
use crate::report::facts::{Facts, Mutants};
use crate::report::figures::MutantMap;
use crate::report::singles::Measure;

pub(super) fn chapter(facts: &Facts<'_>) -> Option<Chapter> {
    let mutants = facts.mutants.as_ref()?;
    let measure = mutants.singles.measure;
    let scores = mutants.singles.scores(measure);
    let mut chapter = Chapter::new("mutants", "All single mutants");
    chapter.say(match measure {
        Measure::Effect => {
            "effect_score: the model's score together with what else is known of proteins. 0: as good as the wild type, as far as this score tells (it does not tell how much better); -1: as bad as the worst single mutant."
        }
        _ => "potts_score: log P of the mutant less that of the wild type; 0 is the wild type, higher is better.",
    });
    let map = MutantMap {
        title: of_target(facts, "Single mutants"),
        measure: measure.name(),
        columns: &facts.model.columns,
        letters: facts.model.alphabet.letters(),
        scores: scores.view(),
        unseen: mutants.singles.unseen(),
        coverage: mutants.singles.coverage(),
        places: 0..0,
    };
    chapter.figure(
        "mutants",
        &map.draw(style(WIDE)),
        Room::Keeps,
        "Positions from left to right, residues from top to bottom. Point at a cell for its scores; a click shows all about the position.",
    );
    let shown = Shown {
        caption: "Single mutants",
        example: "A24V, 68, high",
        columns: &[
            "mutant",
            "effect_score",
            "potts_score",
            "potts_se",
            "confidence",
            "seen",
            "coverage",
            "measured",
        ],
        rows: 20,
        sorted: measure.name(),
        without_positions: true,
    };
    chapter.table("mutants", shown, rows(mutants));
    Some(chapter)
}

fn rows(mutants: &Mutants) -> Vec<u8> {
    let asked: &[&str] = if mutants.measured.is_empty() {
        &[]
    } else {
        &["measured"]
    };
    let rows: Vec<SingleRow<'_>> = mutants
        .singles
        .rows
        .iter()
        .map(|row| SingleRow {
            name: &row.name,
            residue: row.residue,
            score: row.score,
            measured: mutants.measured.get(&row.change).copied(),
        })
        .collect();
    let mut text = Vec::new();
    push_table(&chosen(SINGLES, asked), &rows, &mut text);
    text
}
