//! Measured mutants against their scores.

use super::{of_target, style};
use crate::io::tables::columns::{ASSAY, AssayRow, push_table};
use crate::mutants::Score;
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
    if let Some(rho) = followed.spearman {
        chapter.stress(&format!(
            "Spearman's correlation of {measure} with the column {column}: {rho:.4}{independent}."
        ));
    }
    for remark in &followed.assay.remarks {
        chapter.say(remark);
    }
    if count == 0 {
        return Some(chapter);
    }
    let points: Vec<(f64, f64)> = followed
        .scores
        .iter()
        .copied()
        .zip(followed.assay.values.iter().copied())
        .collect();
    let scatter = Scatter {
        title: of_target(facts, "Assay"),
        names: (measure, &format!("measured: {}", followed.assay.column)),
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
        columns: &["mutant", "measured", measure],
        rows: 10,
        sorted: "",
        without_positions: false,
    };
    chapter.table("assay", shown, rows(followed));
    Some(chapter)
}

fn rows(followed: &Followed) -> Vec<u8> {
    let values = followed.assay.values.iter().zip(&followed.all);
    let row =
        |(name, (&measured, &score)): (&Vec<u8>, (&f64, &Score))| (name.clone(), measured, score);
    let rows: Vec<AssayRow> = followed.names.iter().zip(values).map(row).collect();
    let mut text = Vec::new();
    push_table(&ASSAY, &rows, &mut text);
    text
}
