//! What the z-scores and probabilities of a list rest on, in words.

use super::FormatChoice;
use crate::cli::family::neff_of_chains;
use crate::cli::messages::Messages;
use crate::contacts::{ContactOptions, ContactScores, Depth, Evidence, PairKind, probability};
use crate::model::Model;

/// Says what probabilities rest on, and warns where there are none for want of evidence.
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
    let evidence = Evidence::of(scores, &fitted.columns, Depth::of(fitted));
    let lacks = evidence.lacks(&fitted.columns);
    let lacks: Vec<String> = lacks.iter().map(ToString::to_string).collect();
    if !lacks.is_empty() {
        messages.warn(format_args!(
            "{}: z and probability are left empty there, and the order of the pairs is hardly better than chance; more sequences would help",
            lacks.join("; ")
        ));
    } else if let Some(neff) = fitted
        .neff()
        .filter(|_| options.are_calibrated(fitted) && options.selection.pairs != PairKind::Inter)
    {
        let of_chains = fitted.family.as_ref().and_then(|f| f.chain_neff.as_ref());
        let depth = match of_chains {
            Some(of_chains) => neff_of_chains(&fitted.columns, of_chains),
            None => format!("Neff = {neff:.1} over L = {} sites", fitted.sites()),
        };
        messages.say(format_args!(
            "note: probabilities rest on {depth}, and on {} small soluble domains of known structure",
            probability::CALIBRATION_FAMILIES
        ));
    }
}
