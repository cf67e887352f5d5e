//! Reading a part of a model.

use super::fetch::{Found, Node, Problem};
use super::{Large, blame, check_schema, members, open_file};
use crate::error::Result;
use crate::fit::FittedPart;
use crate::fit::pseudolikelihood::{GroupEnd, groups_of};
use crate::io::models::hdf5::{Contents, PART_FORMAT};
use crate::kernels::f32x8::LANES;
use crate::model::StopReason;
use crate::state::Fingerprint;
use std::path::Path;

/// Reads a part of a model and checks everything that merging relies on.
///
/// # Errors
/// As [`super::read`].
pub fn read_part(path: &Path) -> Result<FittedPart> {
    let opened = open_file(path, Contents::Part)?;
    part(opened.root).map_err(blame(path))
}

fn part(root: Node) -> Found<FittedPart> {
    let root = &check_schema(root, PART_FORMAT)?;
    let frame = members(root, None, Large::Read)?;
    let (all, states) = frame.parameters.shape();
    let group = root.group("part")?;
    let (first, last) = (group.size("first_site")?, group.size("last_site")?);
    if first == 0 || first > last || last > all {
        return Err(Problem::damaged(format!(
            "sites {first} to {last} of {all}"
        )));
    }
    let sites = first - 1..last;
    let fingerprint: Fingerprint = serde_json::from_str(&group.text("identity")?)
        .map_err(|error| Problem::damaged(format!("its identity: {error}")))?;
    let shape = [sites.len(), all, states, states];
    Ok(FittedPart {
        halves: group.finite::<f32>("halves", &shape)?,
        ends: ends(&group, groups_of(&sites), (all, states))?,
        frame,
        fingerprint,
        sites,
    })
}

fn ends(
    part: &Node,
    groups: std::ops::Range<usize>,
    (all, states): (usize, usize),
) -> Found<Vec<GroupEnd>> {
    let group = part.group("groups")?;
    let count = [groups.len()];
    let sites = all.min(groups.end * LANES) - groups.start * LANES;
    let fields = group.finite::<f64>("fields", &[sites, states])?;
    let objective = group.finite::<f64>("objective", &count)?;
    let evaluations = group.array::<u64>("evaluations", &count)?;
    let iterations = group.array::<u64>("iterations", &count)?;
    let reasons = group.array::<u64>("stop_reason", &count)?;
    let words = group.text("stop_reasons")?;
    let words: Vec<&str> = words.split(' ').collect();
    let reason = |place: u64| -> Found<StopReason> {
        let word = usize::try_from(place)
            .ok()
            .and_then(|place| words.get(place));
        let known = word.and_then(|w| StopReason::ALL.into_iter().find(|r| r.as_str() == *w));
        known.ok_or_else(|| Problem::damaged(format!("no reason to stop has the place {place}")))
    };
    let parts = fields.chunks(LANES * states).enumerate();
    parts
        .map(|(k, fields)| {
            Ok(GroupEnd {
                fields: fields.to_vec(),
                objective: objective[k],
                evaluations: evaluations[k],
                iterations: iterations[k],
                stop_reason: reason(reasons[k])?,
            })
        })
        .collect()
}
