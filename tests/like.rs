//! `--like TOOL` against what the tools print for three alignments. Where a tool ran to its optimum its scores are compared value by
//! value, else by rank: an early stop leaves each score where the optimiser happened to be. `--nocapture` prints the figures.

mod common;

use common::bench::{Bench, FAMILY};
use common::{shared, text};
use potts::alignment::{Focus, FocusOptions, focus};
use potts::alphabet::{Alphabet, GapTreatment};
use potts::contacts::ContactScores;
use potts::conventions::Tool;
use potts::fit::{self, FitOptions, Method, PenaltyScale};
use potts::io::alignments;
use potts::io::files::source::Source;
use potts::model::Model;
use potts::model::couplings::pair_sites;
use potts::statistics::spearman;
use std::path::Path;

/// A fit under the conventions of a tool, as far as they are not given.
struct Fitted {
    model: Model,
    scores: Vec<f64>,
}

/// Tighter than the default, because the references are.
const TOLERANCE: f64 = 1e-7;

fn fit_like(
    tool: Tool,
    path: &Path,
    change: impl FnOnce(&mut FocusOptions, &mut FitOptions),
) -> Fitted {
    let mut rows = tool.focus_options();
    let mut options = FitOptions {
        tolerance: TOLERANCE,
        ..tool.fit_options(Method::Plm)
    };
    change(&mut rows, &mut options);
    let records = alignments::read(&Source::read(path).unwrap()).unwrap();
    let alignment = focus::focus(&records, &Alphabet::protein(), &rows).unwrap();
    let weights = fit::sequence_weights(&alignment, &options);
    let model = fit::fit(&alignment, &weights, &options, &Default::default()).unwrap();
    let norm = tool.norm(Some(Method::Plm));
    let scores = ContactScores::with_norm(&model.model, 20, norm).unwrap();
    Fitted {
        scores: scores.ranked_by(tool.ranking()).unwrap(),
        model,
    }
}

impl Fitted {
    fn neff(&self) -> f64 {
        self.model.neff().unwrap()
    }

    fn sequences(&self) -> usize {
        self.model.family.as_ref().unwrap().weights.as_slice().len()
    }

    fn sites(&self) -> usize {
        self.model.columns.sites()
    }

    /// How far the objective lies above the best that is known, as a share of it.
    fn excess(&self, name: &str, best: f64) -> f64 {
        let report = self.model.record.as_ref().unwrap();
        assert!(report.converged());
        let excess = report.objective.unwrap() / best - 1.0;
        eprintln!("{name}: objective above the best known by {excess:.1e}");
        excess
    }

    fn against(&self, name: &str, theirs: &[f64]) -> Agreement {
        let pairs: Vec<(usize, usize)> = pair_sites(self.sites()).collect();
        let top = |scores: &[f64]| {
            let mut order: Vec<usize> = (0..pairs.len())
                .filter(|&k| pairs[k].1 - pairs[k].0 >= 6)
                .collect();
            order.sort_by(|&x, &y| scores[y].total_cmp(&scores[x]));
            order.truncate(self.sites());
            order
        };
        let (own, other) = (top(&self.scores), top(theirs));
        let both = own.iter().filter(|k| other.contains(k)).count();
        let largest = |values: &[f64]| values.iter().fold(0.0, |m: f64, v| m.max(v.abs()));
        let differences: Vec<f64> = self.scores.iter().zip(theirs).map(|(a, b)| a - b).collect();
        let agreement = Agreement {
            largest_difference: largest(&differences) / largest(theirs),
            spearman: spearman(&self.scores, theirs).unwrap(),
            overlap: both as f64 / self.sites() as f64,
        };
        eprintln!("{name}: {agreement:?}");
        agreement
    }
}

#[derive(Debug)]
struct Agreement {
    /// As a share of the largest score.
    largest_difference: f64,
    spearman: f64,
    /// Of the L strongest pairs six or more columns apart.
    overlap: f64,
}

/// Column 6 of plmc's couplings.
fn plmc_scores(path: &Path) -> Vec<f64> {
    let number = |line: &str| line.split_whitespace().nth(5).unwrap().parse().unwrap();
    text(path).lines().map(number).collect()
}

