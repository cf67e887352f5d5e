//! The program as its users meet it: what it prints where, its exit codes, and every error.

mod common;

use common::bench::{Bench, FAMILY};
use common::data;
use flate2::Compression;
use flate2::write::GzEncoder;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use std::fs;
use std::io::Write;
use std::path::Path;

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

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
    let header = "rank\ti\tA_i\tj\tA_j\tfn\tcn\tscore\tz\tprobability";
    assert_eq!(contacts.stdout.lines().next(), Some(header));
    assert_eq!(contacts.stdout.lines().count(), 1 + 28);
    let mutants = bench.run("score-mutants family.h5 A10T A10T:F14Y A10A");
    assert_eq!(mutants.stdout.lines().count(), 4);
    assert!(mutants.stdout.lines().nth(3).unwrap().contains("wild_type"));
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
fn gzip_standard_input_and_names() {
    let bench = Bench::new();
    bench.write("packed.a2m.gz", gzip(FAMILY));
    assert_eq!(bench.run("fit packed.a2m.gz -q").code, 0);
    assert!(bench.path("packed.h5").exists());
    let run = bench.run_with_input("fit - -o piped.h5 -q", FAMILY);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(bench.path("piped.h5").exists());
    bench.fails("fit -", 2, &["-o MODEL.h5"]);
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
    let fit = bench.run(&format!("fit {planted} -o planted.h5 -q --json --timings"));
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
fn alignments_that_are_none() {
    let bench = Bench::new();
    bench.fails("fit missing.fa", 1, &["missing.fa", "No such file"]);
    for (name, contents, words) in [
        ("empty.fa", "", vec!["empty.fa", "empty"]),
        (
            "text.fa",
            "once upon a time\n",
            vec!["text.fa, line 1", "not an alignment", "once upon"],
        ),
        ("one.fa", ">a\nACD\n", vec!["only one sequence", "'a'"]),
        (
            "ragged.fa",
            ">a\nACD\n>b\nAC\n",
            vec!["line 3, record 'b'", "2 columns", "has 3"],
        ),
        (
            "hole.fa",
            ">a\nACD\n>b\n>c\nACD\n",
            vec!["line 3, record 'b'", "empty"],
        ),
        (
            "unknown.fa",
            ">a\nAXD\n>b\nAXD\n",
            vec!["all 2 sequences were dropped", "'X'", "--unknown gap"],
        ),
        (
            "gaps.fa",
            ">a\n---\n>b\nACD\n",
            vec!["record 'a'", "no upper-case residue", "--no-focus"],
        ),
        (
            "lower.fa",
            ">a\nacd\n>b\nACD\n",
            vec!["no upper-case residue"],
        ),
        (
            "stockholm.sto",
            "# STOCKHOLM 1.0\n//\n",
            vec!["no sequence"],
        ),
        (
            "clustal.aln",
            "CLUSTAL W\n\na ACD\nb AC\n",
            vec!["line 4, record 'b'", "2 columns", "has 3"],
        ),
        (
            "phylip.phy",
            "2 3\na ACD\nb ACE\n",
            vec!["line 1", "PHYLIP"],
        ),
        (
            "page.fa",
            "<!DOCTYPE html>\n<title>404</title>\n",
            vec!["web page"],
        ),
        ("wide.fa", "\u{feff}>\0a\0", vec!["wide.fa, line 1"]),
    ] {
        bench.write(name, contents);
        let mut words = words;
        words.push("\n  ");
        bench.fails(&format!("fit {name}"), 3, &words);
        bench.fails(&format!("contacts {name}"), 3, &words);
    }
    bench.fails(
        "fit family.fa --focus TARGIT",
        3,
        &[
            "no sequence is called 'TARGIT'",
            "'TARGET/10-17 the target'",
        ],
    );
    bench.fails("fit .", 1, &["cannot read"]);
}

#[test]
fn truncated_gzip() {
    let bench = Bench::new();
    let bytes = gzip(&FAMILY.repeat(50));
    bench.write("cut.fa.gz", &bytes[..bytes.len() / 2]);
    bench.fails(
        "fit cut.fa.gz",
        3,
        &["cut.fa.gz", "gzip data are broken or end too early"],
    );
}

#[test]
fn impossible_options() {
    let bench = Bench::new();
    for (options, word) in [
        ("--lambda-h -1", "penalty"),
        ("--lambda-h NaN", "penalty"),
        ("--lambda-j -0.5", "penalty"),
        ("--lambda-j NaN", "penalty"),
        ("--lambda-j inf", "penalty"),
        ("--identity 1.5", "share"),
        ("--min-sequence-coverage 2", "share"),
        ("--tolerance 0", "tolerance"),
        ("--max-iterations 0", "max-iterations"),
        ("--threads 0", "threads"),
        ("--method magic", "mean-field"),
        ("--focus a --no-focus", "cannot be used with"),
        ("--method mean-field --gaps state", "gap"),
        ("--mehtod plm", "--method"),
        ("--bogus", "unexpected argument"),
        ("--offset -100", "positions start at 1"),
        ("--max-memory lots", "amount of memory"),
    ] {
        bench.fails(&format!("fit family.fa {options}"), 2, &[word]);
    }
    bench.fails("fit", 2, &["ALIGNMENT"]);
    bench.fails("contact family.h5", 2, &["contacts"]);
    bench.fails(
        "fit family.fa --max-memory 1k",
        1,
        &["1.0 kB are available"],
    );
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
fn models_that_are_none() {
    let bench = Bench::with_model();
    let model = fs::read(bench.path("family.h5")).unwrap();
    bench.write("cut.h5", &model[..model.len() / 2]);
    bench.write("head.h5", &model[..8]);
    bench.write("empty.h5", "");
    {
        let foreign = hdf5::File::create(bench.path("foreign.h5")).unwrap();
        foreign.new_dataset::<f32>().shape(3).create("x").unwrap();
        fs::copy(bench.path("family.h5"), bench.path("newer.h5")).unwrap();
        let newer = hdf5::File::open_rw(bench.path("newer.h5")).unwrap();
        newer
            .attr("schema_version")
            .unwrap()
            .write_scalar(&99u64)
            .unwrap();
    }
    for command in ["contacts", "score-mutants", "info"] {
        let mutant = if command == "score-mutants" {
            "A10T"
        } else {
            ""
        };
        let fails = |file: &str, code, words: &[&str]| {
            bench.fails(&format!("{command} {file} {mutant}"), code, words)
        };
        fails("missing.h5", 1, &["missing.h5", "No such file"]);
        fails("cut.h5", 3, &["cut.h5"]);
        fails("head.h5", 3, &["head.h5"]);
        fails("empty.h5", 3, &["empty.h5"]);
        fails("foreign.h5", 3, &["foreign.h5"]);
        fails("newer.h5", 3, &["newer.h5", "99", "newer"]);
        if command != "contacts" {
            fails("family.fa", 3, &["family.fa"]);
        }
    }
}

#[test]
fn mutant_tables_that_are_none() {
    let bench = Bench::with_model();
    bench.write("no_column.csv", "name,score\nx,1\ny,2\n");
    bench.fails(
        "score-mutants family.h5 --file no_column.csv",
        3,
        &["no_column.csv", "name", "score", "--column"],
    );
    bench.write("nonsense.csv", "mutant,score\n???,1\n!!,2\n");
    let run = bench.run("score-mutants family.h5 --file nonsense.csv");
    assert_eq!(run.code, 3, "{}", run.stderr);
    bench.write("empty.csv", "");
    bench.fails(
        "score-mutants family.h5 --file empty.csv",
        3,
        &["empty.csv"],
    );
    bench.fails(
        "score-mutants family.h5 --file missing.csv",
        1,
        &["missing.csv", "No such file"],
    );
    bench.fails("score-mutants family.h5", 2, &["--all-single"]);
    bench.fails(
        "score-mutants family.h5 A10T --all-single",
        2,
        &["cannot be used with"],
    );
    bench.write("good.csv", "mutant,score\nA10T,1\n");
    bench.fails(
        "score-mutants family.h5 --file good.csv --against fitness",
        3,
        &["fitness", "score"],
    );
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
                        || *cell == "scored"
                        || *cell == "unparsable"
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
        "wild_type",
    ];
    assert_eq!(statuses, expected, "{}", run.stdout);
    assert!(run.stderr.contains("Spearman"), "{}", run.stderr);
}

/// A limit on the size of files stands for a full disk: every write beyond it fails.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_nothing_half_written() {
    let bench = Bench::with_model();
    let before = bench.files();
    for arguments in [
        "fit family.fa -o big.h5 -q",
        "score-mutants family.h5 --all-double -o big.tsv -q",
    ] {
        let script = format!("trap '' XFSZ; ulimit -f 8; exec potts {arguments}");
        let output = bench.script(&script);
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{stderr}");
        assert!(
            stderr.contains("cannot write") && stderr.contains("File too large"),
            "{stderr}"
        );
        assert_eq!(bench.files(), before);
    }
}

