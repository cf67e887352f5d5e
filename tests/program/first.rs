//! The main job from alignment to contacts and mutants, and what is said on the way.

use crate::support::{Bench, FAMILY, data, part_of_planted};

#[test]
fn the_main_job_on_a_small_family() {
    let bench = Bench::new();
    let fit = bench.run("fit family.fa");
    assert_eq!((fit.code, fit.stdout.as_str()), (0, ""), "{}", fit.stderr);
    for word in [
        "6 read",
        "L = 8",
        "q = 20",
        "Neff",
        "positions 10 to 17",
        "converged",
        "family.h5",
        "potts contacts",
    ] {
        assert!(
            fit.stderr.contains(word),
            "'{word}' is missing:\n{}",
            fit.stderr
        );
    }
    let contacts = bench.run("contacts family.h5 --min-separation 1 --top all");
    let header = "rank\ti\tA_i\tj\tA_j\tfn\tcn\tscore\tz\tprobability\tpattern";
    assert_eq!(contacts.stdout.lines().next(), Some(header));
    assert_eq!(contacts.stdout.lines().count(), 1 + 28);
    let mutants = bench.run("score-mutants family.h5 A10T A10T:F14Y A10A");
    assert_eq!(mutants.stdout.lines().count(), 4);
    assert!(
        mutants
            .stdout
            .lines()
            .nth(3)
            .unwrap()
            .contains("synonymous")
    );
    let info = bench.run("info family.h5");
    assert!(info.stdout.contains("TARGET"), "{}", info.stdout);
    let map = bench.run("info family.h5 --map");
    assert_eq!(map.stdout.lines().nth(1), Some("1\t10\tA\t1"));
}

#[test]
fn all_methods_and_options_run() {
    let bench = Bench::new();
    for options in [
        "--method plm-asymmetric",
        "--method mean-field",
        "--method independent",
        "--optimizer argmin-lbfgs",
        "--gaps state",
        "--preset contacts",
        "--preset mutants",
        "--lambda-h 0.01 --lambda-j 0.01x",
        "--lambda-j 2",
        "--no-reweighting",
        "--identity 0.9",
        "--no-focus",
        "--no-focus --target b",
        "--focus b",
        "--offset 100",
        "--min-sequence-coverage 0.9 --max-column-gap 0.3",
        "--unknown gap",
        "--threads 1",
        "--tolerance 1e-3",
        "-v",
        "--strict",
    ] {
        let run = bench.run(&format!("fit family.fa --force {options}"));
        assert_eq!(run.code, 0, "{options}\n{}", run.stderr);
    }
    // Asked not to overwrite, the last model stays.
    bench.fails("fit family.fa", 1, &["family.h5 exists already", "--force"]);
}

#[test]
fn quiet_json_and_strict() {
    let bench = Bench::new();
    let run = bench.run("fit family.fa -q --json");
    assert_eq!(run.stderr, "");
    let summary: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(summary["sites"], 8);
    assert_eq!(summary["sequences_kept"], 6);
    assert_eq!(summary["converged"], true);
    let run = bench.run("fit family.fa -o short.h5 --max-iterations 1 --tolerance 1e-12 --strict");
    assert_eq!(run.code, 4);
    assert!(run.stderr.contains("NOT converged"), "{}", run.stderr);
    assert!(bench.path("short.h5").exists());
    assert_eq!(
        bench
            .run("fit family.fa -o short.h5 --max-iterations 1 --tolerance 1e-12 --force")
            .code,
        0
    );
}

#[test]
fn timings_tell_the_phases_and_the_memory() {
    let bench = Bench::new();
    let planted = data("planted.a2m").display().to_string();
    let fit = bench.run(&format!(
        "fit {planted} -o planted.h5 -q --json --timings --max-iterations 5"
    ));
    assert_eq!(fit.code, 0, "{}", fit.stderr);
    for phase in [
        "reading",
        "weighing",
        "ordering",
        "minimising",
        "writing",
        "in all",
        "peak memory",
    ] {
        assert!(
            fit.stderr.contains(phase),
            "'{phase}' is missing:\n{}",
            fit.stderr
        );
    }
    let summary: serde_json::Value = serde_json::from_str(&fit.stdout).unwrap();
    let number = |name: &str| summary["timings"][name].as_f64();
    let phases = summary["timings"]["phases"].as_array().unwrap();
    let sum: f64 = phases
        .iter()
        .map(|phase| phase["seconds"].as_f64().unwrap())
        .sum();
    let total = number("total_seconds").unwrap();
    assert!(sum <= total && sum > 0.9 * total, "{sum} {total}");
    if let Some(peak) = number("peak_bytes") {
        let predicted = number("predicted_bytes").unwrap();
        assert!((predicted / peak - 1.0).abs() < 0.1, "{predicted} {peak}");
    }
    for command in [
        "contacts planted.h5",
        "score-mutants planted.h5 --all-single",
        "weights family.fa",
    ] {
        let run = bench.run(&format!("{command} --timings"));
        assert!(run.stderr.contains("in all"), "{}", run.stderr);
        assert!(!bench.run(command).stderr.contains("in all"));
    }
}