/// The upper triangle of CCMpred's matrix.
fn ccmpred_scores(path: &Path) -> Vec<f64> {
    let numbers = |line: &str| -> Vec<f64> {
        line.split_whitespace()
            .map(|v| v.parse().unwrap())
            .collect()
    };
    let matrix: Vec<Vec<f64>> = text(path)
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(numbers)
        .collect();
    pair_sites(matrix.len())
        .map(|(i, j)| matrix[i][j])
        .collect()
}

/// Column `apc` of GREMLIN's table, whose pairs are in order.
fn gremlin_scores(path: &Path) -> Vec<f64> {
    let number = |line: &str| line.split_whitespace().nth(3).unwrap().parse().unwrap();
    text(path).lines().skip(1).map(number).collect()
}

macro_rules! reference {
    ($path:expr) => {
        match shared($path) {
            Some(path) => path,
            None => return,
        }
    };
}

fn plmc(lambda_j: f64, gaps: GapTreatment) -> impl FnOnce(&mut FocusOptions, &mut FitOptions) {
    move |_, options| {
        options.lambda_j = Some(PenaltyScale::Absolute(lambda_j));
        options.gaps = gaps;
    }
}

/// plmc's long run ended 7e-7 of its objective above the optimum. The objective is flat there: along its softest directions that much
/// is worth a thousandth of the largest score, so no tighter tolerance would mean anything.
#[test]
fn plmc_on_pf00014_value_by_value() {
    let file = reference!("data/alignments/PF00014.fa.gz");
    let fitted = fit_like(Tool::Plmc, &file, plmc(9.88, GapTreatment::Missing));
    assert!(fitted.excess("PF00014", 114_800.731) < 5e-7);
    assert!((fitted.neff() - 2045.58).abs() < 5e-3);
    let reference = reference!("golden/peers/PF00014/plmc64_converged.couplings.gz");
    let agreement = fitted.against("plmc, PF00014", &plmc_scores(&reference));
    assert!(agreement.largest_difference < 2e-3);
    assert!(agreement.spearman > 0.9999 && agreement.overlap == 1.0);
}

/// 260 iterations ended 2e-4 above the optimum.
#[test]
fn plmc_on_dhfr_value_by_value() {
    let file = reference!("data/alignments/DHFR.a2m.gz");
    let fitted = fit_like(Tool::Plmc, &file, |rows, options| {
        // plmc takes the first name that begins so.
        rows.focus = Focus::Named("DYR_EC".into());
        plmc(16.0, GapTreatment::Missing)(rows, options);
    });
    assert!(fitted.excess("DHFR", 165_461.978) < 1e-6);
    assert!((fitted.neff() - 1568.1043).abs() < 5e-3);
    let reference = reference!("golden/peers/DHFR/plmc64_m260.couplings.gz");
    let agreement = fitted.against("plmc, DHFR", &plmc_scores(&reference));
    assert!(agreement.largest_difference < 2e-2);
    assert!(agreement.spearman > 0.9994 && agreement.overlap >= 0.98);
}

/// 100 iterations ended 4e-4 above the optimum, and the gap is a state.
#[test]
fn plmc_on_1atza_by_rank() {
    let file = reference!("data/alignments/1atzA.aln.gz");
    let fitted = fit_like(Tool::Plmc, &file, plmc(14.8, GapTreatment::State));
    assert_eq!((fitted.sequences(), fitted.sites()), (3000, 75));
    assert!(fitted.excess("1atzA", 88_772.832_9) < 5e-7);
    let reference = reference!("golden/peers/1atzA/plmc64.couplings.gz");
    let agreement = fitted.against("plmc, 1atzA", &plmc_scores(&reference));
    assert!(agreement.spearman > 0.9995 && agreement.overlap >= 0.97);
}

/// CCMpred stops at a change of 1 % in five iterations, 1.3 % above the optimum of its objective.
#[test]
fn ccmpred_by_rank() {
    let file = reference!("data/alignments/1atzA.aln.gz");
    let fitted = fit_like(Tool::Ccmpred, &file, |_, _| {});
    // The best that a quasi-Newton method other than ours found for CCMpred's objective.
    assert!(fitted.excess("1atzA", 91_291.793) < 1e-6);
    assert_eq!((fitted.sequences(), fitted.sites()), (3068, 75));
    assert!((fitted.neff() - 1188.704).abs() < 5e-4);
    let gap_fields = fitted.model.fields().unwrap().column(20).to_vec();
    assert!(gap_fields.iter().all(|&h| h == 0.0));
    assert!(fitted.scores.iter().all(|&score| score >= 0.0));
    let reference = reference!("golden/peers/1atzA/ccmpred_f64.mat.gz");
    let agreement = fitted.against("CCMpred, 1atzA", &ccmpred_scores(&reference));
    assert!(agreement.spearman > 0.98 && agreement.overlap >= 0.93);
}

