//! Which mutants to make.

use super::counted;
use crate::design::DesignRow;
use crate::io::tables::columns::{ORDERS, chosen, push_table};
use crate::report::chapter::{Chapter, Shown};
use crate::report::facts::Facts;

pub(super) fn chapter(facts: &Facts<'_>) -> Option<Chapter> {
    let mutants = facts.mutants.as_ref()?;
    let mut chapter = Chapter::new("order", "Mutants to order");
    let expected: Option<f64> = mutants.order.iter().map(|row| row.hit).sum();
    let of_hits = match expected.filter(|_| !mutants.order.is_empty()) {
        Some(hits) => format!(
            " Of the {} some {hits:.1} should be hits: mutants that lose at most a tenth of the way from the wild type to the worst ones. That many were in assays of other proteins; it is a share of the list, no promise for one mutant.",
            counted(mutants.order.len(), "mutant")
        ),
        None => String::new(),
    };
    chapter.say(&format!(
        "As potts design lists them: at most one mutant a position, at positions that half of the sequences cover, with residues that some sequence has.{of_hits}"
    ));
    let rows: Vec<&DesignRow> = mutants.order.iter().collect();
    let mut text = Vec::new();
    push_table(&chosen(ORDERS, &[]), &rows, &mut text);
    let shown = Shown {
        caption: "Mutants to order",
        example: "A24V, high",
        columns: &[
            "mutant",
            "effect_score",
            "potts_score",
            "epistasis",
            "percentile",
            "hit_probability",
            "confidence",
            "why",
        ],
        rows: 40,
        sorted: "",
        without_positions: true,
    };
    chapter.table("order", shown, text);
    chapter.say("To leave out an active site, give its positions to the command that made this page (`keep` of potts report), or write them into the box above the table: the mutants that are left stay as they are, where the command would put others in their place.");
    Some(chapter)
}
