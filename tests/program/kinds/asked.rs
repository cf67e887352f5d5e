//! The commands that take a model, and what each must have said where it works.

use super::made::{Kind, ROWS, SITES};
use crate::support::{Bench, Run};

/// A column of a table.
pub struct Asked {
    /// As the chapter calls it.
    pub heading: &'static str,
    /// Commands that all work or are all refused alike. MODEL, FAMILY, PAIR, ASSAY, STEM and ALIKE (options of a fit) are those of the kind.
    pub commands: &'static [&'static str],
    /// Looks at what a command left.
    pub check: fn(&Bench, &Kind, &Run),
}

const fn asked(
    heading: &'static str,
    commands: &'static [&'static str],
    check: fn(&Bench, &Kind, &Run),
) -> Asked {
    Asked {
        heading,
        commands,
        check,
    }
}

/// Samples of a drawing and an evaluation.
const SAMPLES: u64 = 100;

/// The tables of the chapter.
pub const GROUPS: [(&str, &[Asked]); 5] = [
    (
        "Pairs, mutants, positions",
        &[
            asked("`info`", &["info MODEL --json -q"], told),
            asked(
                "`contacts`",
                &["contacts MODEL --min-separation 1 --top all -q"],
                all_pairs,
            ),
            asked(
                "`score-mutants`",
                &["score-mutants MODEL --all-single -q"],
                all_singles,
            ),
            asked(
                "`epistasis`",
                &["epistasis MODEL --positions PAIR -q"],
                all_doubles,
            ),
            asked("`positions`", &["positions MODEL -q"], all_positions),
            asked("`design`", &["design MODEL --only-seen 0 -q"], an_order),
            asked(
                "`calibrate`",
                &["calibrate MODEL --assay ASSAY -o STEM.cal.h5 -q"],
                calibrated,
            ),
        ],
    ),
    (
        "Sequences",
        &[
            asked(
                "`sample`",
                &["sample MODEL -n 100 -q --format tsv"],
                samples,
            ),
            asked("`energy`", &["energy MODEL FAMILY -q"], energies),
            asked(
                "`energy --verdict`",
                &["energy MODEL FAMILY --verdict --false-alarm 0.2 -q"],
                verdicts,
            ),
            asked("`partition`", &["partition MODEL -q"], log_z),
            asked(
                "`partition --store`",
                &["partition MODEL --store -q"],
                stored_log_z,
            ),
            asked(
                "`evaluate`",
                &["evaluate MODEL -n 100 --no-temperature -q"],
                evaluated,
            ),
            asked(
                "`evaluate --natural`",
                &["evaluate MODEL -n 100 --natural FAMILY -q"],
                evaluated,
            ),
            asked(
                "`objective`",
                &["objective MODEL FAMILY --json -q"],
                objective,
            ),
            asked(
                "`fit --start`",
                &["fit FAMILY --start MODEL ALIKE --max-iterations 2 -o STEM.again.h5 -q"],
                fitted,
            ),
        ],
    ),
    (
        "Pages and drawings",
        &[
            asked("`report`", &["report MODEL -o STEM.html -q"], page),
            asked(
                "`plot contacts`, `arcs`",
                &["plot contacts MODEL -q", "plot arcs MODEL -q"],
                drawing,
            ),
            asked("`plot mutants`", &["plot mutants MODEL -q"], drawing),
            asked(
                "`plot epistasis`",
                &["plot epistasis MODEL --positions PAIR -q"],
                drawing,
            ),
            asked("`plot logo`", &["plot logo MODEL -q"], drawing),
            asked(
                "`plot convergence`",
                &["plot convergence MODEL -q"],
                drawing,
            ),
            asked(
                "`plot correlations`, `energies`, `components`",
                &[
                    "plot correlations MODEL --samples FAMILY -q",
                    "plot energies MODEL --samples FAMILY -q",
                    "plot components MODEL --samples FAMILY -q",
                ],
                drawing,
            ),
            asked(
                "the same with `--natural`",
                &[
                    "plot correlations MODEL --samples FAMILY --natural FAMILY -q",
                    "plot energies MODEL --samples FAMILY --natural FAMILY -q",
                    "plot components MODEL --samples FAMILY --natural FAMILY -q",
                ],
                drawing,
            ),
        ],
    ),
    (
        "`convert` to a model of",
        &[
            asked(
                "potts (`.h5`)",
                &["convert MODEL STEM.to.h5 -q"],
                converted_to_h5,
            ),
            asked(
                "plmc (`.plmc`)",
                &["convert MODEL STEM.to.plmc -q"],
                |b, k, _| converted(b, k, "plmc"),
            ),
            asked(
                "numpy (`.npz`)",
                &["convert MODEL STEM.to.npz -q"],
                |b, k, _| converted(b, k, "npz"),
            ),
            asked(
                "GREMLIN (`.mrf`)",
                &["convert MODEL STEM.to.mrf -q"],
                |b, k, _| converted(b, k, "mrf"),
            ),
            asked(
                "adabmDCA 2 (`.dat`)",
                &["convert MODEL STEM.to.dat -q"],
                |b, k, _| converted(b, k, "dat"),
            ),
            asked(
                "adabmDCA 1, bmDCA",
                &["convert MODEL STEM.to.integers --to adabmdca-integers -q"],
                |b, k, _| converted(b, k, "integers"),
            ),
            asked(
                "CCMpred (`.raw`)",
                &["convert MODEL STEM.to.raw -q"],
                |b, k, _| converted(b, k, "raw"),
            ),
        ],
    ),
    (
        "`convert` to scores of pairs",
        &[
            asked(
                "EVcouplings (`.csv`)",
                &["convert MODEL STEM.to.csv -q"],
                scores_of_pairs,
            ),
            asked(
                "CCMpred (`.mat`)",
                &["convert MODEL STEM.to.mat -q"],
                matrix,
            ),
        ],
    ),
];

