//! Which residues touch: the map, and the pairs in a table.

use super::{of_target, style};
use crate::contacts::pattern::TRAINING_FAMILIES;
use crate::contacts::{RankingScore, probability};
use crate::io::tables::ContactRow;
use crate::io::tables::columns::{CONTACTS, chosen, push_table};
use crate::report::chapter::{Chapter, Room, Shown};
use crate::report::drawing::Places;
use crate::report::facts::Facts;
use crate::report::figures::{ContactMap, Mark};
use crate::report::pairs::{IN_STRUCTURES, Pairs, word};

/// Width of the map.
const WIDTH: f64 = 620.0;

pub(super) fn chapter(facts: &Facts<'_>) -> Option<Chapter> {
    let pairs = facts.pairs.as_ref()?;
    let mut chapter = Chapter::new("contacts", "Which residues touch");
    let drawn = drawn(facts);
    let map = ContactMap {
        title: of_target(facts, "Contact map"),
        columns: &facts.model.columns,
        predicted: &pairs.list[..drawn],
        marks: pairs.marks[..drawn].to_vec(),
        touching: pairs
            .structure
            .as_ref()
            .map(|structure| &structure.touching[..]),
        nearest: pairs.nearest,
    };
    chapter.say(&ranking(pairs));
    chapter.figure(
        "contacts",
        &map.draw(style(WIDTH)),
        Room::Shrinks,
        &format!("The {drawn} strongest pairs, as many as there are modelled positions; larger marks are more probable. Point at one, or walk with the arrow keys; + and - zoom."),
    );
    let rows = rows(facts.model.bootstrap.is_some(), pairs);
    let shown = Shown {
        caption: "Ranked pairs",
        example: "68, or 60-75",
        columns: &[
            "rank",
            "i",
            "A_i",
            "j",
            "A_j",
            "probability",
            "pattern",
            "cn",
            "z",
            "cn_se",
            "support",
            "distance",
            "verdict",
        ],
        rows: 20,
        sorted: "",
        without_positions: false,
    };
    chapter.table("contacts", shown, rows);
    chapter.say(&format!(
        "The table holds {} pairs, 10 a position; few later ones touch. A number or range in the filter shows the pairs of these positions.",
        pairs.list.len()
    ));
    if pairs.marks.contains(&Mark::Copies) {
        chapter.say("A pair that touches between copies only speaks for an oligomer; its probability is that of touching within the chain. The filter finds these pairs by the word between.");
    }
    if let Some(structure) = &pairs.structure {
        chapter.data.push(("touching", touching(facts, structure)));
    }
    Some(chapter)
}

/// How many pairs the map shows.
pub(super) fn drawn(facts: &Facts<'_>) -> usize {
    let listed = facts.pairs.as_ref().map_or(0, |pairs| pairs.list.len());
    listed.min(facts.model.sites())
}

fn ranking(pairs: &Pairs) -> String {
    let (score, families) = match pairs.ranking.score {
        RankingScore::Pattern => (
            "pattern: the couplings of a pair together with those around it".to_owned(),
            TRAINING_FAMILIES,
        ),
        other => (
            format!("{}: each coupling by itself", word(other)),
            probability::CALIBRATION_FAMILIES,
        ),
    };
    let why = pairs
        .ranking
        .without
        .map_or(String::new(), |reason| format!(" ({reason})"));
    let known = pairs
        .list
        .iter()
        .any(|contact| contact.probability.is_some());
    let calibrated = match known {
        true => format!(
            " Probabilities were calibrated on {families} small soluble domains of known structure."
        ),
        false => " There is no probability: see the column's meaning in the table's head.".into(),
    };
    format!("Ranked by {score}{why}.{calibrated}")
}

/// The rows as `potts contacts` has them.
fn rows(replicated: bool, pairs: &Pairs) -> Vec<u8> {
    let mut asked = Vec::new();
    if replicated {
        asked.extend(["cn_se", "support"]);
    }
    if !pairs.seen.is_empty() {
        asked.extend(IN_STRUCTURES);
    }
    let row = |(k, contact)| ContactRow {
        contact,
        ranked_by: word(pairs.ranking.score),
        preferences: None,
        seen: pairs.seen.get(k),
    };
    let rows: Vec<ContactRow<'_>> = pairs.list.iter().enumerate().map(row).collect();
    let mut text = Vec::new();
    push_table(&chosen(CONTACTS, &asked), &rows, &mut text);
    text
}

/// Places, distance and whether between copies, of all that touches.
fn touching(facts: &Facts<'_>, structure: &crate::report::pairs::InStructure) -> Vec<u8> {
    let places = Places::of(&facts.model.columns);
    let pairs: Vec<(usize, usize, f64, u8)> = structure
        .touching
        .iter()
        .map(|pair| {
            let (i, j) = pair.sites;
            let distance = (pair.distance * 100.0).round() / 100.0;
            (
                places.of_site(i),
                places.of_site(j),
                distance,
                u8::from(pair.between),
            )
        })
        .collect();
    serde_json::to_vec(&pairs).unwrap_or_default()
}
