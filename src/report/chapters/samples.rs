//! Samples of the model beside natural sequences, where some were drawn.

use super::{of_target, style};
use crate::io::tables::columns::{MEASURES, push_table};
use crate::report::chapter::{Chapter, Room, Shown};
use crate::report::facts::{Evaluated, Facts};
use crate::report::figures::{ComponentPlane, Correlations, Distributions};

pub(super) fn chapter(facts: &Facts<'_>) -> Option<Chapter> {
    let found = facts.evaluation.as_ref()?;
    let evaluation = &found.evaluation;
    let mut chapter = Chapter::new("samples", "Samples beside natural sequences");
    let verdict = evaluation.verdict();
    for (k, line) in verdict.iter().enumerate() {
        let line = capitalised(line);
        match k {
            0 => chapter.stress(&line),
            _ => chapter.say(&line),
        }
    }
    if evaluation.lack {
        chapter.say("Gaps are missing data to this model: natural sequences are compared over their residues, with samples that lack as much.");
    }
    drawings(&mut chapter, facts, found);
    let measures = evaluation.measures();
    let rows: Vec<_> = measures.iter().collect();
    let mut text = Vec::new();
    push_table(&MEASURES, &rows, &mut text);
    let shown = Shown {
        caption: "All numbers, as potts evaluate prints them",
        example: "energy",
        columns: &["quantity", "value", "natural", "ceiling"],
        rows: 10,
        sorted: "",
        without_positions: false,
    };
    chapter.table("samples", shown, text);
    Some(chapter)
}

fn drawings(chapter: &mut Chapter, facts: &Facts<'_>, found: &Evaluated) {
    let evaluation = &found.evaluation;
    let correlations = Correlations {
        title: of_target(facts, "Correlations"),
        density: &found.density,
    };
    chapter.figure(
        "correlations",
        &correlations.draw(style(520.0)),
        Room::Shrinks,
        &format!(
            "Connected correlations f_ij(a,b) - f_i(a) f_j(b) of {} natural sequences and {} samples; samples of the true law lie about the dashed line.",
            evaluation.naturals, evaluation.samples
        ),
    );
    let energies = Distributions {
        title: of_target(facts, "Energies"),
        name: "E(x), in nats",
        both: &evaluation.energies,
    };
    chapter.figure(
        "energies",
        &energies.draw(style(620.0)),
        Room::Shrinks,
        "The lower the energy, the more probable the sequence.",
    );
    if let Some(plane) = &evaluation.plane {
        let drawing = ComponentPlane {
            title: of_target(facts, "Principal components"),
            plane,
        };
        chapter.figure(
            "components",
            &drawing.draw(style(620.0)),
            Room::Shrinks,
            "Principal components of the natural sequences; where samples cover them, the model has their subfamilies.",
        );
    }
}

/// A sentence with a capital letter and a full stop.
fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    let rest: String = letters.collect();
    first.into_iter().chain(rest.chars()).chain(['.']).collect()
}
