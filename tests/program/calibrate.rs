//! Scores fitted to measured values.

use super::support::{Bench, data, edit};

/// The demonstration's assay, of which every tenth row is left.
fn with_assay() -> Bench {
    let bench = Bench::planted();
    let all = std::fs::read_to_string(data("planted_mutants.csv")).unwrap();
    let lines = all.lines().enumerate();
    let some = lines.filter(|(k, _)| k % 10 == 0).map(|(_, line)| line);
    bench.write("dms.csv", some.collect::<Vec<_>>().join("\n") + "\n");
    bench.write("all.csv", all);
    bench
}

#[test]
fn predictions_follow_the_values_that_were_left_out() {
    let bench = with_assay();
    let run = bench.works("calibrate m.h5 --assay dms.csv -o cal.h5");
    for words in [
        "294 mutants",
        "each value left out",
        "each value's positions left out",
        "strengths",
    ] {
        assert!(run.stderr.contains(words), "{words}: {}", run.stderr);
    }
    let scored = bench.works("score-mutants m.h5 --file all.csv --calibration cal.h5 --format tsv");
    let (value, measured) = (scored.numbers("calibrated"), scored.numbers("score"));
    let (low, high) = (
        scored.numbers("calibrated_low"),
        scored.numbers("calibrated_high"),
    );
    let left_out: Vec<usize> = (0..value.len()).filter(|k| (k + 1) % 10 != 0).collect();
    let within = left_out
        .iter()
        .filter(|&&k| (low[k]..=high[k]).contains(&measured[k]));
    let covered = within.count() as f64 / left_out.len() as f64;
    assert!((0.75..=0.85).contains(&covered), "{covered}");
    let error = |predict: &dyn Fn(usize) -> f64| -> f64 {
        left_out
            .iter()
            .map(|&k| (predict(k) - measured[k]).powi(2))
            .sum()
    };
    let mean = measured.iter().sum::<f64>() / measured.len() as f64;
    assert!(error(&|k| value[k]) < 0.6 * error(&|_| mean));
    assert!((0..value.len()).all(|k| low[k] <= value[k] && value[k] <= high[k]));
    let wild = bench.works("score-mutants m.h5 wt A24V A24V:R57I --calibration cal.h5");
    assert_eq!(wild.numbers("calibrated").len(), 3);
    let json = bench.works("score-mutants m.h5 A24V --calibration cal.h5 --format json");
    let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    let of_table = wild.numbers("calibrated")[1];
    assert!((json[0]["calibrated"].as_f64().unwrap() - of_table).abs() < 1e-9);
    let plain = bench.works("score-mutants m.h5 A24V");
    assert!(!plain.stdout.contains("calibrated"));
}

#[test]
fn the_same_assay_gives_the_same_bytes() {
    let bench = with_assay();
    bench.works("calibrate m.h5 --assay dms.csv -o cal.h5 --threads 1");
    let first = std::fs::read(bench.path("cal.h5")).unwrap();
    bench.works("calibrate m.h5 --assay dms.csv -o two.h5 --threads 3");
    let scored = |cal: &str, threads: usize| {
        let command =
            format!("score-mutants m.h5 --all-single --calibration {cal} --threads {threads}");
        bench.works(&command).stdout
    };
    assert_eq!(scored("cal.h5", 1), scored("two.h5", 2));
    // The command line stands in the file, and is the same.
    std::fs::remove_file(bench.path("cal.h5")).unwrap();
    bench.works("calibrate m.h5 --assay dms.csv -o cal.h5 --threads 1");
    assert!(std::fs::read(bench.path("cal.h5")).unwrap() == first);
    let doubles = bench.works("score-mutants m.h5 A24V:R57I --calibration cal.h5");
    assert_eq!(doubles.numbers("calibrated").len(), 1);
}

#[test]
fn another_model_is_refused() {
    let bench = with_assay();
    bench.works("calibrate m.h5 --assay dms.csv -o cal.h5 -q");
    bench.works("convert m.h5 other.h5 --offset 1");
    let words = ["another model", "SHA-256", "potts calibrate other.h5"];
    bench.fails(
        "score-mutants other.h5 A25V --calibration cal.h5",
        3,
        &words,
    );
    bench.fails(
        "score-mutants m.h5 A24V --calibration m.h5",
        3,
        &["m.h5", "a model"],
    );
    bench.fails(
        "score-mutants m.h5 A24V --calibration dms.csv",
        3,
        &["dms.csv"],
    );
    bench.fails("score-mutants cal.h5 A24V", 3, &["cal.h5"]);
    bench.fails(
        "score-mutants m.h5 --all-single --format matrix --calibration cal.h5",
        2,
        &["matrix"],
    );
    bench.fails("calibrate m.h5 --assay dms.csv -o cal.h5", 1, &["cal.h5"]);
    bench.fails(
        "calibrate m.h5 --assay dms.csv -o m.h5 --force",
        2,
        &["m.h5"],
    );
}