#[test]
fn contacts_of_an_alignment_fit_it_first() {
    let bench = Bench::new();
    let run = bench.run("contacts family.fa --min-separation 1");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.contains("fitting it"), "{}", run.stderr);
    assert_eq!(run.stdout.lines().count(), 1 + 16);
    let run = bench.run("contacts family.fa --score di --min-separation 1");
    assert!(run.stderr.contains("mean-field"), "{}", run.stderr);
    assert_eq!(bench.files(), ["family.fa"]);
}

#[test]
fn help_and_version_are_no_errors() {
    let bench = Bench::new();
    for arguments in [
        "--help",
        "-h",
        "--version",
        "help fit",
        "fit --help",
        "contacts -h",
        "score-mutants --help",
        "info -h",
    ] {
        let run = bench.run(arguments);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{arguments}");
        assert!(run.stdout.contains("potts"), "{arguments}");
    }
    assert_eq!(bench.run("").code, 2);
}

#[test]
fn the_same_command_writes_the_same_numbers() {
    let bench = Bench::new();
    let table = |threads: usize| {
        let run = bench.run(&format!("fit family.fa --force -q -t {threads}"));
        assert_eq!(run.code, 0);
        bench
            .run("contacts family.h5 --top all --min-separation 1")
            .stdout
    };
    let first = table(1);
    assert_eq!(first, table(2));
    assert_eq!(first, table(5));
}

#[test]
fn a_bad_row_never_loses_a_good_one() {
    let bench = Bench::with_model();
    let table = "mutant,score\nA10T,1.5\nnonsense,2\nK10T,3\nA99T,4\nA10X,5\nA10T:A10C,6\n\"A10T,F14Y\",7\nA10A,8\n";
    bench.write("assay.csv", table);
    let run = bench.run("score-mutants family.h5 --file assay.csv --against score");
    assert_eq!(run.code, 0, "{}", run.stderr);
    let statuses: Vec<&str> = run
        .stdout
        .lines()
        .skip(1)
        .map(|line| {
            line.split(',')
                .find(|cell| {
                    cell.contains('_') && !cell.contains(':')
                        || ["scored", "synonymous", "unparsable"].contains(cell)
                })
                .unwrap()
        })
        .collect();
    let expected = [
        "scored",
        "unparsable",
        "wt_mismatch",
        "out_of_range",
        "unknown_residue",
        "duplicate_position",
        "scored",
        "synonymous",
    ];
    assert_eq!(statuses, expected, "{}", run.stdout);
    assert!(run.stderr.contains("Spearman"), "{}", run.stderr);
}

#[test]
fn contacts_go_to_a_file_and_near_pairs_have_no_probability() {
    let bench = Bench::new();
    bench.write("family.fa", part_of_planted(10, 20));
    bench.works("fit family.fa -q");
    let run = bench.run("contacts family.h5 --min-separation 1 --top all -o c.tsv");
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    let table = bench.read("c.tsv");
    for line in table.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let separation = cells[3].parse::<u64>().unwrap() - cells[1].parse::<u64>().unwrap();
        assert_eq!(cells[9].is_empty(), separation < 6, "{line}");
    }
    bench.fails("contacts family.h5 -o c.tsv", 1, &["c.tsv exists already"]);
    assert_eq!(
        bench
            .run("contacts family.h5 -o c.json.gz --format json --min-separation 1")
            .code,
        0
    );
    let packed = std::fs::read(bench.path("c.json.gz")).unwrap();
    let value: serde_json::Value =
        serde_json::from_reader(flate2::read::GzDecoder::new(&packed[..])).unwrap();
    let sites = bench.model("family.h5").sites();
    assert_eq!(value.as_array().unwrap().len(), 2 * sites);
}

#[test]
fn a_gap_of_the_target_is_named() {
    let bench = Bench::new();
    bench.write("gap.fa", FAMILY.replacen("ACDEFGHI", "ACDE-GHI", 1));
    let fit = bench.run("fit gap.fa -q --no-focus --target TARGET");
    assert_eq!(fit.code, 0, "{}", fit.stderr);
    let table = bench.run("score-mutants gap.h5 F5Y").stdout;
    assert!(
        table.contains("position_not_modelled\tthe target has a gap at 5"),
        "{table}"
    );
}
