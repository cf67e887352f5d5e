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
    let kept = match &facts.kept {
        Some(kept) => format!(" Kept as they are: {kept}."),
        None => String::new(),
    };
    let of_hits = match expected.filter(|_| !mutants.order.is_empty()) {
        Some(hits) => format!(
            " Of the {} some {hits:.1} should be hits: mutants that lose at most a tenth of the way from the wild type to the worst ones. That many were in assays of other proteins; it is a share of the list, no promise for one mutant.",
            counted(mutants.order.len(), "mutant")
        ),
        None => String::new(),
    };
    chapter.say(&format!(
        "As `potts design` lists them: {}, at positions that half of the sequences cover (as far as that is known), with residues that some sequence has.{kept}{of_hits}",
        kinds(&mutants.order)
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
            "hit_probability",
            "confidence",
            "why",
        ],
        rows: 40,
        sorted: "",
        without_positions: true,
    };
    chapter.table("order", shown, text);
    chapter.say("To leave out an active site, give its positions to the command that made this page (`potts report`, option `keep`), or write them into the box above the table: the mutants that are left stay as they are, where the command would put others in their place.");
    Some(chapter)
}

/// How many singles and doubles, and of how many positions.
fn kinds(order: &[DesignRow]) -> String {
    let doubles = order.iter().filter(|row| row.mutations > 1).count();
    let singles = counted(order.len() - doubles, "single");
    match doubles {
        0 => format!("{singles}, one a position"),
        _ => format!(
            "{singles}, one a position, and {}, two a position",
            counted(doubles, "double")
        ),
    }
}