#[test]
fn a_damaged_calibration_is_told() {
    let bench = with_assay();
    bench.works("calibrate m.h5 --assay dms.csv -o cal.h5 -q");
    let whole = std::fs::read(bench.path("cal.h5")).unwrap();
    for place in (0..whole.len()).step_by(whole.len() / 60) {
        let mut bytes = whole.clone();
        bytes[place] ^= 0x10;
        bench.write("bad.h5", &bytes);
        let run = bench.run("score-mutants m.h5 A24V --calibration bad.h5");
        assert!(matches!(run.code, 0 | 3), "{place}: {}", run.stderr);
        if run.code == 3 {
            assert!(run.stderr.contains("bad.h5"), "{}", run.stderr);
        }
    }
    bench.write("bad.h5", &whole[..whole.len() / 2]);
    bench.fails(
        "score-mutants m.h5 A24V --calibration bad.h5",
        3,
        &["bad.h5"],
    );
    bench.write("bad.h5", &whole);
    edit(&bench.path("bad.h5"), |file| {
        file.attr("wild_type")
            .unwrap()
            .write_scalar(&0.5f64)
            .unwrap();
    });
    bench.fails(
        "score-mutants m.h5 A24V --calibration bad.h5",
        3,
        &["bad.h5", "checksum"],
    );
}

#[test]
fn assays_that_tell_too_little_are_refused() {
    let bench = with_assay();
    let lines: Vec<String> = bench.read("dms.csv").lines().map(str::to_owned).collect();
    bench.write("few.csv", lines[..9].join("\n") + "\n");
    let words = ["few.csv", "8 different mutants", "12 at least"];
    bench.fails("calibrate m.h5 --assay few.csv -o c.h5", 3, &words);
    bench.write("words.csv", "mutant,score\nA24V,good\nA24L,bad\n");
    bench.fails(
        "calibrate m.h5 --assay words.csv -o c.h5",
        3,
        &["words.csv"],
    );
    bench.write(
        "unnamed.csv",
        lines.join("\n").replacen("score", "height", 1) + "\n",
    );
    bench.fails(
        "calibrate m.h5 --assay unnamed.csv -o c.h5",
        2,
        &["--against"],
    );
    bench.works("calibrate m.h5 --assay unnamed.csv --against height -o c.h5");
    bench.fails(
        "calibrate m.h5 --assay dms.csv --against none -o d.h5",
        3,
        &["none"],
    );
    bench.fails(
        "calibrate m.h5 --assay absent.csv -o d.h5",
        1,
        &["absent.csv"],
    );
}

#[test]
fn further_columns_must_be_there() {
    let bench = with_assay();
    let table = bench.read("dms.csv");
    let mut lines = table.lines();
    let mut with_esm = format!("{},esm\n", lines.next().unwrap());
    for (k, line) in lines.enumerate() {
        let score: f64 = line.split(',').nth(1).unwrap().parse().unwrap();
        let esm = match k {
            4 => String::new(),
            _ => format!("{}", score + (k % 7) as f64 / 7.0),
        };
        with_esm += &format!("{line},{esm}\n");
    }
    bench.write("esm.csv", &with_esm);
    bench.fails(
        "calibrate m.h5 --assay dms.csv --with esm -o c.h5",
        3,
        &["esm"],
    );
    let run = bench.works("calibrate m.h5 --assay esm.csv --with esm -o c.h5");
    assert!(
        run.stderr
            .contains("1 without a number in a further column"),
        "{}",
        run.stderr
    );
    bench.fails(
        "score-mutants m.h5 --file dms.csv --calibration c.h5",
        3,
        &["esm"],
    );
    bench.fails(
        "score-mutants m.h5 A24V --calibration c.h5",
        2,
        &["esm", "--file"],
    );
    let scored = bench.works("score-mutants m.h5 --file esm.csv --calibration c.h5 --format tsv");
    let cells = scored.column("calibrated");
    let empty: Vec<usize> = (0..cells.len()).filter(|&k| cells[k].is_empty()).collect();
    assert_eq!(empty, [4]);
    bench.fails(
        "calibrate m.h5 --assay esm.csv --with esm --suggest 3 -o d.h5",
        2,
        &["--suggest"],
    );
}

