//! Batches: many inputs, of which some are bad, in one folder, by one or several jobs that may be killed.

mod interrupted;
mod lists;
mod refused_tables;

use crate::support::{Bench, FAMILY, Run, data, part_of_planted};
use std::collections::HashMap;
use std::fs;

/// The lines of the manifest, as cells by the names of their columns.
fn manifest(bench: &Bench, folder: &str) -> Vec<HashMap<String, String>> {
    let text = fs::read_to_string(bench.path(folder).join("manifest.tsv")).unwrap();
    table(&text)
}

fn table(text: &str) -> Vec<HashMap<String, String>> {
    let mut lines = text.lines().map(|line| line.split('\t'));
    let columns: Vec<&str> = lines.next().unwrap().collect();
    lines
        .map(|cells| {
            let cells: Vec<&str> = cells.collect();
            assert_eq!(cells.len(), columns.len(), "{cells:?}");
            let pairs = columns.iter().zip(cells);
            pairs
                .map(|(k, v)| ((*k).to_owned(), v.to_owned()))
                .collect()
        })
        .collect()
}

/// Names with their status, by the alphabet.
fn outcomes(rows: &[HashMap<String, String>]) -> Vec<(&str, &str)> {
    let mut pairs: Vec<(&str, &str)> = rows
        .iter()
        .map(|row| (row["name"].as_str(), row["status"].as_str()))
        .collect();
    pairs.sort_unstable();
    pairs
}

/// A bench with so many small families f0, f1, ... and their list.
fn bench_with(families: usize) -> Bench {
    let bench = Bench::new();
    let mut list = String::new();
    for k in 0..families {
        bench.write(&format!("f{k}.fa"), FAMILY);
        list += &format!("f{k}.fa\n");
    }
    bench.write("list.txt", list);
    bench
}

/// Files in the folder of a batch that are neither models nor what every batch has.
fn litter(bench: &Bench, folder: &str) -> Vec<String> {
    let entries = fs::read_dir(bench.path(folder)).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names
        .filter(|name| !name.ends_with(".h5") && name != "logs" && name != "manifest.tsv")
        .collect()
}

/// What `potts info` says of a model, but for how long it took, and by which command line and from which file it came.
fn facts(run: &Run) -> serde_json::Value {
    let mut facts = run.json();
    strip(&mut facts);
    facts
}

fn strip(value: &mut serde_json::Value) {
    if let serde_json::Value::Object(fields) = value {
        for name in ["wall_seconds", "command_line", "seconds"] {
            fields.remove(name);
        }
        fields.values_mut().for_each(strip);
    }
    if let serde_json::Value::Array(items) = value {
        items.iter_mut().for_each(strip);
    }
}

#[test]
fn bad_families_do_not_stop_the_others() {
    let bench = bench_with(2);
    bench.write("junk.fa", "junk");
    fs::copy(data("planted.a2m"), bench.path("large.a2m")).unwrap();
    bench.write("list.txt", "f0.fa\njunk.fa\nnone.fa\nlarge.a2m\nf1.fa\n");
    let run = bench.run("fit --batch list.txt --out-dir out --max-memory 47MB");
    assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{}", run.stderr);
    assert!(
        run.stderr.contains("2 done, 3 failed in") && run.stderr.contains("batch-status out"),
        "{}",
        run.stderr
    );
    let rows = manifest(&bench, "out");
    let expected = [
        ("f0", "done"),
        ("f1", "done"),
        ("junk", "failed"),
        ("large", "failed"),
        ("none", "failed"),
    ];
    assert_eq!(outcomes(&rows), expected);
    for (name, code, words) in [
        ("f0", "0", ""),
        ("junk", "3", "junk.fa, line 1: this is not an alignment"),
        ("none", "1", "cannot read none.fa; because: No such file"),
        ("large", "", "and 47 MB are available"),
    ] {
        let row = rows.iter().find(|row| row["name"] == name).unwrap();
        assert_eq!(row["exit_code"], code, "{row:?}");
        assert!(row["reason"].contains(words), "{row:?}");
        assert_eq!(row["reason"].is_empty(), words.is_empty());
        // What could not fit was not started, nor what has no input.
        let unstarted = ["large", "none"].contains(&name);
        assert_eq!(row["threads"] == "0", unstarted, "{row:?}");
        assert_eq!(row["peak_memory_bytes"].is_empty(), name != "f0");
    }
    let log = bench.read("out/logs/junk.log");
    assert!(
        log.starts_with("potts fit junk.fa --output out/junk.h5 --threads="),
        "{log}"
    );
    assert!(litter(&bench, "out").is_empty());
}

