//! What a sequence's name says about the numbers of its residues.
//!
//! ```text
//! NAME/24-99                 Pfam, HMMER, EVcouplings
//! NAME/10-30_81-99           segments of a domain, also with commas (CATH, SCOP, InterPro)
//! NAME/101-180/5-44          residues 5 to 44 of a piece that begins at 101: 105 to 144 (Easel)
//! NAME:10-85, NAME(10-85)    NCBI, UCSC
//! P1/5-124_P2/7-104          chains of a complex, each with its range or segments
//! ```

use std::ops::RangeInclusive;

/// The residues of one chain: one range, or several segments that follow each other.
pub type Segments = Vec<RangeInclusive<u64>>;

/// What a name says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Claim {
    /// Segments of each chain, in order; of one without chains. None if there is nothing of the kind in the name.
    pub chains: Vec<Segments>,
    /// What looks like a range and is not understood.
    pub odd: Option<String>,
}

impl Claim {
    /// What this name says of a sequence of several chains, or of one protein. A description is no part of it.
    pub fn of(name: &str, has_chains: bool) -> Self {
        let id = identifier(name);
        match has_chains {
            true => Self {
                chains: id.split('/').skip(1).filter_map(leading_segments).collect(),
                odd: None,
            },
            false => of_one(id),
        }
    }

    /// Positions of the residues of chains of these lengths; `None` if the name does not say. A single range may be of another length,
    /// and its start counts all the same; with several segments or chains it is not known then where the holes are.
    pub fn positions(&self, lengths: &[u64]) -> Option<Vec<Vec<u64>>> {
        if self.chains.len() != lengths.len() {
            return None;
        }
        let is_one_range = lengths.len() == 1 && self.chains[0].len() == 1;
        let chains = self.chains.iter().zip(lengths);
        let positions = chains.map(|(segments, &length)| match segments.first() {
            Some(only) if is_one_range => {
                Some((*only.start()..only.start().checked_add(length)?).collect())
            }
            _ => (total(segments) == length).then(|| segments.iter().cloned().flatten().collect()),
        });
        positions.collect()
    }
}

/// What a name is before its first blank; a description follows.
pub fn identifier(name: &str) -> &str {
    name.split_whitespace().next().unwrap_or_default()
}

/// The identifier without the ranges at its end.
pub fn without_ranges(name: &str) -> &str {
    let mut id = identifier(name);
    while let Some((bare, last)) = id.rsplit_once('/') {
        if segments(last).is_none() {
            break;
        }
        id = bare;
    }
    id
}

/// Number of positions in a range.
pub fn length(range: &RangeInclusive<u64>) -> u64 {
    range.end() - range.start() + 1
}

/// Number of positions in segments.
pub fn total(segments: &[RangeInclusive<u64>]) -> u64 {
    segments.iter().map(length).sum()
}

fn of_one(id: &str) -> Claim {
    let known = |segments: Segments| Claim {
        chains: vec![segments],
        odd: None,
    };
    let odd = |text: &str| Claim {
        chains: Vec::new(),
        odd: Some(text.to_owned()),
    };
    let mut parts: Vec<&str> = id.split('/').skip(1).collect();
    if let Some(last) = parts.pop() {
        if let Some(inner) = segments(last) {
            let bare = &id[..id.len() - last.len() - 1];
            let outer = parts.pop().and_then(segments);
            let outer = outer.or_else(|| behind_colon(bare).and_then(segments));
            return known(match outer.as_deref() {
                Some([outer]) => within(outer, inner),
                _ => inner,
            });
        }
        if looks_like_range(last) {
            return odd(last);
        }
    }
    match behind_colon(id) {
        Some(text) => segments(text).map_or_else(|| odd(text), known),
        None => Claim::default(),
    }
}

/// Segments of a piece in the numbers of the whole. They count in the piece, unless it is too short for that.
fn within(outer: &RangeInclusive<u64>, inner: Segments) -> Segments {
    let fits = inner
        .last()
        .is_some_and(|last| *last.end() <= length(outer));
    if !fits {
        return inner;
    }
    let shift = outer.start() - 1;
    let moved = |range: RangeInclusive<u64>| range.start() + shift..=range.end() + shift;
    inner.into_iter().map(moved).collect()
}

/// What stands behind the last colon, or in brackets at the end, if it is made of digits and what joins them.
fn behind_colon(id: &str) -> Option<&str> {
    // The strand of a region, as in chrX:99-200(-).
    let strand = id.strip_suffix("(-)").or_else(|| id.strip_suffix("(+)"));
    if let Some(region) = strand {
        let (_, range) = region.rsplit_once(':')?;
        return looks_like_range(range).then_some(&id[id.len() - range.len() - "(-)".len()..]);
    }
    let text = match id.strip_suffix(')') {
        Some(open) => open.rsplit_once('(')?.1,
        None => id.rsplit_once(':')?.1,
    };
    looks_like_range(text).then_some(text)
}