#[test]
fn what_to_measure_next_is_a_table() {
    let bench = with_assay();
    let run = bench.works("calibrate m.h5 --assay dms.csv -o cal.h5 --suggest 24");
    let mutants = run.column("mutant");
    assert_eq!(mutants.len(), 24);
    let assay = bench.read("dms.csv");
    for mutant in &mutants {
        assert!(!assay.contains(&format!("\n{mutant},")), "{mutant}");
        let position = &mutant[1..mutant.len() - 1];
        let there = mutants
            .iter()
            .filter(|other| &other[1..other.len() - 1] == position);
        assert!(there.count() <= 3, "{position}");
    }
    let gains = run.numbers("expected_improvement");
    assert!(gains.iter().all(|gain| *gain >= 0.0));
    let json = bench.works("calibrate m.h5 --assay dms.csv -o two.h5 --suggest 2 --json");
    let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(json["suggestions"][0]["mutant"], mutants[0]);
    assert_eq!(json["used"], 294);
    assert!(json["random"]["coverage"].as_f64().unwrap() > 0.7);
    assert!(json["by_position"]["calibrated"].as_f64().is_some());
}

/// An assay whose values are those of the demonstration, changed.
fn with_values(bench: &Bench, name: &str, change: impl Fn(f64) -> f64) {
    let text = bench.read("dms.csv");
    let mut lines = text.lines();
    let mut table = lines.next().unwrap().to_owned() + "\n";
    let place = table.trim().split(',').position(|c| c == "score").unwrap();
    for line in lines {
        let mut cells: Vec<String> = line.split(',').map(str::to_owned).collect();
        let value: f64 = cells[place].parse().unwrap();
        cells[place] = format!("{:e}", change(value));
        table += &(cells.join(",") + "\n");
    }
    bench.write(name, table);
}

#[test]
fn values_keep_their_digits_in_any_unit_and_none_overflows() {
    let bench = with_assay();
    with_values(&bench, "small.csv", |value| 1e-9 * value);
    bench.works("calibrate m.h5 --assay dms.csv -o cal.h5");
    bench.works("calibrate m.h5 --assay small.csv -o small.h5");
    let of = |calibration: &str| {
        let asked = format!("score-mutants m.h5 A24V Q68P L25D --calibration {calibration}");
        bench.works(&asked).numbers("calibrated")
    };
    for (one, other) in of("cal.h5").iter().zip(of("small.h5")) {
        assert!(
            (one - 1e9 * other).abs() < 1e-5 * one.abs(),
            "{one} {other}"
        );
    }
    // The search for designs has no unit of its own either.
    let designs = |calibration: &str, count: usize| {
        let options =
            format!("-n {count} --max-mutations 4 --distance 2 --calibration {calibration}");
        let run = bench.works(&format!("design m.h5 {options}"));
        assert!(run.stderr.contains("each proved"), "{}", run.stderr);
        run.column("mutant").join(" ")
    };
    assert_eq!(designs("cal.h5", 6), designs("small.h5", 6));
    for (name, factor) in [("large.csv", 1e200), ("tiny.csv", 1e-300)] {
        with_values(&bench, name, |value| factor * value);
        let asked = format!("calibrate m.h5 --assay {name} -o none.h5");
        bench.fails(&asked, 3, &[name, "another unit"]);
    }
    assert!(!bench.path("none.h5").exists());
}

#[test]
fn what_is_good_does_not_hang_on_the_sign_of_a_slope() {
    let bench = with_assay();
    // Values of no relation to effects: then high ones are good.
    let state = std::cell::Cell::new(7u64);
    let random = |_: f64| {
        let next = state
            .get()
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        state.set(next);
        (next >> 40) as f64 / (1u64 << 24) as f64
    };
    for k in 0..6 {
        let name = format!("r{k}.csv");
        with_values(&bench, &name, random);
        let run = bench.works(&format!("calibrate m.h5 --assay {name} -o r{k}.h5"));
        let low_is_good = run.stderr.contains("the lower the value");
        let best = bench.works(&format!(
            "design m.h5 -n 5 --max-mutations 1 --calibration r{k}.h5"
        ));
        let values = best.numbers("calibrated");
        let falls = values.windows(2).all(|pair| pair[0] >= pair[1] - 1e-6);
        let rises = values.windows(2).all(|pair| pair[0] <= pair[1] + 1e-6);
        assert!(if low_is_good { rises } else { falls }, "{k}: {values:?}");
    }
}

