//! Models as other programs write and read them: one format, one file here with its reader and its writer.
//!
//! | format | states | numbering | besides parameters |
//! |---|---|---|---|
//! | plmc binary | the alphabet's, the gap first | target's | letters, weights, frequencies, penalties |
//! | numpy arrays | the alphabet's, the gap last | target's | letters, weights, frequencies, gauge |
//! | GREMLIN text | 21 or 5, the gap last | columns | nothing |
//! | adabmDCA text | the alphabet's, the gap first | none | letters of the states, or not even these |
//! | CCMpred text | 21, the gap last | none | nothing |
//!
//! Numbers are kept in single precision. A gap whose parameters are all 0 is missing data, so that a model without a gap state comes
//! back from a format that has one.

use crate::alphabet::GapTreatment;
use crate::error::{Error, Place, Result, human_bytes};
use crate::io::files::stream::Stream;
use crate::model::Model;
use crate::model::couplings::pairs;
use crate::model::{Couplings, Gauge, Parameters};
use ndarray::Array2;
use std::borrow::Cow;

/// Fields, and couplings if there are any: what every format of other programs holds.
pub(super) struct Numbers<'m> {
    pub fields: &'m Array2<f32>,
    pub couplings: Option<Cow<'m, Couplings>>,
}

impl<'m> Numbers<'m> {
    /// Those of a model.
    ///
    /// # Errors
    /// [`Error::Usage`] of a kind that has other parameters; [`Error::Model`] if couplings cannot be read.
    pub fn of(model: &'m Model) -> Result<Self> {
        match (&model.parameters, model.pairwise()) {
            (_, Some(pairwise)) => Ok(Self {
                fields: pairwise.fields,
                couplings: Some(pairwise.all()?),
            }),
            (Parameters::Independent(alone), None) => Ok(Self {
                fields: alone.fields(),
                couplings: None,
            }),
            // Some have fields, too: they would be written, and the rest be lost without a word.
            (_, None) => Err(Error::Usage(format!(
                "no other program's format holds a model of the kind '{}': write a model file, .h5",
                model.parameters.name()
            ))),
        }
    }

    /// The couplings, if there are any.
    pub fn couplings(&self) -> Option<&Couplings> {
        self.couplings.as_deref()
    }
}

/// What a conversion should tell the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// The model has it, and the new file cannot hold it.
    NotKept(String),
    /// It says the same in another way.
    Changed(String),
    /// The new file needs it, and the model does not have it.
    MadeUp(String),
}

impl std::fmt::Display for Note {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotKept(what) => write!(f, "not kept: {what}"),
            Self::Changed(what) => write!(f, "changed: {what}"),
            Self::MadeUp(what) => write!(f, "made up: {what}"),
        }
    }
}

/// What a format holds besides the parameters.
#[derive(Debug, Clone, Copy)]
pub struct Holds {
    /// The target's name.
    pub name: bool,
    /// The target's letters at the sites.
    pub letters: bool,
    /// Positions in the target's numbering.
    pub positions: bool,
    /// Which chain a site is in.
    pub chains: bool,
    /// Weights and frequencies of the alignment.
    pub family: bool,
    /// Which gauge the parameters are in.
    pub gauge: bool,
    /// Fields of the independent-site model.
    pub independent: bool,
    /// Penalties or pseudocount of the fit.
    pub penalties: bool,
}

impl Holds {
    /// Parameters only.
    pub const NOTHING: Self = Self {
        name: false,
        letters: false,
        positions: false,
        chains: false,
        family: false,
        gauge: false,
        independent: false,
        penalties: false,
    };

