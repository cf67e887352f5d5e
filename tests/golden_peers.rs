//! Against what plmc prints for three alignments: weights, Neff, the objective at the optimum, and the contact ranking.

mod common;

use common::{shared, text};
use potts::alignment::{AlignedRecords, Alignment, Focus, FocusOptions, SequenceWeights, focus};
use potts::alphabet::{Alphabet, GapTreatment};
use potts::contacts::ContactScores;
use potts::fit::{self, FitOptions, FittedModel, PenaltyScale};
use potts::io::{alignment_file, source::Source};
use potts::model::Couplings;
use potts::statistics::spearman;
use std::path::Path;

/// plmc's rows: no coverage filter.
fn rows(focus: Focus) -> FocusOptions {
    FocusOptions {
        focus,
        min_sequence_coverage: 0.0,
        ..FocusOptions::default()
    }
}

fn alignment(path: &Path, options: &FocusOptions) -> Alignment {
    let records = alignment_file::read(&Source::read(path).unwrap()).unwrap();
    focus::focus(&records, &Alphabet::protein(), options).unwrap()
}

/// plmc's penalties; tighter than the default tolerance, because its long runs are.
fn penalties(lambda_j: f64, gaps: GapTreatment) -> FitOptions {
    FitOptions {
        gaps,
        lambda_h: Some(0.01),
        lambda_j: Some(PenaltyScale::Absolute(lambda_j)),
        tolerance: 1e-6,
        ..FitOptions::default()
    }
}

/// Weights of the kept rows in plmc's file, which marks dropped rows with 0.
fn plmc_weights(path: &Path) -> Vec<f64> {
    text(path)
        .lines()
        .map(|l| l.trim().parse::<f64>().unwrap())
        .filter(|w| *w > 0.0)
        .collect()
}

fn check_weights(alignment: &Alignment, reference: &Path, neff: f64) -> SequenceWeights {
    let weights = fit::sequence_weights(alignment, &FitOptions::default());
    let expected = plmc_weights(reference);
    assert_eq!(weights.as_slice().len(), expected.len());
    for (n, (own, plmc)) in weights.as_slice().iter().zip(&expected).enumerate() {
        assert!((own - plmc).abs() < 1e-15, "row {n}: {own} against {plmc}");
    }
    assert!(
        (weights.effective_number() - neff).abs() < 5e-3,
        "{}",
        weights.effective_number()
    );
    weights
}

/// plmc's score: norms in the fitted gauge over all states of the model, APC with factor 1.
fn plmc_scores(couplings: &Couplings) -> Vec<f64> {
    let sites = couplings.sites();
    let norms: Vec<((usize, usize), f64)> = couplings
        .blocks()
        .map(|(pair, block)| {
            (
                pair,
                block
                    .iter()
                    .map(|&j| f64::from(j).powi(2))
                    .sum::<f64>()
                    .sqrt(),
            )
        })
        .collect();
    let mut means = vec![0.0; sites];
    for &((i, j), norm) in &norms {
        means[i] += norm / (sites - 1) as f64;
        means[j] += norm / (sites - 1) as f64;
    }
    let all = norms.iter().map(|(_, norm)| norm).sum::<f64>() / norms.len() as f64;
    norms
        .iter()
        .map(|((i, j), norm)| norm - means[*i] * means[*j] / all)
        .collect()
}

/// Column 6 of plmc's couplings, in the order of columns.
fn plmc_couplings(path: &Path) -> Vec<f64> {
    text(path)
        .lines()
        .map(|l| l.split_whitespace().nth(5).unwrap().parse().unwrap())
        .collect()
}

/// The share of the L strongest pairs with at least six columns between them that two rankings have in common.
fn overlap(sites: usize, a: &[f64], b: &[f64]) -> f64 {
    let pairs: Vec<(usize, usize)> = potts::model::couplings::pair_sites(sites).collect();
    let top = |scores: &[f64]| {
        let mut order: Vec<usize> = (0..pairs.len())
            .filter(|&k| pairs[k].1 - pairs[k].0 >= 6)
            .collect();
        order.sort_by(|&x, &y| scores[y].total_cmp(&scores[x]));
        order.truncate(sites);
        order
    };
    let (a, b) = (top(a), top(b));
    a.iter().filter(|k| b.contains(k)).count() as f64 / sites as f64
}

struct Agreement {
    excess: f64,
    spearman: f64,
    overlap: f64,
}