fn finite(numbers: &[f64], count: usize) {
    assert_eq!(numbers.len(), count);
    assert!(
        numbers.iter().all(|number| number.is_finite()),
        "{numbers:?}"
    );
    assert!(numbers.iter().any(|number| *number != 0.0), "{numbers:?}");
}

fn told(_: &Bench, _: &Kind, run: &Run) {
    assert_eq!(run.json()["sites"], SITES);
}

fn all_pairs(_: &Bench, _: &Kind, run: &Run) {
    finite(&run.numbers("score"), SITES * (SITES - 1) / 2);
}

fn all_singles(_: &Bench, kind: &Kind, run: &Run) {
    finite(&run.numbers("potts_score"), SITES * (kind.residues() - 1));
}

fn all_doubles(_: &Bench, kind: &Kind, run: &Run) {
    finite(&run.numbers("interaction"), (kind.residues() - 1).pow(2));
}

fn all_positions(_: &Bench, _: &Kind, run: &Run) {
    assert_eq!(run.column("position").len(), SITES);
}

fn an_order(_: &Bench, _: &Kind, run: &Run) {
    assert!(run.column("mutant").len() > 3, "{}", run.stdout);
}

fn calibrated(bench: &Bench, kind: &Kind, _: &Run) {
    let command = "score-mutants MODEL --file ASSAY --calibration STEM.cal.h5 --format tsv -q";
    let run = bench.works(&kind.fill(command));
    finite(&run.numbers("calibrated"), SITES * (kind.residues() - 1));
}

fn samples(_: &Bench, kind: &Kind, run: &Run) {
    finite(&run.numbers("energy"), SAMPLES as usize);
    for sequence in run.column("sequence") {
        assert_eq!(sequence.len(), SITES);
        let known = |letter| letter == '-' || kind.letters.contains(letter);
        assert!(sequence.chars().all(known), "{sequence}");
    }
}

fn energies(_: &Bench, _: &Kind, run: &Run) {
    finite(&run.numbers("energy"), ROWS);
    assert!(run.column("aligned").iter().all(|word| *word == "given"));
    assert!(run.column("unknown").iter().all(|count| *count == "0"));
}

fn verdicts(_: &Bench, _: &Kind, run: &Run) {
    let words = run.column("verdict");
    let inside = words.iter().filter(|word| **word == "inside").count();
    assert_eq!(words.len(), ROWS);
    assert!(inside > ROWS / 2, "{words:?}");
}

fn log_z(_: &Bench, kind: &Kind, run: &Run) {
    let most = SITES as f64 * (kind.residues() as f64 + 1.0).log10();
    let found = run.numbers("log10_sequences")[0];
    assert!(found > 0.0 && found < most, "{found} {most}");
    finite(&run.numbers("log_z"), 1);
}