#[test]
fn a_model_is_that_of_a_bare_fit() {
    let bench = Bench::new();
    bench.write("planted.a2m", part_of_planted(5, 42));
    bench.write("list.txt", "planted.a2m\nfamily.fa\n");
    let options = "--lambda-j 0.02x --max-column-gap 0.5";
    let run = bench.run(&format!("fit --batch list.txt --out-dir out {options}"));
    assert_eq!(run.code, 0, "{}", run.stderr);
    let rows = manifest(&bench, "out");
    let peak = |row: &HashMap<String, String>| row["peak_memory_bytes"].parse::<u64>().unwrap();
    assert!(rows.iter().all(|row| peak(row) > 1_000_000));
    for (family, name) in [("planted.a2m", "planted"), ("family.fa", "family")] {
        assert_eq!(bench.run(&format!("fit {family} {options} -q")).code, 0);
        let mut both = Vec::new();
        for model in [format!("out/{name}.h5"), format!("{name}.h5")] {
            // Every coupling, as text.
            let plain = format!("{}.npz", model.replace('/', "_"));
            assert_eq!(bench.run(&format!("convert {model} {plain} -q")).code, 0);
            let info = facts(&bench.run(&format!("info {model} --json")));
            both.push((info, fs::read(bench.path(&plain)).unwrap()));
        }
        assert!(both[0].1 == both[1].1, "{name}: the parameters differ");
        assert_eq!(both[0].0, both[1].0);
    }
}

#[test]
fn options_are_passed_on_and_those_of_a_line_win() {
    let bench = Bench::new();
    bench.write(
        "list.tsv",
        "name\talignment\tmethod\tlambda-j\tno-reweighting\tfocus\tstructure\n\
         a\tfamily.fa\t\t\t\t\t1abc\n\
         b\tfamily.fa\tindependent\t\tyes\tb\t\n\
         c\tfamily.fa\t\t3\tno\t\t\n",
    );
    // A penalty on couplings has no effect on independent sites.
    bench.fails(
        "fit --batch list.tsv --out-dir out --lambda-j 2",
        3,
        &["line 3, record 'b'", "--lambda-j has no effect"],
    );
    let run = bench.run("fit --batch list.tsv --out-dir out --gaps state --method plm-asymmetric");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.stderr.contains("does not need: structure"),
        "{}",
        run.stderr
    );
    for (name, options) in [
        ("a", "--method=plm-asymmetric --gaps=state"),
        (
            "b",
            "--gaps=state --method=independent --no-reweighting --focus=b",
        ),
        ("c", "--method=plm-asymmetric --gaps=state --lambda-j=3"),
    ] {
        let log = bench.read(&format!("out/logs/{name}.log"));
        let expected = format!(
            "potts fit family.fa {options} --output out/{name}.h5 --threads=1 --max-memory="
        );
        assert!(log.starts_with(&expected), "{log}");
        let info = bench.run(&format!("info out/{name}.h5 --json")).stdout;
        let fits_sites = options.contains("independent");
        let is_of_sites = info.contains("\"method\": \"independent\"");
        assert_eq!(is_of_sites, fits_sites, "{info}");
    }
}

#[test]
fn contacts_and_scores_of_many_models() {
    let bench = Bench::with_model();
    bench.write("mutants.csv", "mutant,effect\nA10T,1\nC11D,2\n");
    bench.write(
        "list.tsv",
        "model\talignment\tname\nfamily.h5\tx\tone\nnone.h5\tx\ttwo\n",
    );
    let run =
        bench.run("contacts --batch list.tsv --out-dir contacts --top all --min-separation 1");
    assert_eq!(run.code, 1, "{}", run.stderr);
    let alone = bench.run("contacts family.h5 --top all --min-separation 1");
    let table = bench.read("contacts/one.tsv");
    assert_eq!(table, alone.stdout);
    let rows = manifest(&bench, "contacts");
    assert_eq!(outcomes(&rows), [("one", "done"), ("two", "failed")]);

    bench.write(
        "scores.tsv",
        "model\tname\tfile\tagainst\tall-single\nfamily.h5\ta\tmutants.csv\teffect\t\nfamily.h5\tb\t\t\tyes\n",
    );
    let run = bench.run("score-mutants --batch scores.tsv --out-dir scores");
    assert_eq!(run.code, 0, "{}", run.stderr);
    let alone = bench.run("score-mutants family.h5 --file mutants.csv");
    let table = bench.read("scores/a.csv");
    assert_eq!(table, alone.stdout);
    let singles = bench.read("scores/b.tsv");
    assert_eq!(
        singles,
        bench.run("score-mutants family.h5 --all-single").stdout
    );
    let run = bench.run("contacts --batch list.tsv --out-dir scores");
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert!(
        run.stderr.contains("holds results of potts score-mutants"),
        "{}",
        run.stderr
    );
}

