//! Pairs of substitutions, and of positions.

use super::Job;
use super::args::{By, FormatChoice};
use crate::contacts::Positions;
use crate::error::{Error, Result};
use crate::io::tables::columns::{DOUBLES, DoubleRow, PARTNERS, PartnerRow, chosen};
use crate::io::tables::push_score;
use crate::mutants::epistasis::{Double, Partner};
use crate::position::read_ranges;
use std::io::Write;

impl Job<'_, '_> {
    /// All pairs of substitutions at each pair of positions.
    pub(super) fn positions(
        &mut self,
        positions: &Positions,
        output: &mut dyn Write,
    ) -> Result<()> {
        let columns = self.scorer.columns();
        let sites = self.sites("positions", positions.ranges())?;
        if sites.len() < 2 {
            return Err(Error::Usage(
                "--positions takes two positions at least, with a residue: an interaction is of two\n  --partners lists what one of them is coupled to".into(),
            ));
        }
        if self.args.table.format == Some(FormatChoice::Matrix) {
            let &[i, j] = &sites[..] else {
                return Err(Error::Usage(format!(
                    "--format matrix is of two positions, and these are {}",
                    sites.len()
                )));
            };
            // Rows are those of the position that was named first.
            let first = positions.first_of(&[columns.residue(i), columns.residue(j)]);
            return self.matrix(if first == Some(1) { (j, i) } else { (i, j) }, output);
        }
        let pairs = pairs_of(&sites);
        self.scorer.fetch_pairs(pairs.iter().copied())?;
        if self.args.top.is_some() {
            let doubles = self.strongest(&pairs);
            return self.write_doubles(&doubles, &[], output);
        }
        let distances = self.distances(&pairs)?;
        let asked = self.asked(&[]);
        let mut stream = self.stream(chosen(DOUBLES, &asked), output)?;
        for (&(i, j), distance) in pairs.iter().zip(distances) {
            for double in self.scorer.doubles_of(i, j) {
                self.with_row(&double, distance, |row| stream.row(row))
                    .map_err(self.write_error())?;
            }
        }
        stream.finish().map_err(self.write_error())?;
        Ok(())
    }

    /// The pairs of substitutions with the strongest interactions, of either sign, at these pairs of sites.
    fn strongest(&self, pairs: &[(usize, usize)]) -> Vec<Double> {
        let most = self.args.rows();
        let strength = |double: &Double| double.both.epistasis.abs();
        let mut best: Vec<Double> = Vec::new();
        for &(i, j) in pairs {
            best.extend(self.scorer.doubles_of(i, j));
            // Of equal ones the earlier stay before: the sort is stable.
            best.sort_by(|a, b| strength(b).total_cmp(&strength(a)));
            best.truncate(most);
        }
        best
    }

    /// The interactions at two positions: a row a residue of the first, a column a residue of the second, 0 for those of the target.
    fn matrix(&mut self, (i, j): (usize, usize), output: &mut dyn Write) -> Result<()> {
        let separator = self.args.matrix_separator()?;
        self.scorer.fetch_pairs([(i.min(j), i.max(j))])?;
        let columns = self.scorer.columns();
        let letters = self.scorer.letters();
        let named = |site: usize| {
            let (residue, letter) = (columns.residue(site), char::from(columns.letter(site)));
            format!("{letter}{residue}")
        };
        let mut lines = format!("{}\\{}", named(i), named(j)).into_bytes();
        for &letter in letters {
            lines.extend_from_slice(&[separator, letter]);
        }
        lines.push(b'\n');
        let mut interactions = vec![0.0; letters.len() * letters.len()];
        for double in self.scorer.doubles_of(i.min(j), i.max(j)) {
            let (row, column) = match i < j {
                true => (double.first, double.second),
                false => (double.second, double.first),
            };
            let [a, b] = [row, column].map(|c| usize::from(c.state));
            interactions[a * letters.len() + b] = double.both.epistasis;
        }
        for (&letter, row) in letters.iter().zip(interactions.chunks(letters.len())) {
            lines.push(letter);
            for &interaction in row {
                lines.push(separator);
                push_score(interaction, &mut lines);
            }
            lines.push(b'\n');
        }
        output.write_all(&lines).map_err(self.write_error())
    }

    /// The partners of a position or of a substitution.
    pub(super) fn partners(&mut self, text: &str, output: &mut dyn Write) -> Result<()> {
        if let Ok(ranges) = read_ranges(text) {
            let sites = self.sites("partners", &ranges)?;
            return match sites[..] {
                [site] => self.partners_of(site, output),
                _ => Err(Error::Usage(format!(
                    "--partners {text}: these are {} positions; give one, of a complex with its chain, as in A:24",
                    sites.len()
                ))),
            };
        }
        let first = self.change("partners", text, None)?;
        if self.args.by.is_some() {
            return Err(Error::Usage(
                "--by goes with --partners of a position: those of a substitution are sorted by their interaction".into(),
            ));
        }
        self.fetch_all_with(first.site)?;
        let mut doubles = self.scorer.strongest_with(first);
        doubles.truncate(self.args.rows());
        self.write_doubles(&doubles, &[], output)
    }

