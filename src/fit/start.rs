//! A model to start a fit from.

use crate::alignment::{Alignment, ColumnMap};
use crate::alphabet::{GAP_LETTER, GapTreatment};
use crate::error::{Error, Result};
use crate::model::{Couplings, Model};
use ndarray::Array2;
use std::collections::HashMap;
use std::hash::Hash;

/// Fields and couplings over the sites of the alignment that is fitted.
#[derive(Debug, Clone, PartialEq)]
pub struct Start {
    /// h_i(a), L x q.
    pub fields: Array2<f32>,
    /// J_ij(a, b).
    pub couplings: Couplings,
    /// Whether each site is one of the model's; the others have neither fields nor couplings here.
    pub known: Vec<bool>,
    /// SHA-256 of the model's file, in hexadecimal.
    pub sha256: String,
}

/// Where a fit begins: the fields and couplings of a model, over the sites of the alignment that is fitted.
#[derive(Debug, Clone, Copy)]
pub struct Point<'a> {
    /// h_i(a), L x q.
    pub fields: &'a Array2<f32>,
    /// J_ij(a, b).
    pub couplings: &'a Couplings,
    /// Whether each site is one of the model's; `None` where all are.
    pub known: Option<&'a [bool]>,
}

impl Point<'_> {
    /// Whether a site is one of the model's.
    pub fn knows(&self, site: usize) -> bool {
        self.known
            .is_none_or(|known| known.get(site) == Some(&true))
    }
}

impl Start {
    /// Where the fit begins.
    pub fn point(&self) -> Point<'_> {
        Point {
            fields: &self.fields,
            couplings: &self.couplings,
            known: Some(&self.known),
        }
    }

    /// Those of `model` for the sites of `alignment`, matched by their columns in the alignment file or, where more of the target's
    /// letters agree so, by position. Sites that the model lacks are left out.
    ///
    /// # Errors
    /// [`Error::Model`] if the model has other states or no couplings, counts gaps in another way, or shares no site with the
    /// alignment.
    pub fn of(
        model: &Model,
        sha256: String,
        alignment: &Alignment,
        gaps: GapTreatment,
    ) -> Result<Self> {
        if model.gaps != gaps {
            return Err(Error::Model(format!(
                "the model to start from was fitted with `gaps={}`, this fit has `gaps={}`: they have other states",
                model.gaps.as_str(),
                gaps.as_str()
            )));
        }
        if model.alphabet != *alignment.alphabet() {
            return Err(Error::Model(format!(
                "the model to start from has the states {}, this fit has {}",
                model.alphabet.model_letters(gaps),
                alignment.alphabet().model_letters(gaps)
            )));
        }
        let pairwise = model
            .parameters
            .needs_pairwise("fits that start from a model")?;
        let places = places(&model.columns, alignment.columns());
        if places.iter().flatten().count() == 0 {
            return Err(Error::Model(format!(
                "the model to start from shares no site with this alignment: it has {}, the alignment {}",
                model.columns.numbering(),
                alignment.columns().numbering()
            )));
        }
        let all = pairwise.all()?;
        let (sites, states) = (alignment.sites(), model.states());
        let mut fields = Array2::zeros((sites, states));
        for (site, place) in places.iter().enumerate() {
            if let Some(place) = *place {
                fields.row_mut(site).assign(&pairwise.fields.row(place));
            }
        }
        let mut couplings = Couplings::zeros(sites, states);
        for i in 0..sites {
            for j in i + 1..sites {
                // Sites keep their order, so that a block is never transposed.
                if let (Some(k), Some(l)) = (places[i], places[j]) {
                    couplings.block_mut(i, j).copy_from_slice(all.block(k, l));
                }
            }
        }
        Ok(Self {
            fields,
            couplings,
            known: places.iter().map(Option::is_some).collect(),
            sha256,
        })
    }
}

/// For each site of `new` the site of `old` that it is, rising, so that pairs keep their order: by alignment column, unless more of the
/// target's letters agree by position.
fn places(old: &ColumnMap, new: &ColumnMap) -> Vec<Option<usize>> {
    let by_column = matched(old, new, |map, site| map.column(site).alignment_column);
    let by_position = matched(old, new, ColumnMap::residue);
    let agreeing = |places: &[Option<usize>]| {
        let found = places.iter().enumerate();
        let found =
            found.filter_map(|(site, place)| Some((new.letter(site), old.letter((*place)?))));
        let agree = |&(one, other): &(u8, u8)| one == other || [one, other].contains(&GAP_LETTER);
        found.filter(agree).count()
    };
    match agreeing(&by_column) >= agreeing(&by_position) {
        true => by_column,
        false => by_position,
    }
}

