//! `potts plot`: drawings for papers.

mod args;

use args::ScoreChoice;
pub use args::{PictureFormat, PlotArgs, What};

use super::evaluate;
use super::messages::Messages;
use crate::contacts::{ContactOptions, Positions, Selection, Top};
use crate::conventions::Tool;
use crate::error::{Error, Result};
use crate::io::files::output::write_output;
use crate::io::files::{check_apart, check_picture};
use crate::io::models;
use crate::machine::memory::available_memory;
use crate::model::{FitRecord, MethodName, Model};
use crate::mutants::MutantScorer;
use crate::mutants::epistasis::check_couplings;
use crate::position::PositionRange;
use crate::report::drawing::{Drawing, Places, Style, pixels};
use crate::report::figures::{
    Arcs, ComponentPlane, ContactMap, Convergence, Correlations, Distributions, Logo, MutantMap,
    PairMap, PrecisionCurves,
};
use crate::report::pairs::Pairs;
use crate::report::singles::{Singles, interactions};
use std::ops::Range;
use std::path::Path;

/// Points of an inch, and millimetres.
const POINTS: f64 = 72.0;
const MILLIMETRES: f64 = 25.4;

/// A drawing that was asked for.
struct Job<'a> {
    args: &'a PlotArgs,
    model: &'a Model,
    messages: &'a Messages,
}

/// Runs the command.
///
/// # Errors
/// If the model cannot be read or lacks what is to be drawn, or the picture cannot be written.
pub fn run(args: &PlotArgs, messages: &Messages) -> Result<()> {
    args.check()?;
    let format = args.format()?;
    if let Some(output) = &args.output {
        let inputs = args.structures.inputs().chain([args.model.as_path()]);
        let inputs = inputs.chain(args.samples.as_deref());
        let inputs = inputs.chain(args.natural.as_deref());
        check_apart(output, inputs)?;
        check_picture(output, args.force)?;
    }
    messages.timings().begin("reading the model");
    let model = match args.what.is_of_samples() {
        true => models::read(&args.model)?,
        false => models::read_without_sequences(&args.model)?,
    };
    messages.timings().begin("drawing");
    let job = Job {
        args,
        model: &model,
        messages,
    };
    let svg = job.drawing()?.to_svg(MILLIMETRES / POINTS);
    let picture = match format {
        PictureFormat::Svg => svg.clone().into_bytes(),
        PictureFormat::Pdf => pixels::pdf(&svg)?,
        PictureFormat::Png => pixels::png(&svg, args.dpi.unwrap_or(300.0))?,
    };
    if format != PictureFormat::Svg {
        let unknown = pixels::unknown_letters(&svg);
        if !unknown.is_empty() {
            let letters = String::from_iter(unknown);
            messages.warn(format_args!(
                "the font has no {letters}: left out; an .svg is drawn with the fonts of whoever looks at it"
            ));
        }
    }
    let output = args.output.as_deref();
    write_output(output, args.force, |file| {
        let path = output.unwrap_or(Path::new("standard output"));
        file.write_all(&picture).map_err(Error::io("write", path))
    })
}

