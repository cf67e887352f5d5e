//! Cuts the sequences into blocks of similar ones.
//!
//! A set that is too large is cut in two: two of its members that are far apart are chosen, the set is sorted by how much nearer each
//! member is to the one than to the other, and cut where both parts make whole blocks. This takes O(N log(N / block) L), and serves
//! the trees nearly as well as cutting a minimum spanning tree of all sequences, which takes O(N^2 L).

use super::distance::{Codes, distances};
use rayon::prelude::*;

/// Members of the blocks, at most `most` each; as even in size as can be.
pub fn similar_blocks(codes: &Codes, sequences: usize, most: usize) -> Vec<Vec<u32>> {
    let all: Vec<u32> = (0..sequences as u32).collect();
    let count = sequences.div_ceil(most);
    cut(codes, all, count)
}

fn cut(codes: &Codes, mut members: Vec<u32>, blocks: usize) -> Vec<Vec<u32>> {
    if blocks <= 1 {
        return vec![members];
    }
    sort_between_poles(codes, &mut members);
    let left = blocks / 2;
    let right = members.split_off(members.len() * left / blocks);
    let (mut first, second) = rayon::join(
        || cut(codes, members, left),
        || cut(codes, right, blocks - left),
    );
    first.extend(second);
    first
}

/// Sorts by the distance to one pole less that to the other.
fn sort_between_poles(codes: &Codes, members: &mut [u32]) {
    let farthest = |distances: &[u32]| {
        let places = (0..distances.len()).rev();
        places.max_by_key(|&k| distances[k]).unwrap_or(0)
    };
    let from = |pole: u32| distances(codes, pole as usize, members);
    let one = members[farthest(&from(members[0]))];
    let to_one = from(one);
    let other = members[farthest(&to_one)];
    let to_other = from(other);
    let mut keyed: Vec<(i64, u32)> = members
        .iter()
        .zip(to_one.iter().zip(&to_other))
        .map(|(&n, (&one, &other))| (i64::from(one) - i64::from(other), n))
        .collect();
    keyed.par_sort_unstable();
    for (member, (_, n)) in members.iter_mut().zip(keyed) {
        *member = n;
    }
}
