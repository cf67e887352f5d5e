//! What the ranking, the z-scores and the probabilities of a list rest on, in words.

use super::formats::FormatChoice;
use crate::cli::messages::Messages;
use crate::contacts::evidence::Lack;
use crate::contacts::{
    ContactOptions, ContactScores, Depth, Evidence, NoPatterns, PairKind, PatternScores, Ranking,
    RankingScore, pattern, probability,
};
use crate::model::Model;
use crate::report::words::neff_of_chains;

/// Says what the list is ranked by and what probabilities rest on, and warns where there is no evidence.
pub(super) fn remark(
    fitted: &Model,
    format: FormatChoice,
    scores: &ContactScores,
    options: &ContactOptions,
    messages: &Messages,
) {
    if matches!(format, FormatChoice::Ccmpred | FormatChoice::Evcouplings) {
        return;
    }
    let ranking = Ranking::of(fitted, options);
    remark_on_ranking(ranking, messages);
    let by_patterns = ranking.score == RankingScore::Pattern;
    let evidence = Evidence::of(scores, &fitted.columns, Depth::of(fitted));
    let lacks = evidence.lacks(&fitted.columns);
    if !lacks.is_empty() {
        messages.warn(lacking(&lacks, scores.patterns().filter(|_| by_patterns)));
        return;
    }
    let neff = fitted.neff();
    let calibrated =
        |_: &f64| options.are_calibrated(fitted) && options.selection.pairs != PairKind::Inter;
    if let Some(neff) = neff.filter(calibrated) {
        let of_chains = fitted.family.as_ref().and_then(|f| f.chain_neff.as_ref());
        let depth = match of_chains {
            Some(of_chains) => neff_of_chains(&fitted.columns, of_chains),
            None => format!("Neff = {neff:.1} over L = {} sites", fitted.sites()),
        };
        let families = match by_patterns {
            true => pattern::TRAINING_FAMILIES,
            false => probability::CALIBRATION_FAMILIES,
        };
        messages.say(format_args!(
            "note: probabilities rest on {depth}, and on {families} small soluble domains of known structure"
        ));
    }
}

fn remark_on_ranking(ranking: Ranking, messages: &Messages) {
    match ranking.without {
        None if ranking.score == RankingScore::Pattern => messages.say(
            "note: ranked by pattern, the couplings together with those around them (--score apc ranks by each coupling alone)",
        ),
        None | Some(NoPatterns::Conventions) => {}
        Some(reason @ NoPatterns::Between) => messages.say(format_args!(
            "note: ranked by score, not by pattern: {reason} (--pairs intra ranks those within chains by it, which finds more)"
        )),
        Some(reason @ NoPatterns::Near) => messages.say(format_args!(
            "note: ranked by score, not by pattern: {reason}"
        )),
        Some(reason @ NoPatterns::Absent(_)) => messages.say(format_args!(
            "note: ranked by score; pattern is empty: {reason}"
        )),
    }
}

/// What there is no evidence for.
fn lacking(lacks: &[Lack], patterns: Option<&PatternScores>) -> String {
    let words: Vec<String> = lacks.iter().map(ToString::to_string).collect();
    let words = words.join("; ");
    let Some(patterns) = patterns else {
        return format!(
            "{words}: z and probability are left empty there, and the order of the pairs is hardly better than chance; more sequences would help"
        );
    };
    let least = pattern::calibration::LEAST_NEFF;
    let is_calibrated = |lack: &Lack| match lack {
        Lack::Depth { neff, .. } => *neff >= least,
        Lack::Spread => true,
    };
    let calibrated = lacks.iter().all(is_calibrated);
    let from = match calibrated {
        true => String::new(),
        false => format!(" (they were calibrated from Neff = {least} on)"),
    };
    if patterns.is_uninformed() {
        return format!(
            "{words}: z is left empty, couplings say nothing, so that all pairs have the probability of any pair of so long a protein{from}, and the order means nothing; more, and more diverse, sequences would help"
        );
    }
    let probabilities = match calibrated {
        true => "are low for want of sequences",
        false => "are left empty, too",
    };
    format!(
        "{words}: z is left empty there, and probabilities {probabilities}{from}; more sequences would help"
    )
}
