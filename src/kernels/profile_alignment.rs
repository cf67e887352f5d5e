//! A sequence against a profile: affine gaps, scores and costs of each site.
//!
//! The best path from an edge to an edge of the table of sites and letters (an overlap: what of either hangs over at its ends costs nothing), by
//! the recursions of Gotoh (1982) with the states of a profile HMM (Eddy 1998): match, deletion of a site, insertion of a letter.
//!
//! ```text
//! M(i,k) = s_i(x_k) + max{ 0 where i or k is the first, M(i-1,k-1), D(i-1,k-1), I(i-1,k-1) }
//! D(i,k) = max{ M(i-1,k) - open_i, D(i-1,k) - extend_i }
//! I(i,k) = max{ M(i,k-1) - o, I(i,k-1) - e }
//! ```

/// Scores and costs of a profile.
#[derive(Debug, Clone, Copy)]
pub struct Costs<'p> {
    /// s_i(a), so many states a site.
    pub scores: &'p [f32],
    /// States of a letter.
    pub states: usize,
    /// Of each site what its deletion costs where none goes before, and where one does.
    pub deletions: &'p [(f32, f32)],
    /// The same of an inserted letter.
    pub insertion: (f32, f32),
}

/// Of each site the letter that stands there, if any, in rising order; of equally good paths the one with more matches to the left. The last
/// number is the score.
///
/// Panics if a letter is no state. Takes a byte for each site and letter.
pub fn align(costs: &Costs<'_>, letters: &[u8]) -> (Vec<Option<u32>>, f32) {
    let sites = costs.deletions.len();
    let mut found = vec![None; sites];
    if sites == 0 || letters.is_empty() {
        return (found, 0.0);
    }
    let (came, end, score) = fill(costs, letters);
    let (mut i, mut k) = end;
    let mut state = Came::MATCH;
    loop {
        let byte = came[i * letters.len() + k];
        match state {
            Came::DELETION => {
                state = if byte & Came::DELETION_AGAIN > 0 {
                    state
                } else {
                    Came::MATCH
                };
                i -= 1;
            }
            Came::INSERTION => {
                state = if byte & Came::INSERTION_AGAIN > 0 {
                    state
                } else {
                    Came::MATCH
                };
                k -= 1;
            }
            _ => {
                found[i] = Some(k as u32);
                state = byte & Came::OF_MATCH;
                if state == Came::START {
                    return (found, score);
                }
                i -= 1;
                k -= 1;
            }
        }
    }
}

/// From where the best path to a cell comes, in a byte: two bits for the match, one each for deletion and insertion.
struct Came;

impl Came {
    const START: u8 = 0;
    const MATCH: u8 = 1;
    const DELETION: u8 = 2;
    const INSERTION: u8 = 3;
    const OF_MATCH: u8 = 3;
    const DELETION_AGAIN: u8 = 4;
    const INSERTION_AGAIN: u8 = 8;
}

/// All cells: where each comes from, the one where the best path ends, and its score.
fn fill(costs: &Costs<'_>, letters: &[u8]) -> (Vec<u8>, (usize, usize), f32) {
    const NONE: f32 = f32::NEG_INFINITY;
    let (sites, width) = (costs.deletions.len(), letters.len());
    let mut came = vec![0u8; sites * width];
    // Of the site before: match, deletion, insertion at each letter.
    let mut last = vec![[NONE; 3]; width];
    let (mut best, mut end) = (NONE, (0, 0));
    for i in 0..sites {
        let scores = &costs.scores[i * costs.states..][..costs.states];
        let (open, extend) = costs.deletions[i];
        let row = &mut came[i * width..][..width];
        // Of the letter before: what the site before had there, and what this one has.
        let mut diagonal = [NONE; 3];
        let (mut own_match, mut own_insertion) = (NONE, NONE);
        for (k, &letter) in letters.iter().enumerate() {
            let above = last[k];
            let (mut source, mut value) = match i == 0 || k == 0 {
                true => (Came::START, 0.0),
                false => (Came::MATCH, diagonal[0]),
            };
            for (other, &candidate) in (Came::MATCH..).zip(&diagonal) {
                if candidate > value || (candidate == value && source == Came::START) {
                    (source, value) = (other, candidate);
                }
            }
            let matched = value + scores[usize::from(letter)];
            let (opened, extended) = (above[0] - open, above[1] - extend);
            let (opened_here, extended_here) = (
                own_match - costs.insertion.0,
                own_insertion - costs.insertion.1,
            );
            row[k] = source
                | (u8::from(extended > opened) * Came::DELETION_AGAIN)
                | (u8::from(extended_here > opened_here) * Came::INSERTION_AGAIN);
            let inserted = opened_here.max(extended_here);
            last[k] = [matched, opened.max(extended), inserted];
            (diagonal, own_match, own_insertion) = (above, matched, inserted);
            if (i + 1 == sites || k + 1 == width) && matched > best {
                (best, end) = (matched, (i, k));
            }
        }
    }
    (came, end, best)
}

