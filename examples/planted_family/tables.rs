//! The tables of contacts and mutants.

use super::alignment::{INSERTS, TARGET_INSERTS};
use super::amino_acids::{LETTERS, Q};
use super::dice::Dice;
use super::model::PlantedModel;
use super::{SITES, TARGET_START};
use std::fmt::Write as _;

/// Double mutants; every second one at a contact.
const DOUBLES: usize = 1500;
/// Sd of the measurement noise, relative to the sd of the single mutants' true scores.
const NOISE: f64 = 0.3;

/// A site's number in the target: every residue before it counts, inserted ones too.
pub(super) fn number(site: usize) -> usize {
    let filled = |insert: &str| insert.bytes().filter(u8::is_ascii_alphabetic).count();
    let before = INSERTS.iter().zip(TARGET_INSERTS);
    let before = before.filter(|((after, _), _)| *after < site);
    TARGET_START + site + before.map(|(_, insert)| filled(insert)).sum::<usize>()
}

/// The planted contacts, one a line, sorted.
pub(super) fn write_contacts(model: &PlantedModel, target: &[usize]) -> String {
    let mut text = String::from("i\tj\tA_i\tA_j\tstrength\n");
    for contact in &model.contacts {
        let (i, j) = (contact.i, contact.j);
        let _ = writeln!(
            text,
            "{}\t{}\t{}\t{}\t{:.4}",
            number(i),
            number(j),
            char::from(LETTERS[target[i]]),
            char::from(LETTERS[target[j]]),
            contact.strength()
        );
    }
    text
}

/// All single and many double mutants with their true `log P(mutant)/P(target)` plus
/// normal noise.
pub(super) fn write_mutants(model: &PlantedModel, target: &[usize], dice: &mut Dice) -> String {
    let singles = single_mutants(target);
    let truth = |mutant: &Vec<(usize, usize)>| model.log_ratio(target, mutant);
    let noise = NOISE * spread(&singles.iter().map(truth).collect::<Vec<_>>());
    let mut mutants = singles;
    mutants.extend(double_mutants(model, target, dice));
    let mut text = String::from("mutant,score\n");
    for mutant in &mutants {
        let score = truth(mutant) + noise * dice.normal();
        let _ = writeln!(text, "{},{score:.4}", mutant_name(target, mutant));
    }
    text
}

/// Every residue but the target's own, at every modelled site.
fn single_mutants(target: &[usize]) -> Vec<Vec<(usize, usize)>> {
    let all = (0..SITES).flat_map(|site| (0..Q).map(move |to| (site, to)));
    let changed = all.filter(|&(site, to)| target[site] != to);
    changed.map(|change| vec![change]).collect()
}

/// Different double mutants, in random order.
fn double_mutants(
    model: &PlantedModel,
    target: &[usize],
    dice: &mut Dice,
) -> Vec<Vec<(usize, usize)>> {
    let mut doubles: Vec<Vec<(usize, usize)>> = Vec::new();
    while doubles.len() < DOUBLES {
        let contact = &model.contacts[dice.below(model.contacts.len())];
        let (a, b) = (dice.below(SITES), dice.below(SITES));
        let at_contact = doubles.len().is_multiple_of(2);
        let (i, j) = if at_contact {
            (contact.i, contact.j)
        } else {
            (a.min(b), a.max(b))
        };
        let mutant = vec![(i, dice.below(Q)), (j, dice.below(Q))];
        let changed = mutant.iter().all(|&(site, to)| target[site] != to);
        if i != j && changed && !doubles.contains(&mutant) {
            doubles.push(mutant);
        }
    }
    doubles
}

/// `A42G` or `A42G:L57V`.
fn mutant_name(target: &[usize], mutant: &[(usize, usize)]) -> String {
    let letter = |residue: usize| char::from(LETTERS[residue]);
    let name = |&(site, to): &(usize, usize)| {
        format!("{}{}{}", letter(target[site]), number(site), letter(to))
    };
    mutant.iter().map(name).collect::<Vec<_>>().join(":")
}

/// Standard deviation.
fn spread(values: &[f64]) -> f64 {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares = values.iter().map(|value| (value - mean) * (value - mean));
    (squares.sum::<f64>() / count).sqrt()
}