#[test]
fn further_columns_that_leave_nothing_are_named() {
    let bench = with_assay();
    for (with, words) in [
        ("mutant", "no number in mutant"),
        ("score", "the measured column itself"),
        ("x,x", "twice"),
    ] {
        let asked = format!("calibrate m.h5 --assay dms.csv --with {with} -o none.h5");
        let code = if with == "mutant" { 3 } else { 2 };
        bench.fails(&asked, code, &[words]);
    }
    let all = "calibrate m.h5 --assay dms.csv -o s.h5";
    bench.fails(&format!("{all} --keep 30"), 2, &["--suggest"]);
    bench.fails(&format!("{all} --suggest 0"), 2, &["--suggest"]);
    let run = bench.works(&format!("{all} --suggest 12 --mutate 40-50 --only-seen 0"));
    let mutants = run.column("mutant");
    assert_eq!(mutants.len(), 12);
    for (mutant, sequence) in mutants.iter().zip(run.column("sequence")) {
        let position: usize = mutant[1..mutant.len() - 1].parse().unwrap();
        assert!((40..=50).contains(&position), "{mutant}");
        assert_eq!(
            sequence.as_bytes()[position - 24],
            mutant.as_bytes()[mutant.len() - 1]
        );
    }
}

#[test]
fn an_assay_says_how_well_predictions_follow_it() {
    let bench = with_assay();
    bench.works("calibrate m.h5 --assay dms.csv -o cal.h5");
    let asked = "score-mutants m.h5 --file all.csv --against score";
    let run = bench.works(&format!("{asked} --calibration cal.h5 -o s.csv"));
    assert!(run.stderr.contains(", calibrated 0."), "{}", run.stderr);
    let json = bench.json(&format!("{asked} --calibration cal.h5"));
    let of = |name: &str| json["against"][name].as_f64().unwrap();
    assert!(of("calibrated") > of("effect_score"));
    assert!(bench.json(asked)["against"]["calibrated"].is_null());
}

#[test]
fn what_is_read_is_not_written_over() {
    let bench = with_assay();
    bench.works("calibrate m.h5 --assay dms.csv -o cal.h5");
    bench.write("bg.fa", ">b\nA24V\n");
    bench.write("numbers.tsv", "1\t24\n");
    for arguments in [
        "score-mutants m.h5 A24V --calibration cal.h5 -o cal.h5",
        "score-mutants m.h5 --file all.csv --numbering numbers.tsv -o numbers.tsv",
        "score-mutants m.h5 A24V --background bg.fa -o bg.fa",
        "epistasis m.h5 A24V:R57I --background bg.fa -o bg.fa",
        "design m.h5 --background bg.fa -o bg.fa",
        "design m.h5 --exclude all.csv -o all.csv",
        "calibrate m.h5 --assay dms.csv --numbering numbers.tsv -o numbers.tsv",
    ] {
        bench.fails(&format!("{arguments} --force"), 2, &["written over"]);
    }
}

#[test]
fn a_matrix_may_be_of_any_score() {
    let bench = with_assay();
    bench.works("calibrate m.h5 --assay dms.csv -o cal.h5");
    let all = bench.works("score-mutants m.h5 --all-single --calibration cal.h5");
    let names = all.column("mutant");
    for (score, column, options) in [
        ("potts", "potts_score", ""),
        ("independent", "independent_score", ""),
        ("effect", "effect_score", ""),
        ("calibrated", "calibrated", "--calibration cal.h5"),
    ] {
        let asked = "score-mutants m.h5 --all-single --format matrix --score";
        let matrix = bench.works(&format!("{asked} {score} {options}"));
        let mut lines = matrix
            .stdout
            .lines()
            .map(|l| l.split('\t').collect::<Vec<_>>());
        let header = lines.next().unwrap();
        let mut cells = Vec::new();
        for line in lines {
            for (letter, cell) in header[2..].iter().zip(&line[2..]) {
                if *letter != line[1] {
                    cells.push((
                        format!("{}{}{letter}", line[1], line[0]),
                        (*cell).to_owned(),
                    ));
                }
            }
        }
        let values = all.column(column);
        let rows = names
            .iter()
            .zip(values)
            .map(|(m, v)| ((*m).to_owned(), v.to_owned()));
        assert_eq!(cells, rows.collect::<Vec<_>>(), "{score}");
    }
    let single = "score-mutants m.h5 --all-single";
    for (options, word) in [
        ("--score effect", "--format matrix"),
        ("--format matrix --score calibrated", "--calibration"),
        ("--format matrix --calibration cal.h5", "--score calibrated"),
        ("--positions 30,31", "potts epistasis"),
    ] {
        bench.fails(&format!("{single} {options}"), 2, &[word]);
    }
}

#[test]
fn a_calibration_tells_what_it_is() {
    let bench = with_assay();
    bench.works("calibrate m.h5 --assay dms.csv -o cal.h5");
    let text = bench.works("info cal.h5").stdout;
    for words in [
        "Calibration",
        "76 sites",
        "dms.csv, column score",
        "high values are",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let json = bench.json("info cal.h5");
    assert_eq!(
        (&json["sites"], &json["low_is_good"]),
        (&76.into(), &false.into())
    );
    bench.fails("info cal.h5 --map", 2, &["--map"]);
}
