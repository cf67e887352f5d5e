//! What the substitutions of coupled positions do together.

use super::{called, style};
use crate::report::chapter::{Chapter, Room};
use crate::report::facts::{Facts, Interaction};
use crate::report::figures::PairMap;
use serde_json::{Value, json};

pub(super) fn chapter(facts: &Facts<'_>) -> Option<Chapter> {
    let mutants = facts
        .mutants
        .as_ref()
        .filter(|mutants| !mutants.interactions.is_empty())?;
    let mut chapter = Chapter::new("epistasis", "Positions that depend on one another");
    chapter.say("By how much two substitutions are better (blue) or worse (orange) together than the sum of both, in nats of potts_score; the wild type's residues are orange letters. The pairs are the likeliest to touch, or those that were asked for (`potts report`, option `interactions`); others may be coupled as strongly.");
    chapter.html.push_str("<div class=\"pairs\">");
    for (k, interaction) in mutants.interactions.iter().enumerate() {
        draw(facts, interaction, k, &mut chapter);
    }
    chapter.html.push_str("</div>");
    let tables: Vec<Value> = mutants
        .interactions
        .iter()
        .map(|interaction| table(facts, interaction))
        .collect();
    chapter
        .data
        .push(("interactions", Value::from(tables).to_string().into_bytes()));
    Some(chapter)
}

fn draw(facts: &Facts<'_>, interaction: &Interaction, k: usize, chapter: &mut Chapter) {
    let (i, j) = interaction.sites;
    let letters = facts.model.alphabet.letters();
    let wild = |site: usize| {
        let own = facts.model.columns.letter(site);
        letters
            .iter()
            .position(|&letter| letter == own)
            .unwrap_or(letters.len())
    };
    let (first, second) = (called(facts, i), called(facts, j));
    let map = PairMap {
        title: format!("Interactions of {first} and {second}"),
        names: (first.clone(), second.clone()),
        wild: (wild(i), wild(j)),
        letters,
        interactions: interaction.table.view(),
    };
    let drawing = map.draw(style(400.0));
    chapter.figure(
        &format!("pair-{k}"),
        &drawing,
        Room::Shrinks,
        &format!("{first} (rows) with {second} (columns)"),
    );
}

/// With the digits of the tables.
fn table(facts: &Facts<'_>, interaction: &Interaction) -> Value {
    let rounded = |value: &f64| (value * 1e6).round() / 1e6;
    let rows = interaction.table.rows().into_iter();
    let rows: Vec<Vec<f64>> = rows.map(|row| row.iter().map(rounded).collect()).collect();
    json!({
        "i": called(facts, interaction.sites.0),
        "j": called(facts, interaction.sites.1),
        "letters": String::from_utf8_lossy(facts.model.alphabet.letters()),
        "rows": rows,
    })
}