#[test]
fn ccmpred_on_the_focus_columns_of_dhfr_by_rank() {
    let file = reference!("data/alignments/DHFR.a2m.gz");
    let fitted = fit_like(Tool::Ccmpred, &file, |rows, _| {
        rows.focus = Focus::Named("DYR_ECOLI".into());
    });
    let reference = reference!("golden/peers/DHFR/ccmpred_f32.mat.gz");
    let agreement = fitted.against("CCMpred, DHFR", &ccmpred_scores(&reference));
    assert!(agreement.spearman > 0.97 && agreement.overlap >= 0.95);
}

/// GREMLIN leaves out gappy columns before it weighs, and always makes 100 iterations, which is nearly enough here.
#[test]
fn gremlin_value_by_value() {
    let file = reference!("data/alignments/1atzA.aln.gz");
    let fitted = fit_like(Tool::Gremlin, &file, |_, _| {});
    // Its own 500 iterations end here.
    assert!(fitted.excess("1atzA", 88_192.067) < 1e-6);
    assert_eq!((fitted.sequences(), fitted.sites()), (3068, 72));
    assert!((fitted.neff() - 1168.49).abs() < 5e-3);
    let reference = reference!("golden/peers/1atzA/gremlin.txt.gz");
    let agreement = fitted.against("GREMLIN, 1atzA", &gremlin_scores(&reference));
    assert!(agreement.largest_difference < 2e-2);
    assert!(agreement.spearman > 0.9998 && agreement.overlap >= 0.98);
}

/// pydca as it runs adds each row's probabilities to those of the row before, so that its result depends on the order of the rows;
/// the comparison is with the optimum of the objective that it means, found by another program.
#[test]
fn pydca_reaches_the_optimum_that_it_means() {
    let file = reference!("data/alignments/1atzA.aln.gz");
    let fitted = fit_like(Tool::Pydca, &file, |_, _| {});
    assert!(fitted.excess("1atzA", 93_312.999) < 1e-6);
}

/// Its rows and weights; its parameters come from sampling.
#[test]
fn adabmdca_has_these_rows_and_weights() {
    let file = reference!("data/alignments/PF00014.fa.gz");
    let fitted = fit_like(Tool::Adabmdca, &file, |_, options| {
        options.method = Method::MeanField;
        options.gaps = GapTreatment::Missing;
    });
    assert_eq!(fitted.sequences(), 3606);
    assert!((fitted.neff() - 2048.173).abs() < 5e-4);
}

#[test]
fn the_log_and_the_help_spell_the_conventions_out() {
    let bench = Bench::new();
    for tool in Tool::ALL {
        let fit = bench.run(&format!("fit family.fa --force --like {}", tool.as_str()));
        assert_eq!(fit.code, 0, "{}", fit.stderr);
        let (fit_help, contacts_help) = (bench.run("fit --help"), bench.run("contacts --help"));
        for (what, convention) in tool.conventions() {
            // Help wraps its lines.
            let start: String = convention.chars().take(24).collect();
            assert!(
                fit.stderr.contains(&format!("{what}  {convention}")),
                "{}",
                fit.stderr
            );
            assert!(fit_help.stdout.contains(&start), "{start}");
            assert!(contacts_help.stdout.contains(&start), "{start}");
        }
    }
}

/// pydca and CCMpred take no notice of the number of states; GREMLIN and EVcouplings do.
#[test]
fn penalties_on_rna_are_those_that_the_log_says() {
    let bench = Bench::new();
    bench.write(
        "rna.fa",
        ">t\nACGUACGUAC\n>b\nACGUACGUAG\n>c\nACGUUCGUAC\n>d\nGCGUACGAAC\n",
    );
    for (tool, said, method) in [
        (
            "pydca",
            "lambda_h and lambda_J 0.2 (L-1);",
            "lambda_h 1.8, lambda_J 1.8 ",
        ),
        (
            "ccmpred",
            "lambda_h 0.01, lambda_J 0.2 (L-1)\n",
            "lambda_h 0.01, lambda_J 1.8 ",
        ),
        (
            "gremlin",
            "lambda_h 0.01, lambda_J 0.01 (L-1)(q-1)\n",
            "lambda_h 0.01, lambda_J 0.36 ",
        ),
        (
            "evcouplings",
            "lambda_h 0.01, lambda_J 0.01 (L-1)(q-1);",
            "lambda_h 0.01, lambda_J 0.27 ",
        ),
    ] {
        let fit = bench.run(&format!("fit rna.fa --force --like {tool}"));
        assert_eq!(fit.code, 0, "{}", fit.stderr);
        for words in [said, method] {
            assert!(fit.stderr.contains(words), "{words}\n{}", fit.stderr);
        }
    }
}

