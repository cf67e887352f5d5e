//! The planted family: its files are what the generator writes, and what was planted comes back.

#[path = "../../examples/planted_family/main.rs"]
pub mod planted_family;

use super::support::{data, planted};
use crate::contacts::{self, ContactOptions, RankingScore, Selection};
use crate::fit::FitOptions;
use crate::model::{MethodName, Model};
use crate::mutants::{Mutant, MutantScorer};
use crate::statistics::spearman;
use std::collections::HashSet;
use std::fs::read_to_string;
use std::sync::LazyLock;

fn fitted(method: MethodName) -> Model {
    super::support::fitted(&planted(), &FitOptions::with_method(method))
}

/// The default fit, once for all tests.
fn fitted_by_default() -> &'static Model {
    static MODEL: LazyLock<Model> = LazyLock::new(|| fitted(MethodName::Plm));
    &MODEL
}

#[test]
fn the_generator_writes_the_files_of_the_project() {
    let family = planted_family::generate();
    for (name, text) in [
        ("planted.a2m", &family.alignment),
        ("planted_contacts.tsv", &family.contacts),
        ("planted_mutants.csv", &family.mutants),
        ("planted.pdb", &family.structure.pdb()),
        ("planted.cif", &family.structure.mmcif()),
    ] {
        assert!(
            read_to_string(data(name)).unwrap() == *text,
            "data/{name} is not what the generator writes"
        );
    }
}

pub fn planted_contacts() -> HashSet<(u64, u64)> {
    let text = read_to_string(data("planted_contacts.tsv")).unwrap();
    let contact = |line: &str| {
        let mut numbers = line.split('\t').map(|f| f.parse().unwrap());
        (numbers.next().unwrap(), numbers.next().unwrap())
    };
    text.lines()
        .skip(1)
        .map(|l| contact(l.rsplitn(4, '\t').last().unwrap()))
        .collect()
}

/// The share of planted contacts among the `top` strongest pairs with at least 6 between them.
fn precision(fitted: &Model, top: usize) -> f64 {
    let planted = planted_contacts();
    // By couplings alone: the planted pairs are drawn at random, and make none of the patterns of a fold.
    let options = ContactOptions {
        score: Some(RankingScore::default()),
        selection: Selection {
            min_separation: 6,
            ..Selection::ALL
        },
        ..ContactOptions::default()
    };
    let ranked = contacts::list(fitted, &options).unwrap();
    let hits = ranked[..top]
        .iter()
        .filter(|c| planted.contains(&(c.residues.0.position.get(), c.residues.1.position.get())))
        .count();
    hits as f64 / top as f64
}

fn find_contacts(fitted: &Model, half: f64, full: f64) {
    let sites = fitted.columns.sites();
    let method = fitted.method().unwrap();
    let (at_half, at_full) = (precision(fitted, sites / 2), precision(fitted, sites));
    eprintln!("{method:?}: precision {at_half:.3} at L/2, {at_full:.3} at L");
    assert!(
        at_half >= half && at_full >= full,
        "{method:?}: {at_half} {at_full}"
    );
}

#[test]
fn planted_contacts_come_back() {
    find_contacts(fitted_by_default(), 1.0, 0.85);
}

#[test]
fn planted_contacts_come_back_by_other_methods() {
    find_contacts(&fitted(MethodName::PlmAsymmetric), 0.97, 0.80);
    find_contacts(&fitted(MethodName::MeanField), 0.97, 0.80);
}

/// Spearman of scores with the planted effects, over the rows that `keep` accepts.
fn agreement(
    rows: &[(String, f64)],
    keep: impl Fn(&Mutant) -> bool,
    score: impl Fn(&Mutant) -> f64,
) -> f64 {
    let kept: Vec<(Mutant, f64)> = rows
        .iter()
        .map(|(text, effect)| (Mutant::parse(text).unwrap(), *effect))
        .filter(|(mutant, _)| keep(mutant))
        .collect();
    let scores: Vec<f64> = kept.iter().map(|(mutant, _)| score(mutant)).collect();
    let effects: Vec<f64> = kept.iter().map(|(_, effect)| *effect).collect();
    spearman(&scores, &effects).unwrap()
}

#[test]
fn planted_mutant_effects_come_back() {
    let scorer = MutantScorer::new(fitted_by_default()).unwrap();
    let table = read_to_string(data("planted_mutants.csv")).unwrap();
    let rows: Vec<(String, f64)> = table
        .lines()
        .skip(1)
        .map(|line| line.split_once(',').unwrap())
        .map(|(mutant, score)| (mutant.to_owned(), score.parse().unwrap()))
        .collect();
    let score = |mutant: &Mutant| scorer.evaluate(mutant, 0).score().unwrap();
    let every = |_: &Mutant| true;
    let potts = agreement(&rows, every, |m| score(m).potts);
    let independent = agreement(&rows, every, |m| score(m).independent.unwrap());
    eprintln!("all mutants: Potts {potts:.3}, independent {independent:.3}");
    assert!(potts >= 0.82 && potts > independent + 0.015);

    // What only couplings can know: how far a double mutant is from the sum of its singles.
    let singles: std::collections::HashMap<&str, f64> = rows
        .iter()
        .filter(|(text, _)| !text.contains(':'))
        .map(|(text, effect)| (text.as_str(), *effect))
        .collect();
    let contacts = planted_contacts();
    let epistasis: Vec<(String, f64)> = rows
        .iter()
        .filter_map(|(text, effect)| {
            let (a, b) = text.split_once(':')?;
            let position = |m: &str| m[1..m.len() - 1].parse::<u64>().unwrap();
            let pair = (position(a), position(b));
            contacts
                .contains(&pair)
                .then(|| (text.clone(), effect - singles[a] - singles[b]))
        })
        .collect();
    assert!(epistasis.len() > 500);
    let epistatic = agreement(&epistasis, every, |m| score(m).epistasis);
    eprintln!("epistasis at {} contacts: {epistatic:.3}", epistasis.len());
    assert!(epistatic >= 0.5);
}
