//! `--temperature`: a number, or that at which samples are like natural sequences.

use std::fmt;
use std::str::FromStr;

/// A temperature of samples.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Temperature {
    /// As it is given.
    Given(f64),
    /// Where samples are like natural sequences.
    Auto,
}

impl Temperature {
    /// The number; 1 where it has to be found.
    pub fn or_one(self) -> f64 {
        match self {
            Self::Given(temperature) => temperature,
            Self::Auto => 1.0,
        }
    }
}

impl Default for Temperature {
    fn default() -> Self {
        Self::Given(1.0)
    }
}

impl FromStr for Temperature {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self::Auto),
            _ => text
                .parse()
                .map(Self::Given)
                .map_err(|_| "a temperature is a number from 0.001 to 1000, or auto".into()),
        }
    }
}

impl fmt::Display for Temperature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given(temperature) => write!(f, "{temperature}"),
            Self::Auto => f.write_str("auto"),
        }
    }
}