/// Sites of the same key.
fn matched<K: Eq + Hash>(
    old: &ColumnMap,
    new: &ColumnMap,
    key: impl Fn(&ColumnMap, usize) -> K,
) -> Vec<Option<usize>> {
    let known: HashMap<K, usize> = (0..old.sites())
        .map(|site| (key(old, site), site))
        .collect();
    let mut last = None;
    let place = |site| {
        let found = known.get(&key(new, site)).copied();
        let found = found.filter(|&place| last.is_none_or(|last| place > last));
        last = found.or(last);
        found
    };
    (0..new.sites()).map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alignment::Column;
    use crate::alphabet::Alphabet;
    use crate::model::{IndependentModel, PottsModel};
    use crate::position::Position;

    fn map(first_column: u64, first_position: u64, letters: &str) -> ColumnMap {
        let column = |(k, letter): (u64, u8)| Column {
            alignment_column: first_column + k,
            chain: None,
            position: Position::new(first_position + k).unwrap(),
            letter,
            modelled: true,
        };
        ColumnMap::new((0..).zip(letters.bytes()).map(column).collect()).unwrap()
    }

    #[test]
    fn sites_are_matched_by_column_unless_positions_fit_better() {
        let places = |old: &ColumnMap, new: &ColumnMap| places(old, new);
        let model = map(1, 10, "ACDE");
        assert_eq!(
            places(&model, &map(2, 30, "CDEF")),
            [Some(1), Some(2), Some(3), None]
        );
        // The same positions in an alignment of other columns.
        assert_eq!(
            places(&model, &map(3, 11, "CDE")),
            [Some(1), Some(2), Some(3)]
        );
        assert_eq!(places(&model, &map(90, 90, "AC")), [None, None]);
    }

    fn model(columns: ColumnMap, gaps: GapTreatment) -> Model {
        let alphabet = Alphabet::new("ACDEF").unwrap();
        let (sites, states) = (columns.sites(), alphabet.states(gaps));
        let fields = Array2::from_shape_fn((sites, states), |(i, a)| (10 * i + a) as f32);
        let mut couplings = Couplings::zeros(sites, states);
        for (i, j) in crate::model::couplings::pair_sites(sites) {
            couplings.block_mut(i, j).fill((10 * i + j) as f32);
        }
        let potts = PottsModel::new(fields, couplings).unwrap();
        Model::of_parameters(potts, alphabet, gaps, columns)
    }

    fn alignment(columns: ColumnMap) -> Alignment {
        let states = Array2::zeros((2, columns.sites()));
        let rows = Default::default();
        Alignment::new(Alphabet::new("ACDEF").unwrap(), states, columns, None, rows).unwrap()
    }

    #[test]
    fn parameters_go_to_their_sites() {
        let model = model(map(1, 10, "ACDE"), GapTreatment::Missing);
        let alignment = alignment(map(2, 11, "CDEF"));
        let start = Start::of(&model, "ab".into(), &alignment, GapTreatment::Missing).unwrap();
        assert_eq!(start.fields[[0, 3]], 13.0);
        assert_eq!(start.fields[[3, 1]], 0.0);
        assert_eq!(start.couplings.block(0, 2)[0], 13.0);
        assert_eq!(start.couplings.block(1, 3)[0], 0.0);
        assert_eq!(start.known, [true, true, true, false]);
    }

    #[test]
    fn what_has_other_states_is_no_start() {
        let columns = || map(1, 10, "ACDE");
        let refused = |model: &Model, gaps| {
            let start = Start::of(model, String::new(), &alignment(columns()), gaps);
            start.unwrap_err().to_string()
        };
        let potts = model(columns(), GapTreatment::Missing);
        let other_gaps = refused(&potts, GapTreatment::State);
        assert!(other_gaps.contains("`gaps=missing`"), "{other_gaps}");
        let elsewhere = model(map(50, 90, "ACDE"), GapTreatment::Missing);
        assert!(refused(&elsewhere, GapTreatment::Missing).contains("shares no site"));
        let fields = IndependentModel::new(Array2::zeros((4, 5))).unwrap();
        let alphabet = Alphabet::new("ACDEF").unwrap();
        let fields = Model::of_parameters(fields, alphabet, GapTreatment::Missing, columns());
        assert!(refused(&fields, GapTreatment::Missing).contains("need couplings"));
    }
}