/// Where every column is modelled, a target with a gap cannot number them.
#[test]
fn an_offset_needs_residues_to_number() {
    let bench = Bench::new();
    bench.write("gap.fa", FAMILY.replacen("ACDEFGHI", "ACDE-GHI", 1));
    for tool in ["plmc", "ccmpred", "gremlin", "adabmdca", "pydca"] {
        bench.fails(
            &format!("fit gap.fa --force --like {tool} --offset 5"),
            2,
            &["--offset numbers the residues", "--focus 'TARGET/10-17'"],
        );
        let fit = bench.run(&format!("fit gap.fa --force --like {tool}"));
        assert!(
            fit.stderr.contains("warning: columns are numbered"),
            "{}",
            fit.stderr
        );
        let whole = bench.run(&format!("fit family.fa --force --like {tool} --offset 5"));
        assert_eq!(whole.code, 0, "{}", whole.stderr);
        assert!(whole.stderr.contains("positions 6 to 13"));
        assert!(!whole.stderr.contains("warning"), "{}", whole.stderr);
    }
    let fit = bench.run("fit gap.fa --force --like plmc --offset 5 --focus TARGET");
    assert!(
        fit.stderr.contains("positions 6 to 12, 7 of its 7"),
        "{}",
        fit.stderr
    );
}

#[test]
fn options_win_over_conventions() {
    let bench = Bench::new();
    let fit = bench.run(
        "fit family.fa --like plmc --gaps missing --lambda-j 3 --lambda-h 0.1x --identity >0.6 --unknown gap",
    );
    assert_eq!(fit.code, 0, "{}", fit.stderr);
    // 0.1 x 7 x 19.
    for words in ["q = 20", "lambda_h 13.3", "lambda_J 3 ", "identity > 0.6"] {
        assert!(fit.stderr.contains(words), "{words}\n{}", fit.stderr);
    }
}

#[test]
fn contacts_remember_what_a_model_was_fitted_like() {
    let bench = Bench::new();
    assert_eq!(bench.run("fit family.fa -q --like gremlin").code, 0);
    let remembered = bench.run("contacts family.h5 --min-separation 1").stdout;
    let asked = bench
        .run("contacts family.h5 --min-separation 1 --like gremlin")
        .stdout;
    let other = bench
        .run("contacts family.h5 --min-separation 1 --like ccmpred")
        .stdout;
    let at_once = bench
        .run("contacts family.fa -q --min-separation 1 --like gremlin")
        .stdout;
    assert_eq!(remembered, asked);
    assert_eq!(remembered, at_once);
    assert_ne!(remembered, other);
    // Calibrated on other scores, so there is no probability.
    let rows = remembered.lines().skip(1);
    assert!(rows.clone().count() > 0);
    assert!(rows.clone().all(|line| line.ends_with('\t')));
    assert!(bench.run("info family.h5").stdout.contains("gremlin"));
}

#[test]
fn what_a_tool_lacks_is_refused() {
    let bench = Bench::new();
    for (arguments, words) in [
        (
            "--like gremlin --method mean-field",
            "gremlin has no method mean-field",
        ),
        (
            "--like plmc --method plm-asymmetric",
            "plmc has no method plm-asymmetric",
        ),
        ("--like ccmpred --gaps missing", "needs --gaps state"),
        ("--like plmc --preset contacts", "cannot be used with"),
        ("--like bmdca", "possible values: plmc, ccmpred"),
    ] {
        bench.fails(&format!("fit family.fa {arguments}"), 2, &[words]);
    }
    for tool in ["pydca", "evcouplings", "adabmdca"] {
        let fit = bench.run(&format!(
            "fit family.fa -q --force --method mean-field --like {tool}"
        ));
        assert_eq!(fit.code, 0, "{}", fit.stderr);
        assert_eq!(bench.run("contacts family.h5 --min-separation 1").code, 0);
    }
}