#[test]
fn every_command_that_takes_a_model_runs_over_a_list() {
    let bench = Bench::with_model();
    bench.write("models.txt", "family.h5\n");
    for (command, output) in [
        ("positions", "family.tsv"),
        ("positions --format csv", "family.csv"),
        ("epistasis --positions 10,11 --format matrix", "family.tsv"),
        ("epistasis --partners 10 --format json", "family.json"),
        ("design --singles 2", "family.tsv"),
        (
            "design -n 2 --max-mutations 2 --format fasta",
            "family.fasta",
        ),
    ] {
        let folder = command.replace([' ', ','], "");
        bench.works(&format!("{command} --batch models.txt --out-dir {folder}"));
        let rows = manifest(&bench, &folder);
        assert_eq!(outcomes(&rows), [("family", "done")], "{command}");
        let (name, options) = command.split_once(' ').unwrap_or((command, ""));
        let alone = bench.works(&format!("{name} family.h5 {options}"));
        assert_eq!(bench.read(&format!("{folder}/{output}")), alone.stdout);
    }
    bench.fails(
        "epistasis --batch models.txt --out-dir none",
        2,
        &["nothing to look at"],
    );
    bench.fails(
        "design --score calibrated --batch models.txt --out-dir none",
        2,
        &["--calibration"],
    );
    assert!(!bench.path("none").exists());
}

#[test]
fn many_assays_are_calibrated_each_to_its_model() {
    let bench = Bench::planted();
    std::fs::copy(data("planted_mutants.csv"), bench.path("dms.csv")).unwrap();
    bench.write("list.tsv", "model\tassay\nm.h5\tdms.csv\n");
    bench.works("calibrate --batch list.tsv --out-dir cal");
    assert_eq!(outcomes(&manifest(&bench, "cal")), [("m", "done")]);
    bench.works("score-mutants m.h5 A24V --calibration cal/m.h5");
    for (arguments, words) in [
        ("calibrate m.h5 -o c.h5", "--assay <TABLE>"),
        ("calibrate m.h5 --assay dms.csv", "--output <CAL.h5>"),
        (
            "calibrate --batch list.tsv --out-dir c --suggest 3",
            "--suggest",
        ),
    ] {
        bench.fails(arguments, 2, &[words]);
    }
    bench.write("next.tsv", "model\tassay\tsuggest\nm.h5\tdms.csv\t3\n");
    bench.fails("calibrate --batch next.tsv --out-dir c", 3, &["--suggest"]);
    fs::create_dir(bench.path("c")).unwrap();
    bench.write("c/manifest.tsv", "model\nm.h5\n");
    bench.fails(
        "positions --batch c/manifest.tsv --out-dir c",
        2,
        &["written over"],
    );
    bench.write("bare.txt", "m.h5\n");
    bench.fails("calibrate --batch bare.txt --out-dir c", 2, &["--assay"]);
}

