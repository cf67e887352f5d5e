//! Reading the parameters of a model, by its kind.

mod independent;
mod potts;

use super::Shape;
use super::fetch::{Found, Node, Problem};
use crate::model::Parameters;
use crate::model::parameters::KindName;
use std::fs::File;
use std::path::Path;

/// The file itself, for parameters that can be read without the library.
pub struct Backing<'p> {
    pub path: &'p Path,
    pub file: File,
    /// Whether they stay in the file until they are asked for.
    pub stay: bool,
}

/// All parameters; of a kind that can leave large ones in the file, these stay there if they may.
pub fn parameters(root: &Node, shape: &Shape, backing: Option<Backing>) -> Found<Parameters> {
    match kind(root)? {
        KindName::Independent => independent::read(root, shape),
        KindName::Potts => potts::read(root, shape, backing),
        #[cfg(test)]
        KindName::Dense => Err(Problem::damaged("a kind of the tests".into())),
    }
}

fn kind(root: &Node) -> Found<KindName> {
    let word = root.text("model_kind")?;
    KindName::of_word(&word).ok_or_else(|| Problem {
        what: format!("a model of the kind '{word}', which this version does not know"),
        advice: "a newer potts may: update it",
    })
}