/// Two numbers of a name between which there are as many positions as there are residues, however they are written: `NAME_171-203`,
/// `NAME|171..203`, `structureX:1abc:171:A:203`. Nobody says that they are positions, but much speaks for it.
pub fn range_by_length(name: &str, residues: u64) -> Option<&str> {
    // As in 171:A:203 and in 171 - 203.
    const BETWEEN: usize = 3;
    let starts = |k: usize| k == 0 || !name.as_bytes()[k - 1].is_ascii_digit();
    let numbers: Vec<(usize, &str)> = name
        .char_indices()
        .filter(|&(k, c)| c.is_ascii_digit() && starts(k))
        .map(|(k, _)| {
            let rest = &name[k..];
            let end = rest.find(|c: char| !c.is_ascii_digit());
            (k, &rest[..end.unwrap_or(rest.len())])
        })
        .collect();
    let found = numbers.windows(2).find(|pair| {
        let [(start, one), (end, other)] = [pair[0], pair[1]];
        let between = &name[start + one.len()..end];
        let is_sign = |c: char| !c.is_alphanumeric();
        let joins = between.chars().count() <= BETWEEN
            && between.starts_with(is_sign)
            && between.ends_with(is_sign);
        match (one.parse::<u64>(), other.parse::<u64>()) {
            (Ok(one), Ok(other)) => {
                joins && one > 1 && other > one && other - one == residues.saturating_sub(1)
            }
            _ => false,
        }
    })?;
    let (last, number) = found[1];
    Some(&name[found[0].0..last + number.len()])
}

/// Whether a text is two numbers or more with something between them that joins numbers.
fn looks_like_range(text: &str) -> bool {
    let joins = |c: char| "-_,.:+()c".contains(c);
    let numbers = text.split(joins).filter(|part| !part.is_empty());
    numbers.clone().count() > 1
        && numbers
            .clone()
            .all(|part| part.bytes().all(|b| b.is_ascii_digit()))
        && text.contains(['-', '.', ':'])
}

/// `5-124`, or segments that rise: `10-30_81-99`, `10-30,81-99`.
fn segments(text: &str) -> Option<Segments> {
    let all: Segments = text
        .split(['_', ','])
        .map(parse_range)
        .collect::<Option<_>>()?;
    let rise = all.windows(2).all(|pair| pair[0].end() < pair[1].start());
    rise.then_some(all)
}

/// The segments that a part such as `5-124_P2` begins with.
fn leading_segments(part: &str) -> Option<Segments> {
    let pieces: Vec<&str> = part.split_inclusive(['_', ',']).collect();
    let ranges = pieces
        .iter()
        .map_while(|piece| parse_range(piece.trim_end_matches(['_', ','])));
    let count = ranges.count();
    match count {
        0 => {
            let end = part.find(|c: char| !c.is_ascii_digit() && c != '-')?;
            parse_range(&part[..end]).map(|range| vec![range])
        }
        _ => segments(pieces[..count].concat().trim_end_matches(['_', ','])),
    }
}