/// What is kept is what `potts energy` then has log P by.
fn stored_log_z(bench: &Bench, kind: &Kind, run: &Run) {
    log_z(bench, kind, run);
    let run = bench.works(&kind.fill("energy MODEL FAMILY -q"));
    let known: Vec<f64> = run
        .column("log_probability")
        .iter()
        .filter_map(|cell| cell.parse().ok())
        .collect();
    assert!(known.len() > ROWS / 3, "{}", run.stdout);
    assert!(known.iter().all(|log_p| *log_p < 0.0));
}

fn evaluated(_: &Bench, _: &Kind, run: &Run) {
    let value = |name: &str| -> f64 {
        let row = run.column("quantity").iter().position(|q| *q == name);
        run.column("value")[row.unwrap()].parse().unwrap()
    };
    assert_eq!(value("sequences"), SAMPLES as f64);
    assert!(value("single_pearson").abs() <= 1.0);
    assert!(value("energy_mean").is_finite());
}

fn objective(_: &Bench, _: &Kind, run: &Run) {
    let perplexity = run.json()["perplexity"].as_f64().unwrap();
    assert!((1.0..20.0).contains(&perplexity), "{perplexity}");
}

fn fitted(bench: &Bench, kind: &Kind, _: &Run) {
    let info = bench.json(&kind.fill("info STEM.again.h5"));
    assert!(info["fit"]["start_sha256"].is_string(), "{info}");
}

fn page(bench: &Bench, kind: &Kind, _: &Run) {
    let page = bench.read(&kind.fill("STEM.html"));
    assert!(page.trim_end().ends_with("</html>"));
    assert!(page.matches("<svg").count() > 0);
}

fn drawing(_: &Bench, _: &Kind, run: &Run) {
    assert!(run.stdout.trim_end().ends_with("</svg>"));
    let shapes = ["<path", "<rect", "<text", "<circle"];
    let count: usize = shapes.iter().map(|s| run.stdout.matches(s).count()).sum();
    assert!(count > 10, "{}", run.stdout);
    assert!(!run.stdout.contains("NaN"), "{}", run.stdout);
}

fn converted_to_h5(bench: &Bench, kind: &Kind, _: &Run) {
    converted(bench, kind, "h5");
}

/// What was written is a model that has the same numbers: `foreign` looks at them closely, here is one of each.
fn converted(bench: &Bench, kind: &Kind, ending: &str) {
    let mut file = kind.fill(&format!("STEM.to.{ending}"));
    // Numbers tell proteins, and RNA, by how many there are, and no other letters.
    if ending == "integers" && ![4, 20].contains(&kind.residues()) {
        let back = kind.fill("STEM.back.h5");
        bench.works(&format!(
            "convert {file} {back} --alphabet {} -q",
            kind.letters
        ));
        file = back;
    }
    let info = bench.json(&format!("info {file}"));
    assert_eq!(info["sites"], SITES);
    same_energies(bench, kind, &file);
}

/// Of whole sequences, but for a constant: the gauge may be another.
fn same_energies(bench: &Bench, kind: &Kind, file: &str) {
    let of = |model: &str, family: &str| {
        let run = bench.works(&format!("energy {model} {family} -q"));
        run.numbers("energy")
    };
    let family = bench.read(kind.family);
    let rows = family.lines().filter(|line| !line.starts_with('>'));
    let whole: Vec<bool> = rows.map(|row| !row.contains('-')).collect();
    let own = of(kind.file, kind.family);
    // Other programs' files do not tell that A was 0.
    let others = match kind.family {
        "digits.fa" if !file.ends_with(".to.h5") => "abc.fa",
        family => family,
    };
    let other = of(file, others);
    assert_eq!((own.len(), other.len()), (ROWS, ROWS));
    let apart = own.iter().zip(&other).map(|(own, other)| own - other);
    let apart: Vec<f64> = apart
        .zip(&whole)
        .filter_map(|(a, w)| w.then_some(a))
        .collect();
    assert!(apart.len() > ROWS / 3);
    for one in &apart {
        assert!((one - apart[0]).abs() < 2e-5, "{file}: {one} {}", apart[0]);
    }
}

fn scores_of_pairs(bench: &Bench, kind: &Kind, _: &Run) {
    let table = bench.read(&kind.fill("STEM.to.csv"));
    assert_eq!(table.lines().count(), 1 + SITES * (SITES - 1) / 2);
}

fn matrix(bench: &Bench, kind: &Kind, _: &Run) {
    let table = bench.read(&kind.fill("STEM.to.mat"));
    assert_eq!(table.lines().count(), SITES);
}