/// The best score, slow and obvious: every path is tried.
#[cfg(any(test, feature = "internals"))]
pub fn best_score_plain(costs: &Costs<'_>, letters: &[u8]) -> f32 {
    let (sites, width) = (costs.deletions.len(), letters.len());
    let starts = (0..sites).flat_map(|i| (0..width).map(move |k| (i, k)));
    let starts = starts.filter(|&(i, k)| i == 0 || k == 0);
    starts
        .map(|(i, k)| from_match(costs, letters, (i, k)))
        .fold(f32::NEG_INFINITY, f32::max)
}

/// The best of all paths that have a match at a site and a letter and go on from there.
#[cfg(any(test, feature = "internals"))]
fn from_match(costs: &Costs<'_>, letters: &[u8], (i, k): (usize, usize)) -> f32 {
    let (sites, width) = (costs.deletions.len(), letters.len());
    let own = costs.scores[i * costs.states + usize::from(letters[k])];
    let mut best = f32::NEG_INFINITY;
    if i + 1 == sites || k + 1 == width {
        best = 0.0;
    }
    if i + 1 == sites || k + 1 == width {
        return own + best;
    }
    best = best.max(from_match(costs, letters, (i + 1, k + 1)));
    let mut cost = 0.0;
    for next in i + 2..sites {
        let (open, extend) = costs.deletions[next - 1];
        cost += if next == i + 2 { open } else { extend };
        best = best.max(from_match(costs, letters, (next, k + 1)) - cost);
    }
    let mut cost = 0.0;
    for next in k + 2..width {
        cost += if next == k + 2 {
            costs.insertion.0
        } else {
            costs.insertion.1
        };
        best = best.max(from_match(costs, letters, (i + 1, next)) - cost);
    }
    own + best
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The score of the path that was found.
    fn score_of(costs: &Costs<'_>, letters: &[u8], path: &[Option<u32>]) -> f32 {
        let matches: Vec<(usize, usize)> = path
            .iter()
            .enumerate()
            .filter_map(|(i, k)| k.map(|k| (i, k as usize)))
            .collect();
        let mut score = 0.0;
        for (n, &(i, k)) in matches.iter().enumerate() {
            score += costs.scores[i * costs.states + usize::from(letters[k])];
            if n > 0 {
                let (before, letter) = matches[n - 1];
                for (gone, site) in (before + 1..i).enumerate() {
                    let (open, extend) = costs.deletions[site];
                    score -= if gone == 0 { open } else { extend };
                }
                for gone in 0..k - letter - 1 {
                    score -= if gone == 0 {
                        costs.insertion.0
                    } else {
                        costs.insertion.1
                    };
                }
            }
        }
        score
    }

    proptest! {
        #[test]
        fn the_best_path_is_that_of_the_twin(
            scores in prop::collection::vec(-4i8..6, 6 * 3),
            deletions in prop::collection::vec((1i8..5, 0i8..3), 1..6),
            insertion in (1i8..5, 0i8..3),
            letters in prop::collection::vec(0u8..3, 1..7),
        ) {
            let scores: Vec<f32> = scores.into_iter().map(f32::from).collect();
            let of = |(open, extend): (i8, i8)| (f32::from(open), f32::from(extend));
            let deletions: Vec<(f32, f32)> = deletions.into_iter().map(of).collect();
            let costs = Costs { scores: &scores, states: 3, deletions: &deletions, insertion: of(insertion) };
            let (path, score) = align(&costs, &letters);
            prop_assert_eq!(score, best_score_plain(&costs, &letters));
            prop_assert_eq!(score, score_of(&costs, &letters, &path));
            let found: Vec<u32> = path.iter().flatten().copied().collect();
            prop_assert!(found.windows(2).all(|w| w[0] < w[1]));
        }
    }

    #[test]
    fn a_sequence_finds_its_place() {
        // A profile of 0 1 2 3, and sequences with something before, behind, between and missing.
        let mut scores = vec![-2.0; 16];
        (0..4).for_each(|i| scores[i * 4 + i] = 3.0);
        let costs = Costs {
            scores: &scores,
            states: 4,
            deletions: &[(2.0, 1.0); 4],
            insertion: (2.0, 1.0),
        };
        for (letters, path) in [
            (&[0, 1, 2, 3][..], [Some(0), Some(1), Some(2), Some(3)]),
            (&[3, 3, 0, 1, 2, 3, 0], [Some(2), Some(3), Some(4), Some(5)]),
            (&[0, 1, 0, 2, 3], [Some(0), Some(1), Some(3), Some(4)]),
            (&[0, 1, 3], [Some(0), Some(1), None, Some(2)]),
            (&[2, 3], [None, None, Some(0), Some(1)]),
        ] {
            assert_eq!(align(&costs, letters).0, path, "{letters:?}");
        }
        assert_eq!(align(&costs, &[]).0, [None; 4]);
    }
}
