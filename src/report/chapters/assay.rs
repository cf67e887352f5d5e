//! Measured mutants against their scores.

use super::{of_target, style};
use crate::io::tables::columns::{ASSAY, AssayRow, push_table};
use crate::report::chapter::{Chapter, Room, Shown};
use crate::report::facts::{Facts, Followed};
use crate::report::figures::Scatter;

pub(super) fn chapter(facts: &Facts<'_>) -> Option<Chapter> {
    let mutants = facts.mutants.as_ref()?;
    let followed = mutants.assay.as_ref()?;
    let measure = mutants.singles.measure.name();
    let mut chapter = Chapter::new("assay", "Measured mutants against their scores");
    let (column, count) = (&followed.assay.column, followed.assay.values.len());
    let independent = followed.independent.map_or(String::new(), |rho| {
        format!(" (independent sites: {rho:.4})")
    });
    chapter.stress(&match followed.spearman {
        Some(rho) => format!(
            "Spearman's correlation of {measure} with the column {column} over {count} mutants: {rho:.4}{independent}."
        ),
        None => format!("{count} mutants with {column} are too few, or too much alike, for a correlation."),
    });
    if followed.spearman.is_some_and(|rho| rho < -0.1) {
        chapter.say("It is negative: either low values are good in this assay, or its numbers of positions are not the model's.");
    }
    let points: Vec<(f64, f64)> = followed
        .scores
        .iter()
        .copied()
        .zip(followed.assay.values.iter().copied())
        .collect();
    let scatter = Scatter {
        title: of_target(facts, "Assay"),
        names: (measure, &followed.assay.column),
        points: &points,
    };
    let caption = format!("Each point is a mutant of {}.", followed.assay.file);
    chapter.figure(
        "assay",
        &scatter.draw(style(620.0)),
        Room::Shrinks,
        &caption,
    );
    let shown = Shown {
        caption: "Measured mutants",
        example: "A24V, 24",
        columns: &["mutant", "measured", "score"],
        rows: 10,
        sorted: "",
        without_positions: false,
    };
    chapter.table("assay", shown, rows(followed));
    Some(chapter)
}

fn rows(followed: &Followed) -> Vec<u8> {
    let values = followed.assay.values.iter().zip(&followed.scores);
    let row =
        |(name, (&measured, &score)): (&Vec<u8>, (&f64, &f64))| (name.clone(), measured, score);
    let rows: Vec<AssayRow> = followed.names.iter().zip(values).map(row).collect();
    let mut text = Vec::new();
    push_table(&ASSAY, &rows, &mut text);
    text
}
