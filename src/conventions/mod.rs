//! The conventions of other programs, to give what they give.
//!
//! | | rows | weights | gap | lambda_h | lambda_J | norm of a coupling | correction |
//! |---|---|---|---|---|---|---|---|
//! | plmc | other letters: dropped | id >= 0.8 L | state | 0.01 | 100 | as fitted, all states | means |
//! | EVcouplings | as plmc; half of the target's residues | id >= 0.8 L | missing | 0.01 | 0.01 (L-1)(q-1) | as fitted, all states | means |
//! | CCMpred | other letters: gaps | id > ceil(0.8 L) | state, h = 0 | 0.01 | 0.2 (L-1) | mean of all subtracted, residues | sums, from the minimum |
//! | GREMLIN | other letters, lower case: gaps | id > 0.8 L | state | 0.01 | 0.01 (L-1)(q-1) | as fitted, residues | sums |
//! | pydca | other letters: gaps; copies dropped | id > 0.8 L | state | 0.2 (L-1) | 0.2 (L-1) | zero-sum among residues, residues | means |
//! | adabmDCA | other letters, lower case, copies: dropped | id > 0.8 L | state | none | none | zero-sum, residues | sums |
//!
//! Every objective is -sum_n w_n sum_i log P(x_i | rest) + lambda_h sum h^2 + lambda_J sum_{i<j} sum_ab J_ij(a,b)^2, without 1/2 or
//! 1/Neff. What differs is where the programs stop: an early stop is not imitated, the optimum is what is given.

pub mod completion;

use crate::alignment::{
    ChainRows, Copies, Focus, FocusOptions, GapLimit, IdentityRule, IdentityThreshold, LowerCase,
    NameMatch, UnknownLetters,
};
use crate::alphabet::GapTreatment;
use crate::contacts::{ContactOptions, Norm, RankingScore};
use crate::error::{Error, Result};
use crate::fit::options::{FieldOrigin, FitOptions, PenaltyOptions, PenaltyScale, Weighting};
use crate::model::{MethodName, Model};

/// A program whose conventions may be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Tool {
    /// plmc of Hopf, Ingraham et al. (2017).
    Plmc,
    /// CCMpred of Seemayer, Gruber and Soeding (2014), version 0.3.
    Ccmpred,
    /// GREMLIN of Kamisetty, Ovchinnikov and Baker (2013), the C++ version.
    Gremlin,
    /// EVcouplings of Hopf et al. (2019) with its own alignment filters.
    Evcouplings,
    /// adabmDCA of Muntoni et al. (2021) and its successors.
    Adabmdca,
    /// pydca of Zerihun et al. (2020).
    Pydca,
}