    /// What a file that holds this loses of a model.
    pub fn losses(&self, fitted: &Model) -> Vec<Note> {
        let columns = &fitted.columns;
        let closed = columns.columns().len() - columns.sites();
        let numbered = (0..columns.sites()).any(|s| columns.running_number(s) != s as u64 + 1);
        let family = fitted.family.as_ref();
        let mut notes = Vec::new();
        let mut lose = |lost: bool, what: &dyn Fn() -> String| {
            if lost {
                notes.push(Note::NotKept(what()));
            }
        };
        lose(!self.name && fitted.target.is_some(), &|| {
            format!(
                "the target's name, {}",
                fitted.target.as_deref().unwrap_or_default()
            )
        });
        lose(!self.letters && columns.has_target(), &|| {
            "the target's letters, without which mutants cannot be scored".into()
        });
        lose(
            !self.positions && numbered && !columns.has_chains(),
            &|| format!("{}: sites are counted instead", columns.numbering()),
        );
        lose(!self.chains && columns.has_chains(), &|| {
            let counted = if self.positions { "residues" } else { "sites" };
            format!(
                "{}: {counted} are counted through them",
                columns.numbering()
            )
        });
        lose(closed > 0, &|| {
            format!("{closed} residues of the target that are not modelled")
        });
        lose(!self.family && family.is_some(), &|| {
            "the weights of sequences and the frequencies".into()
        });
        lose(!self.gauge && fitted.gauge != Gauge::Fitted, &|| {
            format!("that the gauge is {}", fitted.gauge.as_str())
        });
        lose(
            !self.independent && fitted.independent_fields.is_some(),
            &|| "fields of the model of independent sites".into(),
        );
        lose(fitted.bootstrap.is_some(), &|| {
            "the replicates of the fit, and so the errors of its numbers".into()
        });
        lose(fitted.information.is_some(), &|| {
            "mutual and direct information of all pairs".into()
        });
        lose(fitted.record.is_some(), &|| match self.penalties {
            true => {
                "how the fit went, and from which file it comes (the penalties are kept)".into()
            }
            false => "how the fit went, its penalties, and from which file it comes".into(),
        });
        notes
    }
}

/// A word on the gap that formats with a gap state add to a model without.
pub(super) fn note_on_gap(fitted: &Model) -> Option<Note> {
    let added = fitted.gaps == GapTreatment::Missing;
    added.then(|| Note::MadeUp("the gap as a state, with fields and couplings of 0".into()))
}

/// Checks that the room for the couplings of so many sites and states is in proportion to a file that may leave out zeros.
///
/// # Errors
/// [`Error::Input`] if not.
pub(super) fn check_proportion(stream: &Stream, sites: usize, states: usize) -> Result<()> {
    // Programs that prune leave a thousandth of all couplings, or at first none.
    const SMALL: u64 = 1 << 30;
    const MOST_PRUNED: u64 = 1000;
    let room = (pairs(sites) as u64).saturating_mul(4 * (states * states) as u64);
    if room <= stream.stored().saturating_mul(MOST_PRUNED).max(SMALL) {
        return Ok(());
    }
    Err(Error::input(
        Place::file(stream.name()),
        format!(
            "{sites} sites have {} of couplings, but the file has {} bytes",
            human_bytes(room),
            stream.stored()
        ),
        "the number of a site is probably wrong: write the file again",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alignment::ColumnMap;
    use crate::alphabet::Alphabet;
    use crate::model::dense::DenseEnergy;
    use crate::model::{IndependentModel, PottsModel};

    fn model(parameters: impl Into<Parameters>) -> Model {
        let columns = ColumnMap::unnumbered(4);
        let alphabet = Alphabet::new("ACD").unwrap();
        Model::of_parameters(parameters, alphabet, GapTreatment::Missing, columns)
    }

    #[test]
    fn a_kind_with_more_than_fields_and_couplings_is_refused_by_name() {
        let fields = || Array2::from_elem((4, 3), 0.5);
        let alone = model(IndependentModel::new(fields()).unwrap());
        let numbers = Numbers::of(&alone).unwrap();
        assert_eq!((numbers.fields, numbers.couplings()), (&fields(), None));
        let zeros = Couplings::zeros(4, 3);
        let potts = model(PottsModel::new(fields(), zeros.clone()).unwrap());
        assert_eq!(Numbers::of(&potts).unwrap().couplings(), Some(&zeros));
        let dense = DenseEnergy::random(4, 3, 1);
        for dense in [dense.clone(), dense.with_fields(fields())] {
            let model = model(Parameters::Dense(dense));
            let message = Numbers::of(&model).map(drop).unwrap_err().to_string();
            assert!(message.contains("of the kind 'dense'"), "{message}");
        }
    }
}