#[test]
fn the_status_tells_what_is_left() {
    let bench = bench_with(2);
    bench.write("junk.fa", "junk");
    let list = "name\talignment\n# a note\na\tf0.fa\nb\tjunk.fa\nc\tf1.fa\n";
    bench.write("list.tsv", list);
    let everything = bench.run("batch-status out list.tsv --missing");
    assert_eq!(
        (everything.code, everything.stderr.as_str()),
        (1, "0 done, 3 missing\n")
    );
    assert_eq!(everything.stdout, list.replace("# a note\n", ""));
    // Items 0 and 2 are those of the first part: b is never tried.
    assert_eq!(
        bench
            .run("fit --batch list.tsv --out-dir out --shard 2/3 -q")
            .code,
        1
    );
    assert_eq!(
        bench
            .run("fit --batch list.tsv --out-dir out --shard 1/3 -q")
            .code,
        0
    );
    let run = bench.run("batch-status out list.tsv");
    assert_eq!(
        (run.code, run.stderr.as_str()),
        (1, "1 done, 1 failed, 1 missing\n")
    );
    let standing = [("a", "done"), ("b", "failed"), ("c", "missing")];
    assert_eq!(outcomes(&table(&run.stdout)), standing);
    // Without the list, nobody knows of c.
    assert_eq!(table(&bench.run("batch-status out").stdout).len(), 2);
    let json: serde_json::Value =
        serde_json::from_str(&bench.run("batch-status out list.tsv --json").stdout).unwrap();
    assert_eq!(json["counts"]["failed"], 1);
    assert_eq!(json["items"][1]["exit_code"], 3);

    let rest = bench.run("batch-status out list.tsv --missing").stdout;
    assert_eq!(rest, "name\talignment\nb\tjunk.fa\nc\tf1.fa\n");
    bench.write("rest.tsv", rest);
    bench.write("junk.fa", FAMILY);
    assert_eq!(bench.run("fit --batch rest.tsv --out-dir out").code, 0);
    let run = bench.run("batch-status out list.tsv --missing");
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    // What has been removed is to be done again.
    fs::remove_file(bench.path("out/c.h5")).unwrap();
    let run = bench.run("batch-status out");
    assert_eq!((run.code, run.stderr.as_str()), (1, "2 done, 1 missing\n"));
    bench.fails("batch-status nowhere", 1, &["nowhere"]);
}

#[test]
fn a_torn_line_of_the_manifest_is_left_out() {
    let bench = bench_with(2);
    assert_eq!(
        bench
            .run("fit --batch list.txt --out-dir out --shard 1/2 -q")
            .code,
        0
    );
    let path = bench.path("out/manifest.tsv");
    let whole = fs::read_to_string(&path).unwrap();
    fs::write(&path, format!("{whole}f9\tdone\t0\t1.")).unwrap();
    assert_eq!(
        bench
            .run("fit --batch list.txt --out-dir out --shard 2/2 -q")
            .code,
        0
    );
    let rows = table(&bench.run("batch-status out list.txt").stdout);
    assert_eq!(outcomes(&rows), [("f0", "done"), ("f1", "done")]);
}

#[test]
fn a_manifest_that_cannot_be_written_stops_nothing() {
    let bench = bench_with(2);
    fs::create_dir_all(bench.path("out/manifest.tsv")).unwrap();
    let run = bench.run("fit --batch list.txt --out-dir out");
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert_eq!(
        run.stderr
            .matches("warning: cannot write out/manifest.tsv")
            .count(),
        1
    );
    assert!(run.stderr.contains("2 done in"), "{}", run.stderr);
    assert!(bench.path("out/f0.h5").exists() && bench.path("out/f1.h5").exists());
}

#[test]
fn inputs_that_are_not_there_start_nothing() {
    let bench = Bench::new();
    let missing: String = (0..500).map(|k| format!("none/f{k}.fa\n")).collect();
    bench.write("list", missing + "family.fa\n");
    let begun = std::time::Instant::now();
    let run = bench.run("fit --batch list --out-dir d");
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stderr.contains("1 done, 500 failed"), "{}", run.stderr);
    // A process for each took ten seconds.
    assert!(begun.elapsed() < std::time::Duration::from_secs(5));
    let status = bench.run("batch-status d");
    let reasons = status.column("reason");
    assert!(
        reasons
            .iter()
            .any(|reason| reason.contains("cannot read none/f7.fa; because: No such file"))
    );
    assert!(bench.read("d/logs/f7.log").contains("potts fit none/f7.fa"));
    let again = bench.run("fit --batch list --out-dir d");
    assert!(
        again.stderr.contains(
            "d/family.h5 exists already; --skip-existing leaves alone what is done, --force"
        ),
        "{}",
        again.stderr
    );
    bench.write("list", "family.fa\n");
    bench.works("fit --batch list --out-dir d --force");
    bench.works("fit --batch list --out-dir d --skip-existing");
}

#[cfg(target_os = "linux")]
#[test]
fn a_batch_needs_no_folder_for_temporary_files() {
    let bench = Bench::new();
    bench.write("list", "family.fa\n");
    // A folder that is not there has no more room than a full one.
    let output =
        bench.script("TMPDIR=$PWD/none potts fit --batch list --out-dir d --no-reweighting");
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(bench.run("batch-status d").column("status"), ["done"]);
    let peak = bench.run("batch-status d").column("peak_memory_bytes")[0].to_owned();
    assert!(peak.parse::<u64>().unwrap() > 1_000_000, "{peak}");
}