fn compare(name: &str, fitted: &FittedModel, best: f64, reference: &Path) -> Agreement {
    let own = plmc_scores(fitted.model.couplings().unwrap());
    let plmc = plmc_couplings(reference);
    let agreement = Agreement {
        excess: fitted.report.objective.unwrap() / best - 1.0,
        spearman: spearman(&own, &plmc).unwrap(),
        overlap: overlap(fitted.columns.sites(), &own, &plmc),
    };
    let zero_sum = ContactScores::of(&fitted.model, fitted.alphabet.residues()).unwrap();
    eprintln!(
        "{name}: {} evaluations, objective above the best known by {:.1e}, Spearman {:.5}, top L {:.3} (in the zero-sum gauge {:.5})",
        fitted.report.evaluations,
        agreement.excess,
        agreement.spearman,
        agreement.overlap,
        spearman(&zero_sum.cn(), &plmc).unwrap(),
    );
    assert!(fitted.report.converged());
    agreement
}

#[test]
fn dhfr() {
    let Some(file) = shared("data/alignments/DHFR.a2m.gz") else {
        return;
    };
    let alignment = alignment(&file, &rows(Focus::Named("DYR_ECOLI".into())));
    assert_eq!((alignment.sequences(), alignment.sites()), (3616, 159));
    let Some(reference) = shared("golden/peers/DHFR/plmc64.weights.gz") else {
        return;
    };
    let weights = check_weights(&alignment, &reference, 1568.1043);
    let Some(reference) = shared("golden/peers/DHFR/plmc64_m260.couplings.gz") else {
        return;
    };
    let fitted = fit::fit(
        &alignment,
        &weights,
        &penalties(16.0, GapTreatment::Missing),
        None,
    )
    .unwrap();
    let agreement = compare("DHFR", &fitted, 165_461.978, &reference);
    assert!(agreement.excess < 1e-5);
    assert!(agreement.spearman >= 0.999 && agreement.overlap >= 0.98);
}

#[test]
fn pf00014() {
    let Some(file) = shared("data/alignments/PF00014.fa.gz") else {
        return;
    };
    let alignment = alignment(&file, &rows(Focus::None { target: None }));
    assert_eq!((alignment.sequences(), alignment.sites()), (4904, 53));
    let Some(reference) = shared("golden/peers/PF00014/plmc64.weights.gz") else {
        return;
    };
    let weights = check_weights(&alignment, &reference, 2045.58);
    let Some(reference) = shared("golden/peers/PF00014/plmc64_converged.couplings.gz") else {
        return;
    };
    let fitted = fit::fit(
        &alignment,
        &weights,
        &penalties(9.88, GapTreatment::Missing),
        None,
    )
    .unwrap();
    let agreement = compare("PF00014", &fitted, 114_800.731, &reference);
    assert!(agreement.excess < 1e-5);
    assert!(agreement.spearman >= 0.999 && agreement.overlap >= 0.98);
}

/// plmc's run on this alignment stopped at 100 iterations, 4e-4 above the best objective known: ranks agree less.
#[test]
fn vwa_1atza_with_the_gap_as_a_state() {
    let Some(file) = shared("data/alignments/1atzA.aln.gz") else {
        return;
    };
    let lines: Vec<String> = text(&file).lines().map(str::to_owned).collect();
    let names = (1..=lines.len()).map(|n| n.to_string()).collect();
    let numbers = (1..=lines.len() as u64).collect();
    let letters = lines.into_iter().map(String::into_bytes).collect();
    let records = AlignedRecords::new(
        "1atzA.aln".into(),
        "one sequence a line",
        names,
        letters,
        numbers,
    )
    .unwrap();
    let options = rows(Focus::None { target: None });
    let alignment = focus::focus(&records, &Alphabet::protein(), &options).unwrap();
    assert_eq!((alignment.sequences(), alignment.sites()), (3000, 75));
    let Some(reference) = shared("golden/peers/1atzA/plmc64.weights.gz") else {
        return;
    };
    let weights = check_weights(&alignment, &reference, 1144.587);
    let Some(reference) = shared("golden/peers/1atzA/plmc64.couplings.gz") else {
        return;
    };
    let fitted = fit::fit(
        &alignment,
        &weights,
        &penalties(14.8, GapTreatment::State),
        None,
    )
    .unwrap();
    let agreement = compare("1atzA", &fitted, 88_772.87, &reference);
    assert!(agreement.excess < 1e-5);
    assert!(agreement.spearman >= 0.99 && agreement.overlap >= 0.95);
}
