//! What the sequences told of the sites.

use super::fetch::{Found, Node, Problem};
use super::{Shape, site_matrix};
use crate::model::SiteFeatures;

/// What no number of a site reaches, in nats or otherwise.
const MOST_OF_SITES: f32 = 1e6;

/// What the sequences told of the sites; none in a file of an earlier version.
pub fn features(root: &Node, shape: &Shape) -> Found<Option<SiteFeatures>> {
    if !root.has_member("sites") {
        return Ok(None);
    }
    let (sites, residues) = (shape.sites, shape.alphabet.residues());
    let features = SiteFeatures {
        rate: root.finite::<f32>("sites/rate", &[sites])?,
        burial: root.finite::<f32>("sites/burial", &[sites])?,
        appearance: site_matrix(root, "sites/appearance", sites, residues)?,
        single_scores: root
            .has_member("sites/single_scores")
            .then(|| site_matrix(root, "sites/single_scores", sites, residues))
            .transpose()?,
    };
    let singles = features.single_scores.iter().flatten();
    let mut numbers = (features.rate.iter().chain(&features.burial))
        .chain(&features.appearance)
        .chain(singles);
    if !features.rate.iter().all(|&rate| rate > 0.0) {
        return Err(Problem::damaged(
            "a rate of a site that is not positive".into(),
        ));
    }
    match numbers.all(|number| number.abs() <= MOST_OF_SITES) {
        true => Ok(Some(features)),
        false => Err(Problem::damaged(format!(
            "a number of a site beyond {MOST_OF_SITES}"
        ))),
    }
}
