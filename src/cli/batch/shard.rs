//! `--shard i/n`: one job's part of a list.

use std::str::FromStr;

/// Part `number` of `of`, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    number: usize,
    of: usize,
}

impl Shard {
    /// Whether the item with this index in the whole list, from 0, is in this part.
    pub fn has(self, index: usize) -> bool {
        index % self.of == self.number - 1
    }
}

impl std::fmt::Display for Shard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('/');
        let parts = parts.and_then(|(i, n)| Some((i.parse().ok()?, n.parse().ok()?)));
        let Some((number, of)) = parts else {
            return Err(format!("'{text}' is not a part i/n, such as 1/8"));
        };
        match (number, of) {
            (_, 0) => Err("a list cannot be split into 0 parts".into()),
            (number, of) if (1..=of).contains(&number) => Ok(Self { number, of }),
            (number, of) => Err(format!(
                "part {number} is not one of 1 to {of}; tasks of an array are numbered so by\n  #SBATCH --array=1-{of}"
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_make_up_the_whole() {
        for of in 1..7 {
            let parts: Vec<Shard> = (1..=of)
                .map(|i| format!("{i}/{of}").parse().unwrap())
                .collect();
            for index in 0..20 {
                assert_eq!(parts.iter().filter(|part| part.has(index)).count(), 1);
            }
        }
    }

    #[test]
    fn what_is_no_part_says_so() {
        for wrong in ["", "1", "/", "1/", "a/2", "1/0", "-1/2", "1/2/3"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
        for wrong in ["0/4", "5/4"] {
            let said = wrong.parse::<Shard>().unwrap_err();
            assert!(said.contains("#SBATCH --array=1-4"), "{said}");
        }
    }
}
