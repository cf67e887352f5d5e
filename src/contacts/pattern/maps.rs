//! Maps of pairs, and sums over neighbours on them.

use crate::model::couplings::pair_index;

/// How far neighbours may be.
const REACH: usize = 5;

/// How many sites further in i and in j.
pub type Offset = (isize, isize);

/// One number for every pair of sites in either order, within a border of zeros; 0 on the diagonal.
#[derive(Debug)]
pub struct PairMap {
    stride: usize,
    values: Vec<f32>,
}

/// The pairs of site i with the sites from `first` to the last.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The site.
    pub i: usize,
    /// Its first partner.
    pub first: usize,
    /// Number of partners.
    pub width: usize,
}

impl PairMap {
    /// Of values of the pairs i < j, by the pair's place and its sites.
    pub fn new(sites: usize, value: impl Fn(usize, (usize, usize)) -> f64) -> Self {
        let stride = sites + 2 * REACH;
        let mut values = vec![0.0; stride * stride];
        let place = |i: usize, j: usize| (i + REACH) * stride + j + REACH;
        for i in 0..sites {
            for j in i + 1..sites {
                let value = value(pair_index(sites, i, j), (i, j)) as f32;
                values[place(i, j)] = value;
                values[place(j, i)] = value;
            }
        }
        Self { stride, values }
    }

    /// For each pair of a row the sum over its neighbours at `offsets`.
    pub fn sums(&self, offsets: &[Offset], row: &Row, sums: &mut [f32]) {
        sums.fill(0.0);
        for &(a, b) in offsets {
            let shifted = |site: usize, by: isize| (site + REACH).wrapping_add_signed(by);
            let start = shifted(row.i, a) * self.stride + shifted(row.first, b);
            let neighbours = &self.values[start..start + row.width];
            for (sum, neighbour) in sums.iter_mut().zip(neighbours) {
                *sum += neighbour;
            }
        }
    }
}

/// Kinds of neighbours, by what structures they are the traces of.
pub mod neighbours {
    use super::Offset;

    /// Next pairs of an antiparallel strand or of a turn.
    pub const ANTI_1: [Offset; 2] = [(1, -1), (-1, 1)];
    /// Next pairs of a parallel strand.
    pub const PARA_1: [Offset; 2] = [(1, 1), (-1, -1)];
    /// Either site moved by one.
    pub const SIDE_1: [Offset; 4] = [(0, 1), (0, -1), (1, 0), (-1, 0)];
    /// As [`ANTI_1`], by two.
    pub const ANTI_2: [Offset; 2] = [(2, -2), (-2, 2)];
    /// As [`PARA_1`], by two.
    pub const PARA_2: [Offset; 2] = [(2, 2), (-2, -2)];
    /// Either site moved by two.
    pub const SIDE_2: [Offset; 4] = [(0, 2), (0, -2), (2, 0), (-2, 0)];
    /// One site moved by one, the other by two.
    #[rustfmt::skip]
    pub const KNIGHT: [Offset; 8] = [(1, 2), (1, -2), (-1, 2), (-1, -2), (2, 1), (2, -1), (-2, 1), (-2, -1)];
    /// Either site moved by three.
    pub const SIDE_3: [Offset; 4] = [(0, 3), (0, -3), (3, 0), (-3, 0)];
    /// Either site moved by four: a turn of a helix.
    pub const SIDE_4: [Offset; 4] = [(0, 4), (0, -4), (4, 0), (-4, 0)];
    /// Antiparallel helices.
    #[rustfmt::skip]
    pub const ANTI_34: [Offset; 8] = [(3, -4), (-3, 4), (4, -3), (-4, 3), (3, -3), (-3, 3), (4, -4), (-4, 4)];
    /// Parallel helices.
    #[rustfmt::skip]
    pub const PARA_34: [Offset; 8] = [(3, 4), (-3, -4), (4, 3), (-4, -3), (3, 3), (-3, -3), (4, 4), (-4, -4)];

    /// The neighbours up to [`super::REACH`] away whose values are features of their own: all nearer than three, and further ones along
    /// the rows and columns and near the diagonals. Each with its mirror image, which the chain read backwards has in its place.
    pub fn single() -> Vec<Vec<Offset>> {
        let reach = super::REACH as isize;
        let every = (-reach..=reach).flat_map(|a| (-reach..=reach).map(move |b| (a, b)));
        let is_one = |&(a, b): &Offset| {
            let (far, near) = (a.abs().max(b.abs()), a.abs().min(b.abs()));
            far > 0 && (far <= 2 || far - near <= 1 || near == 0) && (a, b) <= (-b, -a)
        };
        let with_mirror = |(a, b): Offset| match (a, b) == (-b, -a) {
            true => vec![(a, b)],
            false => vec![(a, b), (-b, -a)],
        };
        every.filter(is_one).map(with_mirror).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_off_the_map_count_nothing() {
        let map = PairMap::new(4, |_, (i, j)| (10 * i + j) as f64);
        let row = Row {
            i: 0,
            first: 1,
            width: 3,
        };
        let mut sums = [0.0; 3];
        map.sums(&[(1, 1), (-1, -1), (0, 1)], &row, &mut sums);
        // (0,1): (1,2) + (0,2); (0,2): (1,3) + (0,3); (0,3): nothing.
        assert_eq!(sums, [12.0 + 2.0, 13.0 + 3.0, 0.0]);
    }

    #[test]
    fn the_mirror_image_of_every_single_neighbour_is_there() {
        let single = neighbours::single();
        assert_eq!(single.len(), 41);
        let all: std::collections::BTreeSet<Offset> = single.concat().into_iter().collect();
        assert_eq!(all.len(), single.concat().len());
        assert!(all.iter().all(|&(a, b)| all.contains(&(-b, -a))));
        assert!(all.contains(&(5, -4)) && !all.contains(&(5, -3)) && all.contains(&(0, 5)));
    }
}
