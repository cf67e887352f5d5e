//! What the ranking, the z-scores and the probabilities of a list rest on, in words.

use super::ContactsArgs;
use super::formats::FormatChoice;
use crate::cli::messages::Messages;
use crate::contacts::{
    ContactOptions, ContactScores, Depth, Evidence, NoPatterns, PairKind, Ranking, RankingScore,
    pattern, probability,
};
use crate::conventions::Tool;
use crate::model::Model;
use crate::report::pairs::lacking;
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

/// Says that a list is ranked as another program ranks, where nobody asked for that.
pub(super) fn remark_on_tool((args, tool): (&ContactsArgs, Option<Tool>), messages: &Messages) {
    if let Some(tool) = tool.filter(|_| args.like.is_none() && args.score.is_none()) {
        messages.say(format_args!(
            "note: ranked as {} ranks, which the model was fitted like; pattern and probability are empty: they are of the scores of potts",
            tool.as_str()
        ));
    }
}
