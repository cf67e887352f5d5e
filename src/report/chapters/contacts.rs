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

/// How the table is shown at first.
const SHOWN: Shown<'static> = Shown {
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
    if let Some(lack) = &pairs.lack {
        chapter.stress(&format!("Little is known here: {lack}."));
    }
    let sizes = match knows_probabilities(pairs) {
        true => "; larger marks are more probable",
        false => "",
    };
    chapter.figure(
        "contacts",
        &map.draw(style(WIDTH)),
        Room::Shrinks,
        &format!("The first {drawn} pairs, as many as there are modelled positions{sizes}. Point at one, or walk with the arrow keys; + and - zoom."),
    );
    chapter.table(
        "contacts",
        SHOWN,
        rows(facts.model.bootstrap.is_some(), pairs),
    );
    chapter.say(&format!(
        "The table holds {} pairs of positions {} or more apart, 10 a position; few later ones touch. A number or range in the filter shows the pairs of these positions, two residues as they are called that pair.",
        pairs.list.len(),
        pairs.nearest
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
    let why = pairs.ranking.without.map_or(String::new(), |reason| {
        format!(" (the score of patterns does not go here: {reason})")
    });
    let calibrated = match knows_probabilities(pairs) {
        true => format!(
            " Probabilities were calibrated on {families} small soluble domains of known structure."
        ),
        false => " There are no probabilities of touching: these are known of protein families of some depth, ranked by the scores of potts.".into(),
    };
    format!("Ranked by {score}{why}.{calibrated}")
}

fn knows_probabilities(pairs: &Pairs) -> bool {
    let mut probabilities = pairs.list.iter().map(|contact| contact.probability);
    probabilities.any(|found| found.is_some())
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
