//! `--like TOOL` against what the tools print.

mod common;

use common::{shared, text};
use potts::alignment::{
    Focus, FocusOptions, IdentityRule, IdentityThreshold, UnknownLetters, focus,
};
use potts::alphabet::{Alphabet, GapTreatment};
use potts::contacts::ContactScores;
use potts::fit::{self, FitOptions, FittedModel, Preset, Tool, Weighting};
use potts::io::alignment_file;
use potts::io::source::Source;
use potts::model::couplings::pair_sites;
use potts::statistics::spearman;
use std::path::Path;

fn fitted(path: &Path, tool: Tool) -> FittedModel {
    let records = alignment_file::read(&Source::read(path).unwrap()).unwrap();
    let focus_options = FocusOptions {
        focus: Focus::None { target: None },
        min_sequence_coverage: 0.0,
        unknown: UnknownLetters::Gap,
        ..FocusOptions::default()
    };
    let alignment = focus::focus(&records, &Alphabet::protein(), &focus_options).unwrap();
    let options = FitOptions {
        gaps: GapTreatment::State,
        preset: Preset::Like(tool),
        weighting: Weighting::Identity(
            IdentityThreshold::DEFAULT.with_rule(IdentityRule::AboveCeil),
        ),
        tolerance: 1e-6,
        ..FitOptions::default()
    };
    let weights = fit::sequence_weights(&alignment, &options);
    fit::fit(&alignment, &weights, &options, None).unwrap()
}

fn matrix(path: &Path) -> Vec<Vec<f64>> {
    text(path)
        .lines()
        .filter(|l| !l.starts_with('#'))
        .map(|l| l.split_whitespace().map(|v| v.parse().unwrap()).collect())
        .collect()
}

#[test]
fn ccmpred() {
    let Some(file) = shared("data/alignments/1atzA.aln.gz") else {
        return;
    };
    let fitted = fitted(&file, Tool::Ccmpred);
    let report = fitted.report.as_ref().unwrap();
    let scores = ContactScores::with_norm(&fitted.model, 20, Tool::Ccmpred.norm(None))
        .unwrap()
        .ranked_by(Tool::Ccmpred.ranking())
        .unwrap();
    let sites = fitted.columns.sites();
    eprintln!(
        "neff {:?} objective {:?} {:?}",
        fitted.neff(),
        report.objective,
        report.stop_reason
    );
    for name in [
        "../shared/golden/peers/1atzA/ccmpred_f64.mat.gz",
        "/tmp/peers/refs/ccmpred/1atzA_f64.mat",
    ] {
        let reference = matrix(Path::new(name));
        let theirs: Vec<f64> = pair_sites(sites).map(|(i, j)| reference[i][j]).collect();
        let worst = scores
            .iter()
            .zip(&theirs)
            .map(|(a, b)| (a - b).abs())
            .fold(0.0, f64::max);
        eprintln!(
            "{name}: Spearman {:?}, largest difference {worst}",
            spearman(&scores, &theirs)
        );
    }
}