impl Job<'_> {
    fn style(&self) -> Style {
        let width = self.args.width.unwrap_or(self.args.what.width());
        Style {
            width: width * POINTS / MILLIMETRES,
            font: self.args.font_size,
            titled: !self.args.no_title,
        }
    }

    /// The line above: as asked for, else what it is, and of whom.
    fn title(&self, what: &str) -> String {
        let of_target = match &self.model.target {
            Some(target) => format!("{what}: {target}"),
            None => what.to_owned(),
        };
        self.args.title.clone().unwrap_or(of_target)
    }

    fn drawing(&self) -> Result<Drawing> {
        match self.args.what {
            What::Contacts => self.contacts(),
            What::Mutants => self.mutants(),
            What::Convergence => self.convergence(),
            What::Logo => self.logo(),
            What::Arcs => self.arcs(),
            What::Precision => self.precision(),
            What::Epistasis => self.epistasis(),
            What::Correlations | What::Energies | What::Components => self.of_samples(),
        }
    }

    fn pairs(&self, top: Top) -> Result<Pairs> {
        let structures = self.args.structures.read(self.model, self.messages)?;
        let usual = Selection::default();
        let like = Tool::usual_contacts(self.model);
        let options = ContactOptions {
            selection: Selection {
                min_separation: self.args.min_separation.unwrap_or(usual.min_separation),
                top: self.args.top.unwrap_or(top),
                ..usual
            },
            score: self
                .args
                .score
                .and_then(ScoreChoice::ranking)
                .or(like.score),
            max_memory: available_memory(),
            ..like
        };
        let pairs = Pairs::of(self.model, &options, structures.as_ref())?;
        if pairs.list.is_empty() {
            self.messages.warn(
                "no two modelled positions are so far apart: choose a smaller --min-separation",
            );
        }
        Ok(pairs)
    }

    fn contacts(&self) -> Result<Drawing> {
        let pairs = self.pairs(Top::PerSite(1.0))?;
        let map = ContactMap {
            title: self.title("Contact map"),
            columns: &self.model.columns,
            predicted: &pairs.list,
            marks: pairs.marks,
            touching: pairs
                .structure
                .as_ref()
                .map(|structure| &structure.touching[..]),
            nearest: pairs.nearest,
        };
        Ok(map.draw(self.style()))
    }

    fn arcs(&self) -> Result<Drawing> {
        let pairs = self.pairs(Top::PerSite(0.5))?;
        let arcs = Arcs {
            title: self.title("Strongest pairs"),
            columns: &self.model.columns,
            predicted: &pairs.list,
            marks: pairs.marks,
        };
        Ok(arcs.draw(self.style()))
    }

    fn precision(&self) -> Result<Drawing> {
        let pairs = self.pairs(Top::Count(1))?;
        let judged = pairs
            .structure
            .map_or(Vec::new(), |structure| structure.judged);
        let curves = PrecisionCurves {
            title: self.title("Precision"),
            judged: &judged,
            sites: self.model.sites(),
        };
        Ok(curves.draw(self.style()))
    }

    fn convergence(&self) -> Result<Drawing> {
        let history = self
            .model
            .record
            .as_ref()
            .map_or(&[][..], |record| &record.history[..]);
        if history.is_empty() {
            return Err(Error::Model(format!(
                "there are no iterations to draw: {}\n  convergence is drawn of fits by --method plm; potts info says how a fit ended",
                without_iterations(self.model)
            )));
        }
        let curves = Convergence {
            title: self.title("Convergence"),
            history,
        };
        Ok(curves.draw(self.style()))
    }

    fn logo(&self) -> Result<Drawing> {
        let Some(family) = &self.model.family else {
            return Err(Error::Model(
                "a logo takes the frequencies of the family, which the model's file does not tell\n  add them: potts convert MODEL MODEL.h5 --alignment MSA"
                    .into(),
            ));
        };
        let residues = self.model.alphabet.residues();
        let logo = Logo {
            title: self.title("Sequence logo"),
            columns: &self.model.columns,
            letters: self.model.alphabet.letters(),
            is_protein: self.model.alphabet.is_protein(),
            shares: (0..self.model.sites())
                .map(|site| family.frequencies.shares(site, residues))
                .collect(),
            coverage: family.frequencies.coverage(residues),
            places: self.places()?,
        };
        Ok(logo.draw(self.style()))
    }

    fn mutants(&self) -> Result<Drawing> {
        let mut scorer = MutantScorer::new(self.model)?;
        scorer.fetch_singles()?;
        let singles = Singles::of(self.model, &scorer)?;
        let asked = self.args.score.and_then(ScoreChoice::measure);
        let measure = asked.unwrap_or(singles.measure);
        let scores = singles.scores(measure);
        if scores.iter().all(|score| score.is_nan()) {
            return Err(Error::Model(format!(
                "the model tells no {}: choose another --score",
                measure.name()
            )));
        }
        let map = MutantMap {
            title: self.title("Single mutants"),
            measure: measure.name(),
            columns: &self.model.columns,
            letters: self.model.alphabet.letters(),
            scores: scores.view(),
            unseen: singles.unseen(),
            coverage: singles.coverage(),
            places: self.places()?,
        };
        Ok(map.draw(self.style()))
    }

    fn epistasis(&self) -> Result<Drawing> {
        check_couplings(self.model)?;
        let columns = &self.model.columns;
        let two = || {
            Error::Usage("--positions must name two modelled positions of the target, as in --positions 24,57".into())
        };
        let positions = self.args.positions.as_ref().ok_or_else(two)?;
        positions.check(columns)?;
        let held = |range: &PositionRange| {
            let sites = 0..columns.sites();
            let held = sites.filter(|&site| range.holds(columns.residue(site)));
            held.collect::<Vec<usize>>()
        };
        // In the order in which they were named.
        let sites: Vec<usize> = positions.ranges().iter().flat_map(held).collect();
        let &[i, j] = &sites[..] else {
            return Err(two());
        };
        if i == j {
            return Err(two());
        }
        let mut scorer = MutantScorer::new(self.model)?;
        scorer.fetch_pairs([(i.min(j), i.max(j))])?;
        scorer.fetch_singles()?;
        let table = interactions(self.model, &scorer, (i, j));
        let name = |site: usize| {
            format!(
                "{}{}",
                char::from(columns.letter(site)),
                columns.residue(site)
            )
        };
        let letters = self.model.alphabet.letters();
        let wild = |site: usize| {
            letters
                .iter()
                .position(|&letter| letter == columns.letter(site))
        };
        let (Some(first), Some(second)) = (wild(i), wild(j)) else {
            return Err(Error::Usage(
                "the target has no residue at one of the positions: choose others".into(),
            ));
        };
        let map = PairMap {
            title: self.title("Interactions"),
            names: (name(i), name(j)),
            wild: (first, second),
            letters,
            interactions: table.view(),
        };
        Ok(map.draw(self.style()))
    }

    fn of_samples(&self) -> Result<Drawing> {
        let found = evaluate::for_drawings(
            self.model,
            evaluate::Files {
                model: &self.args.model,
                samples: self.args.samples.as_deref(),
                natural: self.args.natural.as_deref(),
            },
            self.messages,
        )?;
        let evaluation = &found.evaluation;
        let style = self.style();
        Ok(match (self.args.what, &evaluation.plane) {
            (What::Energies, _) => Distributions {
                title: self.title("Energies"),
                name: "E(x), in nats",
                both: &evaluation.energies,
            }
            .draw(style),
            (What::Components, Some(plane)) => ComponentPlane {
                title: self.title("Principal components"),
                plane,
            }
            .draw(style),
            (What::Components, None) => {
                return Err(Error::Model(
                    "the natural sequences are all alike: they have no principal components".into(),
                ));
            }
            _ => Correlations {
                title: self.title("Correlations"),
                density: &found.density,
            }
            .draw(style),
        })
    }

    /// From the first to the last of the positions asked for; empty for all.
    fn places(&self) -> Result<Range<usize>> {
        let Some(positions) = &self.args.positions else {
            return Ok(0..0);
        };
        positions.check_residues(&self.model.columns)?;
        Ok(range_of(
            positions,
            &Places::of(&self.model.columns),
            self.model,
        ))
    }
}

/// Why a model has no iterations, in words.
fn without_iterations(model: &Model) -> &'static str {
    match model.record.as_ref().map(FitRecord::method) {
        None => "the model comes from another program, or was written by hand",
        Some(MethodName::PlmAsymmetric) => "it was fitted site by site, each with its own",
        Some(MethodName::MeanField) => "mean field is in closed form",
        Some(MethodName::Independent) => "independent sites are in closed form",
        Some(MethodName::Boltzmann) => {
            "Boltzmann learning goes by updates, which are told while it runs and not kept"
        }
        Some(MethodName::Plm) => "the model's file does not tell them",
    }
}

fn range_of(positions: &Positions, places: &Places<'_>, model: &Model) -> Range<usize> {
    let columns = model.columns.columns();
    let held = |place: &usize| positions.hold(columns[*place].residue());
    let first = (0..places.count()).find(held).unwrap_or(0);
    let last = (0..places.count())
        .rfind(held)
        .unwrap_or(places.count() - 1);
    first..last + 1
}
