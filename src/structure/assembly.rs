//! Assemblies: the copies of chains that act together, and how each lies to the chain of the file.

/// A turn and a shift: x becomes R x + t.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Operator {
    /// R, row by row.
    pub rotation: [[f64; 3]; 3],
    /// t, in angstrom.
    pub translation: [f64; 3],
}

impl Operator {
    /// Leaves everything where it is.
    pub const IDENTITY: Self = Self {
        rotation: [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        translation: [0.0; 3],
    };

    /// Where a point comes to lie.
    pub fn apply(&self, point: [f64; 3]) -> [f64; 3] {
        let row = |k: usize| {
            let [a, b, c] = self.rotation[k];
            a * point[0] + b * point[1] + c * point[2] + self.translation[k]
        };
        [row(0), row(1), row(2)]
    }

    /// First `first`, then this.
    #[must_use]
    pub fn after(&self, first: &Self) -> Self {
        let column = |k: usize| [0, 1, 2].map(|row| first.rotation[row][k]);
        let without_shift = Self {
            translation: [0.0; 3],
            ..*self
        };
        let columns = [0, 1, 2].map(|k| without_shift.apply(column(k)));
        Self {
            rotation: [0, 1, 2].map(|row| [0, 1, 2].map(|k| columns[k][row])),
            translation: self.apply(first.translation),
        }
    }

    /// Whether both do the same, up to the digits that files have.
    pub fn is_like(&self, other: &Self) -> bool {
        let numbers = |one: &Self| {
            let rotation = one.rotation.into_iter().flatten();
            rotation.chain(one.translation).collect::<Vec<f64>>()
        };
        let pairs = numbers(self).into_iter().zip(numbers(other));
        pairs.into_iter().all(|(a, b)| (a - b).abs() < 1e-4)
    }
}

/// Chains of the file that are moved by one operator.
#[derive(Debug, Clone, PartialEq)]
pub struct AssemblyCopy {
    /// How they are moved.
    pub operator: Operator,
    /// Indices into the chains of the structure, rising.
    pub chains: Vec<usize>,
}

/// A biological assembly: in it a chain of the file may stand several times, or not at all.
#[derive(Debug, Clone, PartialEq)]
pub struct Assembly {
    /// Its name in the file: `1`.
    pub name: String,
    /// In the order of the file.
    pub copies: Vec<AssemblyCopy>,
}

impl Assembly {
    /// Every copy of every chain, none twice: the chain, its operator, and which copy of that chain it is, from 1.
    pub fn members(&self) -> Vec<(usize, Operator, usize)> {
        let mut members: Vec<(usize, Operator, usize)> = Vec::new();
        for copy in &self.copies {
            for &chain in &copy.chains {
                let same = || members.iter().filter(|member| member.0 == chain);
                if !same().any(|member| member.1.is_like(&copy.operator)) {
                    let number = same().count() + 1;
                    members.push((chain, copy.operator, number));
                }
            }
        }
        members
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_follow_each_other() {
        let turn = Operator {
            rotation: [[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]],
            translation: [1.0, 2.0, 3.0],
        };
        let point = [4.0, 5.0, 6.0];
        assert_eq!(turn.apply(point), [-4.0, 6.0, 9.0]);
        let twice = turn.after(&turn);
        assert_eq!(twice.apply(point), turn.apply(turn.apply(point)));
        assert_eq!(Operator::IDENTITY.after(&turn), turn);
        assert_eq!(turn.after(&Operator::IDENTITY), turn);
        assert!(!turn.is_like(&twice));
    }

    #[test]
    fn no_copy_counts_twice() {
        let copy = |shift: f64, chains: &[usize]| AssemblyCopy {
            operator: Operator {
                translation: [shift, 0.0, 0.0],
                ..Operator::IDENTITY
            },
            chains: chains.to_vec(),
        };
        let assembly = Assembly {
            name: "1".into(),
            copies: vec![copy(0.0, &[0, 1]), copy(9.0, &[0]), copy(1e-6, &[0])],
        };
        let members = assembly.members();
        let found: Vec<(usize, usize)> = members.iter().map(|m| (m.0, m.2)).collect();
        assert_eq!(found, [(0, 1), (1, 1), (0, 2)]);
    }
}
