//! What is no sequence of a family, made of its sequences: what a verdict has to tell from them.

use crate::random::Random;

/// How a sequence that does not belong came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fake {
    /// Each site has the residue of some sequence: frequencies are right, nothing goes together.
    Shuffled,
    /// Each site has a residue by its frequency.
    Profile,
    /// One sequence up to a site of the middle, another one from there.
    Chimera,
    /// Half a sequence.
    Fragment,
    /// The residues of a sequence in another order.
    Permuted,
}

impl Fake {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Shuffled,
        Self::Profile,
        Self::Chimera,
        Self::Fragment,
        Self::Permuted,
    ];

    /// As many as there are rows, of a kind.
    pub fn make(self, rows: &[&[u8]], gap: u8, seed: u64) -> Vec<Vec<u8>> {
        let mut random = Random::of(seed, self as u64, rows.len() as u64);
        let sites = rows.first().map_or(0, |row| row.len());
        match self {
            Self::Shuffled => {
                let mut fakes: Vec<Vec<u8>> = rows.iter().map(|row| row.to_vec()).collect();
                let mut order: Vec<usize> = (0..rows.len()).collect();
                for site in 0..sites {
                    random.shuffle(&mut order);
                    for (fake, &other) in fakes.iter_mut().zip(&order) {
                        fake[site] = rows[other][site];
                    }
                }
                fakes
            }
            Self::Profile => {
                let mut site = |site: usize| rows[random.below(rows.len())][site];
                let mut fake = |_: &&[u8]| (0..sites).map(&mut site).collect();
                rows.iter().map(&mut fake).collect()
            }
            Self::Chimera => rows
                .iter()
                .map(|row| {
                    let other = rows[random.below(rows.len())];
                    let cut = sites * 3 / 10 + random.below(sites * 2 / 5 + 1);
                    [&row[..cut], &other[cut..]].concat()
                })
                .collect(),
            Self::Fragment => rows
                .iter()
                .map(|row| {
                    let first = random.below(2) * (sites / 2);
                    let mut fake = row.to_vec();
                    fake[first..first + sites.div_ceil(2)].fill(gap);
                    fake
                })
                .collect(),
            Self::Permuted => rows
                .iter()
                .map(|row| {
                    let mut places: Vec<usize> = (0..sites).filter(|&i| row[i] < gap).collect();
                    let residues: Vec<u8> = places.iter().map(|&i| row[i]).collect();
                    random.shuffle(&mut places);
                    let mut fake = row.to_vec();
                    for (&place, residue) in places.iter().zip(residues) {
                        fake[place] = residue;
                    }
                    fake
                })
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fakes_keep_what_their_kind_keeps() {
        let rows: Vec<Vec<u8>> = (0..40u8)
            .map(|n| {
                (0..10u8)
                    .map(|i| if (n + i) % 7 == 0 { 4 } else { (n * 3 + i) % 4 })
                    .collect()
            })
            .collect();
        let rows: Vec<&[u8]> = rows.iter().map(Vec::as_slice).collect();
        let sorted = |numbers: &mut dyn Iterator<Item = u8>| {
            let mut numbers: Vec<u8> = numbers.collect();
            numbers.sort_unstable();
            numbers
        };
        for kind in Fake::ALL {
            let fakes = kind.make(&rows, 4, 3);
            assert_eq!(fakes, kind.make(&rows, 4, 3));
            assert!(fakes.len() == 40 && fakes.iter().all(|fake| fake.len() == 10));
            match kind {
                Fake::Shuffled => (0..10).for_each(|i| {
                    let own = sorted(&mut rows.iter().map(|row| row[i]));
                    assert_eq!(own, sorted(&mut fakes.iter().map(|row| row[i])));
                }),
                Fake::Permuted => rows.iter().zip(&fakes).for_each(|(row, fake)| {
                    assert_eq!(
                        sorted(&mut row.iter().copied()),
                        sorted(&mut fake.iter().copied())
                    );
                    assert!((0..10).all(|i| (row[i] == 4) == (fake[i] == 4)));
                }),
                Fake::Fragment => assert!(
                    fakes
                        .iter()
                        .all(|fake| fake[..5] == [4; 5] || fake[5..] == [4; 5])
                ),
                Fake::Chimera => rows.iter().zip(&fakes).for_each(|(row, fake)| {
                    assert_eq!(row[..3], fake[..3]);
                }),
                Fake::Profile => assert_ne!(fakes[0], rows[0]),
            }
        }
    }
}
