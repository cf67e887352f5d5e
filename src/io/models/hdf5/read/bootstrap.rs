//! What fits to resampled sequences say of the errors of a model.

use super::fetch::{Found, Node, Problem};
use super::{Shape, pair_count};
use crate::model::{Bootstrap, TargetReplicates};
use half::f16;
use ndarray::Array3;

const GROUP: &str = "bootstrap";

/// Replicates of the fit; none in a file without.
pub fn bootstrap(root: &Node, shape: &Shape) -> Found<Option<Bootstrap>> {
    if !root.has_member(GROUP) {
        return Ok(None);
    }
    let node = root.group(GROUP)?;
    let pairs = [pair_count(shape.sites)?];
    let [cn_mean, cn_sd, support] =
        ["cn_mean", "cn_sd", "support"].map(|name| node.finite::<f32>(name, &pairs));
    let (cn_sd, support) = (cn_sd?, support?);
    let replicates = node.size("replicates")?;
    let single_scores = node
        .has_member("single_scores")
        .then(|| single_scores(&node, replicates, shape))
        .transpose()?;
    let of_target = single_scores
        .map(|single_scores| -> Found<TargetReplicates> {
            let interaction_sd = node.finite::<f32>("interaction_sd", &pairs)?;
            Ok(TargetReplicates {
                single_scores,
                interaction_sd,
            })
        })
        .transpose()?;
    let deviations = of_target.iter().flat_map(|found| &found.interaction_sd);
    if cn_sd.iter().chain(deviations).any(|&sd| sd < 0.0) {
        return Err(Problem::damaged("a standard deviation is negative".into()));
    }
    if !support.iter().all(|share| (0.0..=1.0).contains(share)) {
        return Err(Problem::damaged("a support is no share".into()));
    }
    Ok(Some(Bootstrap {
        replicates: replicates as u64,
        seed: node.count("seed")?,
        clusters: node.count("clusters")?,
        identity: node.number("identity")?,
        cn_mean: cn_mean?,
        cn_sd,
        support,
        of_target,
    }))
}

fn single_scores(node: &Node, replicates: usize, shape: &Shape) -> Found<Array3<f16>> {
    let size = (replicates, shape.sites, shape.alphabet.residues());
    let values = node.array::<f16>("single_scores", &[size.0, size.1, size.2])?;
    if !values.iter().all(|value| value.is_finite()) {
        return Err(Problem::damaged(
            "a score of a replicate is not a finite number".into(),
        ));
    }
    Array3::from_shape_vec(size, values)
        .map_err(|error| Problem::damaged(format!("an array of the wrong shape: {error}")))
}
