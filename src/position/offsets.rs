//! What is added to numbers to make them positions.

use crate::error::{Error, Result};

/// A number for every chain, in their order, or one for all: `10`, `10,-2`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offsets(Vec<i64>);

impl Offsets {
    /// The offset of a chain, counted from 0.
    pub fn of(&self, chain: usize) -> i64 {
        match self.0[..] {
            [all] => all,
            ref each => each.get(chain).copied().unwrap_or(0),
        }
    }

    /// Whether each chain has a number of its own.
    pub fn are_several(&self) -> bool {
        self.0.len() > 1
    }

    /// The same for `chains` chains, but `offset` for one of them.
    #[must_use]
    pub fn with(&self, chain: usize, chains: usize, offset: i64) -> Self {
        let each = (0..chains).map(|k| if k == chain { offset } else { self.of(k) });
        Self(each.collect())
    }

    /// Those that undo them.
    #[must_use]
    pub fn negated(&self) -> Self {
        Self(
            self.0
                .iter()
                .map(|offset| offset.saturating_neg())
                .collect(),
        )
    }

    /// Whether they go with so many chains; 1 where there are none.
    ///
    /// # Errors
    /// [`Error::Usage`] if not.
    pub fn check(&self, chains: usize) -> Result<()> {
        match self.0.len() {
            1 => Ok(()),
            given if given == chains => Ok(()),
            given => Err(Error::Usage(format!(
                "`offset={self}` holds {given} numbers, but there {}\n  give one number for all, or one for each chain",
                match chains {
                    1 => "are no chains".to_string(),
                    chains => format!("are {chains} chains"),
                }
            ))),
        }
    }
}

impl Default for Offsets {
    /// 0 for all.
    fn default() -> Self {
        Self(vec![0])
    }
}

impl From<i64> for Offsets {
    fn from(all: i64) -> Self {
        Self(vec![all])
    }
}

impl FromIterator<i64> for Offsets {
    /// One a chain; 0 for all if there is none.
    fn from_iter<I: IntoIterator<Item = i64>>(each: I) -> Self {
        let each: Vec<i64> = each.into_iter().collect();
        match each.is_empty() {
            true => Self::default(),
            false => Self(each),
        }
    }
}

impl std::str::FromStr for Offsets {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let numbers = text.split(',').map(|number| number.trim().parse());
        let numbers: std::result::Result<Vec<i64>, _> = numbers.collect();
        numbers.map(Self).map_err(|_| {
            format!(
                "'{text}' is not a whole number such as -3, or one for each chain such as 10,-3"
            )
        })
    }
}

impl std::fmt::Display for Offsets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let numbers: Vec<String> = self.0.iter().map(i64::to_string).collect();
        write!(f, "{}", numbers.join(","))
    }
}

impl serde::Serialize for Offsets {
    /// One number as a number, several as an array.
    fn serialize<S: serde::Serializer>(
        &self,
        serializer: S,
    ) -> std::result::Result<S::Ok, S::Error> {
        match self.0[..] {
            [all] => serializer.serialize_i64(all),
            ref each => each.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_is_for_all_chains() {
        let all: Offsets = "-3".parse().unwrap();
        assert_eq!((all.of(0), all.of(5)), (-3, -3));
        let each: Offsets = "10, -2".parse().unwrap();
        assert_eq!((each.of(0), each.of(1)), (10, -2));
        assert_eq!(all.with(1, 2, 7), "-3,7".parse().unwrap());
        assert_eq!(each.with(0, 2, 4).to_string(), "4,-2");
        assert_eq!(Offsets::from(4).with(0, 1, 5), Offsets::from(5));
    }

    #[test]
    fn several_numbers_need_as_many_chains() {
        let each: Offsets = "1,2".parse().unwrap();
        assert!(each.check(2).is_ok() && Offsets::default().check(9).is_ok());
        let message = |chains| each.check(chains).unwrap_err().to_string();
        assert!(message(1).contains("`offset=1,2` holds 2 numbers, but there are no chains"));
        assert!(message(3).contains("but there are 3 chains"));
        for wrong in ["", "1,", "a", "1.5", "1;2"] {
            assert!(wrong.parse::<Offsets>().unwrap_err().contains(wrong));
        }
    }

    #[test]
    fn json_has_a_number_or_an_array() {
        let json = |text: &str| serde_json::to_string(&text.parse::<Offsets>().unwrap()).unwrap();
        assert_eq!(json("5"), "5");
        assert_eq!(json("5,-1"), "[5,-1]");
    }
}