    fn partners_of(&mut self, site: usize, output: &mut dyn Write) -> Result<()> {
        self.fetch_all_with(site)?;
        let mut partners = self.scorer.partners_of(site);
        let strength = |partner: &Partner| match self.args.by {
            Some(By::Largest) => partner.largest(),
            _ => partner.rms,
        };
        partners.sort_by(|a, b| strength(b).total_cmp(&strength(a)));
        partners.truncate(self.args.rows());
        let pairs: Vec<_> = partners
            .iter()
            .map(|partner| (site, partner.site))
            .collect();
        let distances = self.distances(&pairs)?;
        let asked = self.asked(&[]);
        let columns = self.scorer.columns();
        let mut stream = self.stream(chosen(PARTNERS, &asked), output)?;
        for (partner, distance) in partners.into_iter().zip(distances) {
            let (highest, lowest) = (partner.highest, partner.lowest);
            let row = PartnerRow {
                position: columns.residue(site),
                partner: columns.residue(partner.site),
                letter: columns.letter(partner.site),
                interactions: partner,
                highest: &self.name(&[highest.own, highest.other]),
                lowest: &self.name(&[lowest.own, lowest.other]),
                distance,
            };
            stream.row(&row).map_err(self.write_error())?;
        }
        stream.finish().map_err(self.write_error())?;
        Ok(())
    }

    /// What makes up for a harmful substitution.
    pub(super) fn rescue(&mut self, text: &str, output: &mut dyn Write) -> Result<()> {
        let first = self.change("rescue", text, None)?;
        self.fetch_all_with(first.site)?;
        // Of a single site there are no pairs that would have fetched it.
        self.scorer.fetch([&[first][..]])?;
        let score = self.scorer.score(&[first]).potts;
        let mut doubles = self.scorer.rescues_of(first);
        let name = self.name(&[first]);
        let found = match (score < 0.0, doubles.len()) {
            (false, _) => "it is not harmful by this model".into(),
            (true, 0) => "no substitution elsewhere makes up for some of it".into(),
            (true, 1) => "one substitution elsewhere makes up for some of it".into(),
            (true, n) => format!("{n} substitutions elsewhere make up for some of it"),
        };
        let alone = doubles.iter().filter(|d| d.second_score > 0.0).count();
        let besides = match alone {
            0 => String::new(),
            n => format!(", {n} of which are good without it, too"),
        };
        let words = format!("{name} alone has {score:.6}: {found}{besides}");
        match score < 0.0 {
            true => self.messages.say(words),
            false => self.messages.warn(words),
        }
        if self.args.by == Some(By::Interaction) {
            let interaction = |double: &Double| double.both.epistasis;
            doubles.sort_by(|a, b| interaction(b).total_cmp(&interaction(a)));
        }
        doubles.truncate(self.args.rows());
        self.write_doubles(&doubles, &["recovery"], output)
    }

    /// Gets ready for all pairs of a site.
    fn fetch_all_with(&mut self, site: usize) -> Result<()> {
        let others = (0..self.scorer.columns().sites()).filter(|&other| other != site);
        self.scorer.fetch_pairs(others.map(|other| (site, other)))
    }

    /// Writes a row a pair, with these columns besides those that are always there.
    pub(super) fn write_doubles(
        &self,
        doubles: &[Double],
        asked: &[&'static str],
        output: &mut dyn Write,
    ) -> Result<()> {
        let sites = doubles.iter().map(|d| (d.first.site, d.second.site));
        let distances = self.distances(&sites.collect::<Vec<_>>())?;
        let asked = self.asked(asked);
        let mut stream = self.stream(chosen(DOUBLES, &asked), output)?;
        for (double, distance) in doubles.iter().zip(distances) {
            self.with_row(double, distance, |row| stream.row(row))
                .map_err(self.write_error())?;
        }
        stream.finish().map_err(self.write_error())?;
        Ok(())
    }

    fn with_row<T>(
        &self,
        double: &Double,
        distance: Option<f64>,
        take: impl FnOnce(&DoubleRow<'_>) -> T,
    ) -> T {
        let (first, second) = (self.name(&[double.first]), self.name(&[double.second]));
        let mut both = [double.first, double.second];
        both.sort_unstable();
        take(&DoubleRow {
            mutant: &self.name(&both),
            first: &first,
            second: &second,
            double: *double,
            distance,
        })
    }

    /// The columns that are not always there.
    fn asked(&self, others: &[&'static str]) -> Vec<&'static str> {
        let distance = self.structure.as_ref().map(|_| "distance");
        others.iter().copied().chain(distance).collect()
    }

    fn distances(&self, pairs: &[(usize, usize)]) -> Result<Vec<Option<f64>>> {
        match &self.structure {
            Some(structure) => structure.distances(pairs),
            None => Ok(vec![None; pairs.len()]),
        }
    }
}

fn pairs_of(sites: &[usize]) -> Vec<(usize, usize)> {
    let with_later = |(k, &i): (usize, &usize)| sites[k + 1..].iter().map(move |&j| (i, j));
    sites.iter().enumerate().flat_map(with_later).collect()
}