#[test]
fn folders_that_cannot_be_written_to() {
    let bench = Bench::with_model();
    bench.fails(
        "fit family.fa -o nowhere/model.h5",
        1,
        &["nowhere/model.h5", "No such file"],
    );
    bench.fails(
        "fit family.fa -o family.fa/model.h5",
        1,
        &["family.fa/model.h5"],
    );
    bench.fails(
        "score-mutants family.h5 --all-single -o nowhere/table.tsv",
        1,
        &["nowhere"],
    );
    assert!(Path::new("/proc/version").exists() || cfg!(not(target_os = "linux")));
    #[cfg(target_os = "linux")]
    bench.fails("fit family.fa -o /proc/model.h5", 1, &["/proc/model.h5"]);
}

#[cfg(unix)]
#[test]
fn a_reader_that_stops_early_is_no_error() {
    let bench = Bench::with_model();
    for arguments in [
        "score-mutants family.h5 --all-double",
        "contacts family.h5 --top all --min-separation 1",
        "info family.h5 --map",
    ] {
        let script = format!("potts {arguments} -q | head -n 1; exit ${{PIPESTATUS[0]}}");
        let output = bench.script(&script);
        assert_eq!(
            output.status.code(),
            Some(0),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert_eq!(output.stderr, b"");
    }
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
fn what_looks_wrong_is_said() {
    let bench = Bench::new();
    bench.write("range.fa", FAMILY.replace("10-17", "10-30"));
    bench.write("target_x.fa", FAMILY.replacen("ACDEFGHI", "ACXEFGHI", 1));
    bench.write("dna.fa", ">a\nACGTACGT\n>b\nACGTACGA\n>c\nACCTACGA\n");
    for (arguments, words) in [
        (
            "fit range.fa",
            &["10-30, 21 residues", "has 8", "--offset"][..],
        ),
        (
            "fit target_x.fa",
            &[
                "dropped 1 with unknown letters (X 1)",
                "the target itself was dropped",
            ],
        ),
        (
            "fit target_x.fa --unknown gap",
            &["letters counted as gaps: X 1"],
        ),
        ("fit dna.fa", &["DNA, L = 8 sites, q = 4 states"]),
        ("fit dna.fa --alphabet protein", &["protein, L = 8"]),
        ("fit family.fa --lambda-j 0.01", &["0.01x is that multiple"]),
        (
            "contacts family.fa --min-separation 50",
            &["50 or more apart (at most 7)"],
        ),
    ] {
        let run = bench.run(&format!(
            "{arguments}{}",
            if arguments.starts_with("fit") {
                " --force"
            } else {
                ""
            }
        ));
        assert_eq!(run.code, 0, "{}", run.stderr);
        for word in words {
            assert!(
                run.stderr.contains(word),
                "potts {arguments} does not say '{word}':\n{}",
                run.stderr
            );
        }
    }
    for arguments in ["family.fa", "range.fa --offset 9"] {
        let run = bench.run(&format!("fit {arguments} --force"));
        assert!(!run.stderr.contains("warning"), "{}", run.stderr);
    }
}

/// The numbering is in the first word of a name; what follows is a description.
#[test]
fn a_slash_in_a_description_numbers_nothing() {
    let bench = Bench::new();
    for description in ["domain 1/2-9", "[subseq from] Serine/threonine kinase"] {
        let name = format!("TARGET/10-17 {description}");
        bench.write("a.fa", FAMILY.replace("TARGET/10-17 the target", &name));
        let run = bench.run("fit a.fa --force --write-alignment a.a2m");
        assert!(run.stderr.contains("positions 10 to 17"), "{}", run.stderr);
        let run = bench.run("fit a.a2m --force --offset 4 --write-alignment b.a2m");
        assert!(run.stderr.contains("positions 5 to 12"), "{}", run.stderr);
        let again = fs::read_to_string(bench.path("b.a2m")).unwrap();
        assert!(again.starts_with(">TARGET/5-12\n"), "{again}");
        for focus in ["TARGET", "TARGET/10-17"] {
            let run = bench.run(&format!("fit a.fa --force --focus {focus}"));
            assert_eq!(run.code, 0, "{}", run.stderr);
        }
    }
    bench.fails(
        "fit a.fa --force --no-focus --target OTHER",
        3,
        &["no sequence is called 'OTHER'", "up to its first blank"],
    );
}

/// Neither an input nor another output is lost, by whatever path it is named.
#[test]
fn no_command_writes_over_its_own_files() {
    let bench = Bench::with_model();
    bench.write("table.csv", "mutant\nA10G\n");
    bench.write("weights.tsv", bench.run("weights family.fa -q").stdout);
    for arguments in [
        "fit family.fa -o family.fa",
        "fit family.fa -o weights.tsv --weights weights.tsv",
        "fit family.fa -o one --write-alignment one",
        "fit family.fa -o one --write-alignment ./one",
        "fit family.fa -o one --write-alignment ./family.fa",
        "contacts family.h5 -o ./family.h5",
        "weights family.fa -o family.fa",
        "score-mutants family.h5 A10G -o family.h5",
        "score-mutants family.h5 --file table.csv -o table.csv",
        "convert family.h5 family.h5",
        "convert family.h5 family.fa --to npz --alignment family.fa",
    ] {
        for force in ["", " --force"] {
            let words = ["would be written over", "choose another name"];
            bench.fails(&format!("{arguments}{force}"), 2, &words);
        }
    }
    // A fit that fails leaves no alignment in the way of the next.
    let fit = "fit family.fa -o m.h5 --write-alignment m.a2m";
    bench.fails(&format!("{fit} --max-memory 10"), 1, &["memory"]);
    assert_eq!(bench.run(fit).code, 0);
    bench.fails(fit, 1, &["m.h5 exists already", "choose another name"]);
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

#[test]
fn options_without_effect_are_refused() {
    let bench = Bench::with_model();
    bench.fails(
        "fit family.fa --force --method mean-field --lambda-j 1",
        2,
        &["--lambda-j has no effect"],
    );
    bench.fails(
        "fit family.fa --force --pseudocount 0.3",
        2,
        &["--pseudocount has no effect"],
    );
    bench.fails("contacts family.h5 --score fn --apc 1", 2, &["--apc"]);
    bench.fails("contacts family.h5 --score mi", 1, &["mean-field"]);
    bench.fails("score-mutants A10T", 2, &["no model file 'A10T'"]);
}

#[test]
fn contacts_go_to_a_file_and_near_pairs_have_no_probability() {
    let bench = Bench::with_model();
    let run = bench.run("contacts family.h5 --min-separation 1 --top all -o c.tsv");
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    let table = fs::read_to_string(bench.path("c.tsv")).unwrap();
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
    let packed = fs::read(bench.path("c.json.gz")).unwrap();
    let value: serde_json::Value =
        serde_json::from_reader(flate2::read::GzDecoder::new(&packed[..])).unwrap();
    assert_eq!(value.as_array().unwrap().len(), 16);
}

/// The same family in every format gives the same contacts.
#[test]
fn every_format_gives_the_same_model() {
    let bench = Bench::new();
    let records: Vec<(String, String)> = FAMILY
        .split('>')
        .skip(1)
        .map(|record| record.split_once('\n').unwrap())
        .map(|(name, row)| (name.to_owned(), row.trim().to_owned()))
        .collect();
    let joined = |line: &dyn Fn(&str, &str) -> String| -> String {
        records.iter().map(|(name, row)| line(name, row)).collect()
    };
    let short = |name: &str| name.split(' ').next().unwrap().to_owned();
    let insert = |row: &str| row.replacen("CD", "CggD", 1);
    bench.write(
        "a.a3m",
        joined(&|name, row| {
            format!(
                ">{name}\n{}\n",
                if name.len() > 3 {
                    row.into()
                } else {
                    insert(row)
                }
            )
        }),
    );
    let blocks = |from: usize, to: usize| {
        joined(&|name, row| format!("{:20} {}\n", short(name), &row[from..to]))
    };
    bench.write(
        "a.sto",
        format!("# STOCKHOLM 1.0\n\n{}\n{}//\n", blocks(0, 5), blocks(5, 8)),
    );
    bench.write("a.aln", joined(&|_, row| format!("{row}\n")));
    bench.write(
        "a.clustal",
        format!("CLUSTAL\n\n{}\n{}", blocks(0, 5), blocks(5, 8)),
    );
    let contacts = |arguments: &str| {
        let run = bench.run(&format!(
            "contacts {arguments} --min-separation 1 --top all"
        ));
        assert_eq!(run.code, 0, "{}", run.stderr);
        run.stdout
    };
    let expected = contacts("family.fa");
    assert_eq!(contacts("a.a3m"), expected);
    assert_eq!(contacts("a.sto"), expected);
    assert_eq!(contacts("a.clustal"), expected);
    assert_eq!(contacts("a.clustal --input-format clustal"), expected);
    assert_eq!(contacts("a.a3m --input-format a3m"), expected);
    // Without names there is no numbering: the first row is the target, counted from 1.
    let columns = |table: &str| -> Vec<String> {
        table
            .lines()
            .map(|line| line.split('\t').skip(5).collect::<Vec<_>>().join(" "))
            .collect()
    };
    assert_eq!(columns(&contacts("a.aln")), columns(&expected));
}

#[test]
fn the_format_may_be_named() {
    let bench = Bench::new();
    let with_insertion = FAMILY.replace("CD", "CgD").replace("CN", "C.N");
    bench.write("family.a3m", with_insertion.as_bytes());
    let fit = |arguments: &str| {
        let run = bench.run(&format!("fit {arguments} -o m.h5 --force"));
        assert_eq!(run.code, 0, "{}", run.stderr);
        run.stderr
    };
    assert!(fit("family.a3m").contains("(A2M, 6 sequences x 9 columns)"));
    assert!(fit("family.a3m --input-format a3m").contains("(A3M, 6 sequences x 8 columns)"));
    assert!(fit("family.fa --input-format fasta").contains("(FASTA, 6"));
    bench.write("bare.txt", "AC-D\nACED\nACEE\n");
    for name in ["one-a-line", "aln"] {
        assert!(fit(&format!("bare.txt --input-format {name}")).contains("one sequence a line"));
    }
    bench.fails(
        "fit family.fa --input-format stockholm",
        3,
        &[
            "read as Stockholm, but it begins like FASTA",
            "--input-format",
        ],
    );
    bench.write("ragged.a3m", ">a\nACD\n>b\nAggCD\n");
    bench.fails(
        "contacts ragged.a3m --input-format a2m",
        3,
        &["line 3, record 'b'", "--input-format a3m"],
    );
    bench.fails("fit family.fa --input-format phylip", 2, &["clustal"]);
    assert_eq!(bench.run("fit family.fa -q").code, 0);
    bench.fails(
        "contacts family.h5 --input-format fasta",
        2,
        &["family.h5 is a model"],
    );
}

#[test]
fn match_columns_of_a_reference_line() {
    let bench = Bench::new();
    let rows = [
        "ACDe-FGHI",
        "ACDEyFGHK",
        "AC-DyFGHK",
        "TCDD.YGHI",
        "TCDE.YGHI",
    ];
    let names = ["T/10-17", "b", "c", "d", "e"];
    let lines: String = names
        .iter()
        .zip(rows)
        .map(|(n, r)| format!("{n:8} {r}\n"))
        .collect();
    bench.write(
        "marked.sto",
        format!("# STOCKHOLM 1.0\n{lines}#=GC RF  xxxx.xxx.\n//\n"),
    );
    bench.write("plain.sto", format!("# STOCKHOLM 1.0\n{lines}//\n"));
    bench.write(
        "short.sto",
        format!("# STOCKHOLM 1.0\n{lines}#=GC RF xx\n//\n"),
    );
    let says = |arguments: &str, words: &str| {
        let run = bench.run(&format!("fit marked.sto -o m.h5 --force {arguments}"));
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(run.stderr.contains(words), "{arguments}:\n{}", run.stderr);
    };
    says("", "positions 10 to 17, 7 of its 8 residues modelled\n");
    says(
        "--columns reference",
        "7 of its 8 residues modelled (match columns of #=GC RF)",
    );
    let map = bench.run("info m.h5 --map").stdout;
    assert_eq!(map.lines().nth(4), Some("4\t13\tE\t1"));
    assert_eq!(map.lines().last(), Some("9\t17\tI\t0"));
    says(
        "--columns reference --no-focus",
        "every match column of #=GC RF is modelled, numbered 1 to 7",
    );
    says(
        "--no-focus",
        "2 columns are insertions by the reference line",
    );
    says("--columns reference --no-focus --target b", "mutants of b");
    says(
        "--columns reference --no-focus --max-column-gap 0.1",
        "6 of 7 match columns of #=GC RF are modelled, numbered 1 to 7",
    );
    says(
        "--no-focus --target b --max-column-gap 0.5",
        "8 of 9 columns are modelled, numbered 1 to 9; mutants of b",
    );
    let run = bench.run("fit marked.sto -o m.h5 --force -q --json --columns reference");
    let summary: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        (&summary["columns"], &summary["sites"]),
        (&"reference".into(), &7.into())
    );
    for file in ["plain.sto", "family.fa"] {
        bench.fails(
            &format!("fit {file} -o x.h5 --columns reference"),
            3,
            &[file, "no reference line (#=GC RF)", "--columns reference"],
        );
    }
    bench.fails("fit short.sto", 3, &["line 7", "has 2 columns", "have 9"]);
}

#[test]
fn zstd_and_odd_names() {
    let bench = Bench::new();
    let packed = compress_to_vec(FAMILY.as_bytes(), CompressionLevel::Fastest);
    bench.write("packed.fa.zst", &packed);
    assert_eq!(bench.run("fit packed.fa.zst -q").code, 0);
    assert!(bench.path("packed.h5").exists());
    let list = "A10C\nC11D\n";
    bench.write("list", list);
    let packed_list = compress_to_vec(list.as_bytes(), CompressionLevel::Fastest);
    bench.write("list.zst", packed_list);
    let scores = |file: &str| bench.run(&format!("score-mutants packed.h5 --file {file}"));
    assert_eq!(scores("list.zst").code, 0);
    assert_eq!(scores("list.zst").stdout, scores("list").stdout);
    bench.write("cut.zst", &packed[..packed.len() - 9]);
    bench.fails(
        "fit cut.zst",
        3,
        &["zstd data are broken or end too early", "zstd -t"],
    );
    bench.write("more.gz", [gzip(FAMILY), b"more".to_vec()].concat());
    bench.fails("fit more.gz", 3, &["more.gz", "4 bytes of something else"]);
    let mut odd = FAMILY.as_bytes().to_vec();
    odd.splice(1..7, b"caf\xe9\0\x1b[31m".iter().copied());
    bench.write("odd.fa", odd);
    let run = bench.run("fit odd.fa");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.stderr.contains(r"caf\xe9\x00\x1b[31m/10-17 the target"),
        "{}",
        run.stderr
    );
    bench.write(
        "long.fa",
        FAMILY.replacen("TARGET", &"n".repeat(100_000), 1),
    );
    let run = bench.run("fit long.fa");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.len() < 5000, "{}", run.stderr.len());
    for model in ["odd.h5", "long.h5"] {
        assert_eq!(bench.run(&format!("info {model}")).code, 0);
    }
}