fn parse_range(text: &str) -> Option<RangeInclusive<u64>> {
    let (start, end) = text.split_once('-')?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(start) || !digits(end) {
        return None;
    }
    // What does not fit is no position of a residue.
    let (start, end): (u32, u32) = (start.parse().ok()?, end.parse().ok()?);
    (1..=end)
        .contains(&start)
        .then_some(start.into()..=end.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Segments of a name without chains.
    fn said(name: &str) -> Option<String> {
        let claim = Claim::of(name, false);
        let segments = claim.chains.first()?;
        let text = |r: &RangeInclusive<u64>| format!("{}-{}", r.start(), r.end());
        Some(segments.iter().map(text).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn ranges_of_all_kinds_are_read() {
        for (name, expected) in [
            ("DYR_ECOLI/5-159", "5-159"),
            ("a/b/5-159 text", "5-159"),
            (
                "sp|Q9|KIN_HUMAN/24-43 [subseq from] Serine/threonine",
                "24-43",
            ),
            ("T/24-43 domain 1/2-21", "24-43"),
            ("1abcA/10-30_81-99", "10-30 81-99"),
            ("1abcA/10-30,81-99,120-121", "10-30 81-99 120-121"),
            ("T/101-180/5-44", "105-144"),
            ("T/101-180/5-44_50-60", "105-144 150-160"),
            ("T/101-120/105-118", "105-118"),
            ("T/10-30_81-99/5-44", "5-44"),
            ("1ABC_A:171-203/1-33", "171-203"),
            ("NP_000305.3:10-85", "10-85"),
            ("lcl|T:10-85 desc", "10-85"),
            ("T(10-85)", "10-85"),
        ] {
            assert_eq!(said(name).as_deref(), Some(expected), "{name}");
        }
    }

    #[test]
    fn what_is_not_understood_is_told_apart_from_nothing() {
        for (name, odd) in [
            ("AF1.2/123462-123361", "123462-123361"),
            ("T/81-99_10-30", "81-99_10-30"),
            ("T/10-30_20-40", "10-30_20-40"),
            ("T/0-30", "0-30"),
            ("T/5-99999999999", "5-99999999999"),
            ("T/10..85", "10..85"),
            ("T:c85-10", "c85-10"),
            ("T:85-10", "85-10"),
            ("T/10-85(+)", "10-85(+)"),
            ("T/10:85", "10:85"),
            ("chrX:200-99(-)", "200-99(-)"),
            ("chrX:99-200(+)", "99-200(+)"),
        ] {
            let claim = Claim::of(name, false);
            assert_eq!(claim.odd.as_deref(), Some(odd), "{name}");
            assert!(claim.chains.is_empty());
        }
        for name in [
            "T domain 1/2-21",
            "plain",
            "a/b",
            "a/5",
            "a/5-",
            "a:5",
            "a(5)",
            "a_10-85",
            "x/v1.2",
            "HLA-A*02:01",
            "a/2020-b",
            "",
            "/",
            "chr1:10-85:gene",
        ] {
            assert_eq!(Claim::of(name, false), Claim::default(), "{name}");
        }
    }

    #[test]
    fn ranges_are_suspected_by_their_length() {
        for (name, range) in [
            ("YAP1_171-203", "171-203"),
            ("YAP1|171-203|x", "171-203"),
            ("YAP1/171\u{2013}203", "171\u{2013}203"),
            ("YAP1 171 - 203 of 504", "171 - 203"),
            ("structureX:1abc:171:A:203:A", "171:A:203"),
            ("YAP1[171..203]", "171..203"),
        ] {
            assert_eq!(range_by_length(name, 33), Some(range), "{name}");
            assert_eq!(range_by_length(name, 34), None, "{name}");
        }
        for name in [
            "T_1-33",
            "T171A203",
            "T",
            "",
            "9",
            "171-",
            "T203-171",
            "T 171 and 203",
        ] {
            assert_eq!(range_by_length(name, 33), None, "{name}");
        }
    }

    #[test]
    fn chains_have_a_range_or_segments_each() {
        let said = |name| Claim::of(name, true).chains;
        assert_eq!(said("P1/5-124_P2/7-104"), [vec![5..=124], vec![7..=104]]);
        assert_eq!(
            said("P1/5-30_41-50_P2/7-9,11-12 text/1-2"),
            [vec![5..=30, 41..=50], vec![7..=9, 11..=12]]
        );
        assert_eq!(
            said("P1/5-30,41-50_P2/7-9"),
            [vec![5..=30, 41..=50], vec![7..=9]]
        );
        assert_eq!(said("P/5-8Q/7-11"), [vec![5..=8], vec![7..=11]]);
        assert!(said("P/x_Q/y").is_empty());
    }

    #[test]
    fn positions_are_those_of_the_residues() {
        let positions =
            |name, lengths: &[u64]| Claim::of(name, lengths.len() > 1).positions(lengths);
        assert_eq!(positions("T/10-12", &[3]), Some(vec![vec![10, 11, 12]]));
        assert_eq!(positions("T/10-12", &[2]), Some(vec![vec![10, 11]]));
        assert_eq!(
            positions("T/10-11_15-16", &[4]),
            Some(vec![vec![10, 11, 15, 16]])
        );
        assert_eq!(positions("T/10-11_15-16", &[5]), None);
        assert_eq!(
            positions("P/5-6_9-9_Q/7-8", &[3, 2]),
            Some(vec![vec![5, 6, 9], vec![7, 8]])
        );
        assert_eq!(positions("P/5-6_Q/7-8", &[2, 3]), None);
        assert_eq!(positions("T", &[4]), None);
    }

    #[test]
    fn ranges_are_taken_off() {
        for (name, bare) in [
            ("T/10-12 x", "T"),
            ("T/101-180/5-44", "T"),
            ("a/b/5-9_11-12", "a/b"),
            ("T", "T"),
            ("/1-2", ""),
        ] {
            assert_eq!(without_ranges(name), bare, "{name}");
        }
    }

    proptest! {
        #[test]
        fn any_name_is_read(name in "\\PC{0,40}|[-_,/:()0-9a-c ]{0,30}") {
            for has_chains in [false, true] {
                let claim = Claim::of(&name, has_chains);
                for segments in &claim.chains {
                    prop_assert!(!segments.is_empty());
                    prop_assert!(segments.iter().all(|r| 1 <= *r.start() && r.start() <= r.end()));
                }
                let lengths: Vec<u64> = claim.chains.iter().map(|s| total(s)).collect();
                if lengths.iter().sum::<u64>() < 10_000
                    && let Some(positions) = claim.positions(&lengths)
                {
                    prop_assert!(positions.iter().flatten().count() as u64 == lengths.iter().sum::<u64>());
                }
            }
            let _ = without_ranges(&name);
            let _ = range_by_length(&name, 5);
        }
    }
}