impl Tool {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Plmc,
        Self::Ccmpred,
        Self::Gremlin,
        Self::Evcouplings,
        Self::Adabmdca,
        Self::Pydca,
    ];

    /// The word on the command line and in model files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plmc => "plmc",
            Self::Ccmpred => "ccmpred",
            Self::Gremlin => "gremlin",
            Self::Evcouplings => "evcouplings",
            Self::Adabmdca => "adabmdca",
            Self::Pydca => "pydca",
        }
    }

    /// The tool of a word of [`Self::as_str`].
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tool| tool.as_str() == word)
    }

    /// lambda_h, unless the user gives one.
    fn lambda_h(self) -> PenaltyScale {
        match self {
            Self::Pydca => PenaltyScale::PerSite(0.2),
            _ => PenaltyScale::Absolute(0.01),
        }
    }

    /// lambda_J, unless the user gives one. adabmDCA has none; its fit here takes the usual one.
    fn lambda_j(self) -> PenaltyScale {
        match self {
            Self::Plmc => PenaltyScale::Absolute(100.0),
            Self::Ccmpred | Self::Pydca => PenaltyScale::PerSite(0.2),
            Self::Gremlin | Self::Evcouplings | Self::Adabmdca => PenaltyScale::Relative(0.01),
        }
    }

    /// Which rows and columns the tool models, the target being the first sequence.
    pub fn focus_options(self) -> FocusOptions {
        let every_row_and_column = FocusOptions {
            focus: Focus::EveryColumn,
            min_sequence_coverage: 0.0,
            chain_rows: ChainRows::ByAllColumns,
            declared_chains: false,
            ..FocusOptions::default()
        };
        match self {
            Self::Plmc => FocusOptions {
                name_match: NameMatch::Prefix,
                ..every_row_and_column
            },
            Self::Evcouplings => FocusOptions {
                max_column_gap: 0.3,
                chain_rows: ChainRows::ByAllColumns,
                declared_chains: false,
                ..FocusOptions::default()
            },
            Self::Ccmpred => FocusOptions {
                unknown: UnknownLetters::Gap,
                ..every_row_and_column
            },
            Self::Gremlin => FocusOptions {
                unknown: UnknownLetters::Gap,
                lower_case: LowerCase::Gap,
                max_column_gap: 0.5,
                gap_limit: GapLimit::Below,
                ..every_row_and_column
            },
            Self::Adabmdca => FocusOptions {
                lower_case: LowerCase::Unknown,
                copies: Copies::Drop,
                ..every_row_and_column
            },
            Self::Pydca => FocusOptions {
                unknown: UnknownLetters::Gap,
                copies: Copies::Drop,
                ..every_row_and_column
            },
        }
    }

    /// From which identity sequences are the tool's neighbours.
    pub fn identity(self) -> IdentityThreshold {
        IdentityThreshold::DEFAULT.with_rule(match self {
            Self::Plmc | Self::Evcouplings => IdentityRule::AtLeast,
            Self::Ccmpred => IdentityRule::AboveCeil,
            Self::Gremlin | Self::Adabmdca | Self::Pydca => IdentityRule::Above,
        })
    }

    /// Whether the gap is one of the tool's states.
    pub fn gaps(self, method: MethodName) -> GapTreatment {
        match self {
            // The reference state is none of the model's own.
            _ if method.has_gap_reference() => GapTreatment::Missing,
            Self::Evcouplings => GapTreatment::Missing,
            Self::Plmc | Self::Ccmpred | Self::Gremlin | Self::Adabmdca | Self::Pydca => {
                GapTreatment::State
            }
        }
    }

    /// All that the tool decides of a fit by `method`.
    ///
    /// # Errors
    /// [`Error::Usage`] if the tool has no such method.
    pub fn fit_options(self, method: MethodName) -> Result<FitOptions> {
        self.check(method)?;
        Ok(FitOptions {
            gaps: self.gaps(method),
            weighting: Weighting::Identity(self.identity()),
            penalties: PenaltyOptions {
                lambda_h: self.lambda_h(),
                lambda_j: self.lambda_j(),
                origin: match self {
                    Self::Ccmpred => FieldOrigin::Gap,
                    _ => FieldOrigin::Zero,
                },
            },
            preset: self.as_str(),
            ..FitOptions::with_method(method)
        })
    }

    /// The tool that a model was fitted like, if it was.
    pub fn of(model: &Model) -> Option<Self> {
        Self::named(&model.provenance.preset)
    }

    /// How the contacts of a model are ranked where nobody says how: like the tool's that it was fitted like, if it was.
    pub fn usual_contacts(model: &Model) -> ContactOptions {
        Self::of(model).map_or_else(ContactOptions::default, |tool| tool.contact_options(model))
    }

    /// How the tool ranks the contacts of a model. Probabilities were calibrated on the scores of this program, and are left out.
    pub fn contact_options(self, model: &Model) -> ContactOptions {
        ContactOptions {
            norm: self.norm(model.method()),
            score: Some(self.ranking()),
            probabilities: false,
            ..ContactOptions::default()
        }
    }

    /// How the tool measures a coupling.
    fn norm(self, method: Option<MethodName>) -> Norm {
        match self {
            Self::Evcouplings if method == Some(MethodName::MeanField) => Norm::ZeroSumWithGap,
            Self::Plmc | Self::Evcouplings => Norm::Fitted,
            Self::Ccmpred => Norm::ZeroMean,
            Self::Gremlin => Norm::FittedResidues,
            Self::Adabmdca => Norm::ZeroSum,
            Self::Pydca => Norm::ZeroSumOfResidues,
        }
    }

    /// How the tool corrects the norms.
    fn ranking(self) -> RankingScore {
        match self {
            Self::Plmc | Self::Evcouplings | Self::Pydca => RankingScore::Apc(1.0),
            Self::Ccmpred => RankingScore::SumsApc { from_minimum: true },
            Self::Gremlin | Self::Adabmdca => RankingScore::SumsApc {
                from_minimum: false,
            },
        }
    }

    /// What the tool does differently, in words: what it is about, and the convention.
    pub fn conventions(self) -> [(&'static str, String); 6] {
        [
            ("rows", self.rows_in_words().into()),
            ("columns", self.columns_in_words().into()),
            ("weights", self.weights_in_words()),
            ("states", self.states_in_words().into()),
            ("penalties", self.penalties_in_words()),
            ("contacts", self.contacts_in_words().into()),
        ]
    }

    fn rows_in_words(self) -> &'static str {
        match self {
            Self::Plmc => {
                "a sequence with a letter outside the alphabet, in any column, is dropped"
            }
            Self::Evcouplings => {
                "a sequence with a letter outside the alphabet, or residues in less than half of the target's columns, is dropped"
            }
            Self::Ccmpred => "letters outside the alphabet count as gaps; no sequence is dropped",
            Self::Gremlin => {
                "letters outside the alphabet and lower-case letters count as gaps; no sequence is dropped"
            }
            Self::Adabmdca => {
                "a sequence with a lower-case or other letter outside the alphabet, or equal to an earlier one, is dropped"
            }
            Self::Pydca => {
                "letters outside the alphabet count as gaps; a sequence equal to an earlier one is dropped"
            }
        }
    }

    fn columns_in_words(self) -> &'static str {
        match self {
            Self::Plmc => "every column, or with `focus` those of the target's upper-case residues",
            Self::Evcouplings => "those of the target's upper-case residues with at most 30 % gaps",
            Self::Gremlin => "those with gaps in fewer than half of the sequences",
            Self::Ccmpred | Self::Adabmdca | Self::Pydca => "every column",
        }
    }

    fn weights_in_words(self) -> String {
        let weights = format!("1 / number of sequences with identity {}", self.identity());
        match self {
            Self::Gremlin => weights + " over the modelled columns",
            _ => weights,
        }
    }

    fn states_in_words(self) -> &'static str {
        match self {
            Self::Plmc => "the gap is a state; `gaps=missing` is its -g",
            Self::Evcouplings => "gaps are missing data",
            Self::Ccmpred => "the gap is a state whose field is 0",
            Self::Pydca => "the gap is a state (mean field: the reference)",
            Self::Gremlin | Self::Adabmdca => "the gap is a state",
        }
    }

    fn penalties_in_words(self) -> String {
        let (lambda_h, lambda_j) = (self.lambda_h(), self.lambda_j());
        let both = match lambda_h == lambda_j {
            true => format!("lambda_h and lambda_J {lambda_j}"),
            false => format!("lambda_h {lambda_h}, lambda_J {lambda_j}"),
        };
        match self {
            Self::Plmc | Self::Ccmpred | Self::Gremlin => both,
            Self::Evcouplings | Self::Pydca => format!("{both}; mean field: pseudocount 0.5"),
            Self::Adabmdca => {
                format!("it learns by sampling, without any; here {both} of a pseudolikelihood fit")
            }
        }
    }

    fn contacts_in_words(self) -> &'static str {
        match self {
            Self::Plmc => {
                "norm over all states as fitted; average product correction by means over L-1 partners"
            }
            Self::Evcouplings => {
                "norm over all states as fitted (mean field: zero-sum with the gap); average product correction by means over L-1 partners"
            }
            Self::Ccmpred => {
                "norm over residues after subtracting the mean of all states; average product correction by sums S_i S_j / S; the least score subtracted"
            }
            Self::Gremlin => {
                "norm over residues as fitted; average product correction by sums S_i S_j / S"
            }
            Self::Adabmdca => {
                "norm over residues in the zero-sum gauge; average product correction by sums S_i S_j / S"
            }
            Self::Pydca => {
                "norm over residues in a zero-sum gauge among residues; average product correction by means over L-1 partners"
            }
        }
    }

    fn check(self, method: MethodName) -> Result<()> {
        let known = match self {
            Self::Plmc | Self::Ccmpred | Self::Gremlin => &[MethodName::Plm][..],
            Self::Evcouplings | Self::Pydca | Self::Adabmdca => {
                &[MethodName::Plm, MethodName::MeanField]
            }
        };
        if known.contains(&method) {
            return Ok(());
        }
        Err(Error::Usage(format!(
            "{} has no method {}: leave out `like` or `method`",
            self.as_str(),
            method.as_str()
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tool_is_found_by_its_name() {
        for tool in Tool::ALL {
            assert_eq!(Tool::named(tool.as_str()), Some(tool));
        }
        assert_eq!(Tool::named("balanced"), None);
    }

    /// Penalties for 21 sites, as the tools write them, of proteins and of RNA.
    #[test]
    fn penalties_are_those_of_the_tool() {
        for (tool, states, lambda_h, lambda_j) in [
            (Tool::Plmc, 21, 0.01, 100.0),
            (Tool::Ccmpred, 21, 0.01, 4.0),
            (Tool::Gremlin, 21, 0.01, 4.0),
            (Tool::Evcouplings, 20, 0.01, 3.8),
            (Tool::Pydca, 21, 4.0, 4.0),
            (Tool::Ccmpred, 5, 0.01, 4.0),
            (Tool::Gremlin, 5, 0.01, 0.8),
            (Tool::Evcouplings, 4, 0.01, 0.6),
            (Tool::Pydca, 5, 4.0, 4.0),
        ] {
            let options = tool.fit_options(MethodName::Plm).unwrap();
            assert_eq!(
                [4, 20].contains(&states),
                options.gaps == GapTreatment::Missing
            );
            let penalties = options.penalties.resolve(21, states);
            assert!((penalties.lambda_h - lambda_h).abs() < 1e-12, "{tool:?}");
            assert!((penalties.lambda_j - lambda_j).abs() < 1e-12, "{tool:?}");
        }
    }

    #[test]
    fn methods_that_a_tool_lacks_are_refused() {
        assert!(Tool::Plmc.check(MethodName::Plm).is_ok());
        assert!(Tool::Pydca.check(MethodName::MeanField).is_ok());
        let message = Tool::Gremlin.check(MethodName::MeanField).unwrap_err();
        assert!(
            message
                .to_string()
                .contains("gremlin has no method mean-field")
        );
    }
}
