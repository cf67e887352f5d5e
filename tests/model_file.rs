//! The model file through the public API: what goes in comes out, and nothing that is not a model does.

use ndarray::{Array2, array};
use potts::Error;
use potts::alignment::{Column, ColumnMap, Frequencies, IdentityRule, SequenceWeights};
use potts::alphabet::{Alphabet, GapTreatment};
use potts::fit::Method;
use potts::fit::options::Penalties;
use potts::io::files::check_target;
use potts::io::models::hdf5::{read, write};
use potts::model::gauge::Gauge;
use potts::model::{Couplings, PottsModel};
use potts::model::{
    FamilyData, FitRecord, Iteration, Model, Optimizer, PairInformation, Provenance, StopReason,
};
use potts::position::{Chain, Position};
use std::path::{Path, PathBuf};

fn couplings(sites: usize, states: usize) -> Couplings {
    let numbers = sites * (sites - 1) / 2 * states * states;
    let values = (0..numbers).map(|k| (k as f32 * 0.37).sin()).collect();
    Couplings::from_packed(sites, states, values)
}

fn column(alignment_column: u64, position: u64, letter: u8, modelled: bool) -> Column {
    Column {
        alignment_column,
        chain: None,
        position: Position::new(position).unwrap(),
        letter,
        modelled,
    }
}

fn history() -> Vec<Iteration> {
    (0..4)
        .map(|k| Iteration {
            iteration: k,
            evaluations: k + 2,
            objective: 100.0 / (k + 1) as f64,
            gradient_norm: 0.5f64.powi(k as i32),
            seconds: k as f64 * 0.25,
        })
        .collect()
}

/// Three sites of the residues A, C, D; the second residue of the target is not modelled.
fn potts_model() -> Model {
    let fields = array![[0.5, -0.5, 0.0], [0.25, 1.0, -1.25], [0.1, 0.2, -0.3]];
    Model {
        independent_fields: Some(fields.mapv(|h: f32| 2.0 * h)),
        model: PottsModel::new(fields, Some(couplings(3, 3))).unwrap(),
        alphabet: Alphabet::new("ACD").unwrap(),
        gaps: GapTreatment::Missing,
        gauge: Gauge::Fitted,
        columns: ColumnMap::new(vec![
            column(1, 40, b'A', true),
            column(3, 41, b'C', false),
            column(4, 42, b'D', true),
            column(9, 44, b'A', true),
        ])
        .unwrap(),
        target: Some("SPIKE_β/40-44 the target".into()),
        family: Some(FamilyData {
            weights: SequenceWeights::new(vec![1.0, 0.5, 0.5]).unwrap(),
            kept: vec![true, false, true, true],
            frequencies: Frequencies::new(
                2.0,
                array![
                    [0.5, 0.25, 0.25, 0.0],
                    [0.0, 1.0, 0.0, 0.0],
                    [0.25, 0.25, 0.25, 0.25]
                ],
            )
            .unwrap(),
            pair_frequencies: None,
        }),
        information: None,
        report: Some(FitRecord {
            method: Method::Plm,
            optimizer: Some(Optimizer::Lbfgs),
            penalties: Some(Penalties {
                lambda_h: 1.0,
                lambda_j: 0.06,
            }),
            lambda_group: None,
            pseudocount: None,
            tolerance: Some(1e-5),
            iteration_limit: None,
            objective: Some(25.0),
            evaluations: 5,
            iterations: 3,
            stop_reason: StopReason::ObjectiveTolerance,
            history: history(),
        }),
        provenance: Provenance {
            created_by: "potts 0.1.0".into(),
            command_line: "potts fit 'my family.a3m'".into(),
            input: "my family.a3m".into(),
            input_sha256: "ab".repeat(32),
            preset: "balanced".into(),
            identity: Some(0.8),
            identity_rule: Some(IdentityRule::Above),
            weights_file: None,
            weights_sha256: None,
            wall_seconds: 1.5,
        },
    }
}

fn family(fitted: &mut Model) -> &mut FamilyData {
    fitted.family.as_mut().unwrap()
}

/// Gaps as a state, no target, no penalties, pair information: what the other does not have.
fn mean_field_model() -> Model {
    let mut fitted = potts_model();
    let fields = Array2::from_shape_fn((3, 4), |(i, a)| i as f32 - a as f32);
    fitted.independent_fields = Some(fields.clone());
    fitted.model = PottsModel::new(fields, Some(couplings(3, 4))).unwrap();
    fitted.gaps = GapTreatment::State;
    fitted.gauge = Gauge::GapReference;
    fitted.columns = ColumnMap::unnumbered(3);
    fitted.target = None;
    fitted.information = Some(PairInformation {
        mutual: vec![0.1, 0.2, 0.3],
        direct: vec![0.01, 0.02, 0.03],
    });
    fitted.record = Some(FitRecord {
        method: Method::MeanField,
        pseudocount: Some(0.5),
        ..FitRecord::closed_form(&Default::default())
    });
    fitted.provenance.identity = None;
    fitted.provenance.identity_rule = None;
    fitted.provenance.weights_file = Some("my weights.tsv".into());
    fitted.provenance.weights_sha256 = Some("cd".repeat(32));
    fitted
}

/// One site, so no pair; stopped early.
fn independent_model() -> Model {
    let mut fitted = potts_model();
    let fields = array![[0.5, -0.5, 0.0]];
    fitted.independent_fields = Some(fields.clone());
    fitted.model = PottsModel::new(fields, None).unwrap();
    fitted.columns = ColumnMap::new(vec![column(7, 7, b'D', true)]).unwrap();
    family(&mut fitted).frequencies =
        Frequencies::new(2.0, array![[0.5, 0.25, 0.25, 0.0]]).unwrap();
    let report = fitted.record.as_mut().unwrap();
    report.method = Method::Independent;
    report.stop_reason = StopReason::MaxIterations;
    report.history.clear();
    fitted.provenance.input.clear();
    fitted
}

/// A Potts model of one site has couplings, none of them.
fn lonely_model() -> Model {
    let mut fitted = independent_model();
    let fields = fitted.independent_fields.clone().unwrap();
    fitted.model = PottsModel::new(fields, Some(couplings(1, 3))).unwrap();
    fitted
}

/// Sixty sites: 113 kB of couplings, and fields that lie column by column.
fn large_model() -> Model {
    let sites = 60;
    let mut fitted = potts_model();
    let fields = Array2::from_shape_fn((4, sites), |(a, i)| a as f32 / (i + 1) as f32);
    fitted.gaps = GapTreatment::State;
    fitted.independent_fields = Some(Array2::zeros((sites, 4)));
    fitted.model = PottsModel::new(fields.reversed_axes(), Some(couplings(sites, 4))).unwrap();
    fitted.columns = ColumnMap::unnumbered(sites);
    family(&mut fitted).frequencies =
        Frequencies::new(2.0, Array2::from_elem((sites, 4), 0.25)).unwrap();
    fitted
}

/// From another program's file, which tells only the parameters.
fn imported_model() -> Model {
    Model {
        independent_fields: None,
        family: None,
        report: None,
        columns: ColumnMap::unnumbered(3),
        target: None,
        ..potts_model()
    }
}

/// Of another program whose file tells a little about the fit.
fn imported_fit() -> Model {
    let mut fitted = potts_model();
    fitted.record = Some(FitRecord {
        lambda_group: Some(0.5),
        iteration_limit: Some(100),
        ..FitRecord::not_recorded(Method::Plm)
    });
    fitted
}

/// The same columns as residues of two chains, the second numbered anew.
fn model_of_two_chains() -> Model {
    let mut fitted = potts_model();
    let chain = |k: usize, letter, column: &Column| Column {
        chain: Chain::new(letter),
        position: Position::new([5, 6, 1, 3][k]).unwrap(),
        ..*column
    };
    let columns = fitted.columns.columns().iter().zip(b"HHAA").enumerate();
    let columns = columns.map(|(k, (column, &letter))| chain(k, letter, column));
    fitted.columns = ColumnMap::new(columns.collect()).unwrap();
    fitted
}

fn model_with_pair_frequencies() -> Model {
    let mut fitted = potts_model();
    family(&mut fitted).pair_frequencies = Some(couplings(3, 3));
    fitted
}

fn assert_same(a: &Model, b: &Model) {
    assert_eq!(a.model, b.model);
    assert_eq!(a.independent_fields, b.independent_fields);
    assert_eq!(a.alphabet, b.alphabet);
    assert_eq!(a.gaps, b.gaps);
    assert_eq!(a.gauge, b.gauge);
    assert_eq!(a.columns, b.columns);
    assert_eq!(a.target, b.target);
    assert_eq!(a.family, b.family);
    assert_eq!(a.information, b.information);
    assert_eq!(a.provenance, b.provenance);
    assert_eq!(a.record, b.record);
}

/// A folder with a written model in it.
fn written(fitted: &Model) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.h5");
    write(fitted, &path, false).unwrap();
    (folder, path)
}

fn refusal(path: &Path) -> String {
    match read(path).unwrap_err() {
        error @ Error::Input { .. } => error.to_string(),
        other => panic!("not about the contents: {other}"),
    }
}

/// Changes a file with the library itself, as a user's script would.
fn edit(path: &Path, change: impl FnOnce(&hdf5::File)) {
    // Without a lock: a test that starts a process at this moment hands it every open file, and the lock with it.
    let mut options = hdf5::File::with_options();
    options.access_plist().file_locking(false);
    let file = options.open_rw(path).unwrap();
    change(&file);
    file.close().unwrap();
}

fn set<T: hdf5::H5Type>(file: &hdf5::File, attribute: &str, value: T) {
    if file.attr(attribute).is_ok() {
        file.delete_attr(attribute).unwrap();
    }
    let attribute = file.new_attr::<T>().create(attribute).unwrap();
    attribute.write_scalar(&value).unwrap();
}

fn set_text(file: &hdf5::File, attribute: &str, value: &str) {
    let value: hdf5::types::VarLenUnicode = value.parse().unwrap();
    set(file, attribute, value);
}

#[test]
fn what_is_written_is_read() {
    let models = [
        potts_model(),
        mean_field_model(),
        independent_model(),
        lonely_model(),
        large_model(),
        imported_model(),
        imported_fit(),
        model_with_pair_frequencies(),
        model_of_two_chains(),
    ];
    for fitted in models {
        let (_folder, path) = written(&fitted);
        assert_same(&read(&path).unwrap(), &fitted);
    }
}

#[test]
fn the_same_model_gives_the_same_bytes() {
    let (_first_folder, first) = written(&potts_model());
    // Were there time stamps, of seconds, they would differ now.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let (_second_folder, second) = written(&potts_model());
    assert!(std::fs::read(first).unwrap() == std::fs::read(second).unwrap());
}

#[test]
fn datasets_describe_themselves_and_lie_contiguous() {
    let (_folder, path) = written(&mean_field_model());
    let file = hdf5::File::open(path).unwrap();
    let mut datasets = 0;
    for group in file.groups().unwrap() {
        let below = group.groups().unwrap();
        for dataset in below
            .iter()
            .chain([&group])
            .flat_map(|g| g.datasets().unwrap())
        {
            assert!(dataset.attr("description").is_ok(), "{}", dataset.name());
            assert_eq!(dataset.layout(), hdf5::dataset::Layout::Contiguous);
            datasets += 1;
        }
    }
    assert_eq!(datasets, 17);
}

#[test]
fn couplings_are_aligned_for_mapping() {
    let (_folder, path) = written(&large_model());
    let file = hdf5::File::open(path).unwrap();
    let couplings = file.dataset("model/couplings").unwrap();
    assert_eq!(couplings.offset().unwrap() % 64, 0);
}

#[test]
fn what_could_not_be_read_is_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.h5");
    let mut fitted = potts_model();
    family(&mut fitted).kept.push(true);
    let refused = write(&fitted, &path, false);
    assert!(matches!(refused, Err(Error::Model(_))));
    fitted = potts_model();
    fitted.gaps = GapTreatment::State;
    let refused = write(&fitted, &path, false);
    assert!(matches!(refused, Err(Error::Model(_))));
    assert!(!path.exists());
}

#[test]
fn a_file_is_not_overwritten_without_force() {
    let (folder, path) = written(&potts_model());
    let before = std::fs::read(&path).unwrap();
    assert!(matches!(check_target(&path, false), Err(Error::Exists(_))));
    let refused = write(&mean_field_model(), &path, false);
    assert!(matches!(refused, Err(Error::Exists(_))));
    assert_eq!(std::fs::read(&path).unwrap(), before);
    check_target(&path, true).unwrap();
    write(&mean_field_model(), &path, true).unwrap();
    assert_same(&read(&path).unwrap(), &mean_field_model());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn what_cannot_be_written_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("nowhere").join("model.h5");
    for path in [&missing, folder.path(), Path::new("/dev/null")] {
        assert!(matches!(check_target(path, true), Err(Error::Io { .. })));
        let refused = write(&potts_model(), path, true);
        assert!(matches!(refused, Err(Error::Io { .. })));
    }
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link_and_the_file_is_readable_by_others() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, path) = written(&potts_model());
    let link = folder.path().join("link.h5");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    write(&mean_field_model(), &link, true).unwrap();
    assert!(link.symlink_metadata().unwrap().is_symlink());
    assert_same(&read(&path).unwrap(), &mean_field_model());
    let plain = folder.path().join("plain");
    std::fs::write(&plain, "x").unwrap();
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode();
    assert_eq!(mode(&path), mode(&plain));
}

/// Set in the process that [`a_full_disk_leaves_nothing_behind`] starts: where to write.
#[cfg(target_os = "linux")]
const TARGET: &str = "POTTS_TEST_TARGET";

/// Runs this test again in a process that may not write files beyond `blocks` of 1024 bytes.
#[cfg(target_os = "linux")]
fn write_within(blocks: usize, path: &Path) -> std::process::Output {
    let limited = "trap '' XFSZ; ulimit -f \"$1\"; shift; exec \"$@\"";
    std::process::Command::new("bash")
        .args(["-c", limited, "bash"])
        .arg(blocks.to_string())
        .arg(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "a_full_disk_leaves_nothing_behind",
            "--nocapture",
        ])
        .env(TARGET, path)
        .output()
        .unwrap()
}

/// The other side of [`write_within`]. Writes again after a failure, as a batch would.
#[cfg(target_os = "linux")]
fn write_in_vain(path: &Path) {
    let fitted = large_model();
    for _ in 0..3 {
        match write(&fitted, path, true).unwrap_err() {
            Error::Io { source, .. } => println!("refused: {source}"),
            other => panic!("{other}"),
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_leaves_nothing_behind() {
    if let Some(path) = std::env::var_os(TARGET) {
        return write_in_vain(Path::new(&path));
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.h5");
    // From "not even a superblock" to "all but the end": the file has 113 kB of couplings.
    for blocks in [0, 1, 2, 4, 8, 16, 32, 64, 100, 112] {
        let output = write_within(blocks, &path);
        let out = String::from_utf8_lossy(&output.stdout);
        let err = String::from_utf8_lossy(&output.stderr);
        let end = output.status;
        assert!(end.success(), "{blocks}: {end:?}\n{out}\n{err}");
        let refusals = out.matches("refused: File too large").count();
        assert_eq!(refusals, 3, "{blocks}: {out}");
        assert_eq!(err, "", "{blocks}");
        let left = std::fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(left, 0, "{blocks}");
    }
}

#[test]
fn what_is_no_model_is_named_as_such() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    assert!(matches!(read(&path), Err(Error::Io { action: "read", .. })));
    for contents in ["", "\u{89}HD", ">sequence\nACDEF\n"] {
        std::fs::write(&path, contents).unwrap();
        assert!(refusal(&path).contains("not an HDF5 file"));
    }
    assert!(refusal(folder.path()).contains("not a regular file"));
    let foreign = folder.path().join("foreign.h5");
    hdf5::File::create(&foreign).unwrap().close().unwrap();
    assert!(refusal(&foreign).contains("not a model of this program"));
    edit(&foreign, |file| set_text(file, "format", "keras"));
    assert!(refusal(&foreign).contains("not a model of this program"));
}

#[test]
fn a_newer_schema_asks_for_an_update() {
    let (_folder, path) = written(&potts_model());
    edit(&path, |file| set(file, "schema_minor", 7u64));
    assert!(read(&path).is_ok());
    edit(&path, |file| set(file, "schema_version", 2u64));
    let message = refusal(&path);
    assert!(message.contains("written by a newer potts (schema 2), this one reads 1"));
    assert!(message.contains("update potts"));
}

#[test]
fn a_truncated_file_is_damaged_wherever_it_ends() {
    let (_folder, path) = written(&potts_model());
    let whole = std::fs::read(&path).unwrap();
    for length in (8..whole.len()).step_by(97).chain([whole.len() - 1]) {
        std::fs::write(&path, &whole[..length]).unwrap();
        assert!(refusal(&path).contains("damaged or incomplete"), "{length}");
    }
}

#[test]
fn contradictions_are_found() {
    type Change = fn(&hdf5::File);
    let changes: [(&str, Change); 15] = [
        ("not [4, 3]", |f| set(f, "sites", 4u64)),
        ("not [18446744073709551615, 3]", |f| {
            set(f, "sites", u64::MAX)
        }),
        ("0 sites", |f| set(f, "sites", 0u64)),
        ("3 sites of 4 states", |f| set(f, "states", 4u64)),
        ("alphabet", |f| set_text(f, "alphabet", "AAD")),
        ("gaps as 'state'", |f| set_text(f, "gaps", "state")),
        ("is no gauge", |f| set_text(f, "gauge", "lattice")),
        ("kind of model", |f| set_text(f, "model_kind", "rbm")),
        ("is no identity_rule", |f| set_text(f, "identity_rule", "<")),
        ("weights", |f| set(f, "sequences", 2u64)),
        ("Neff is 3", |f| set(f, "neff", 3.0f64)),
        ("'neff' is NaN", |f| set(f, "neff", f64::NAN)),
        ("'neff' is missing", |f| f.delete_attr("neff").unwrap()),
        ("fields", |f| f.unlink("model/fields").unwrap()),
        ("columns/position", |f| f.unlink("columns").unwrap()),
    ];
    let mut wrong = Vec::new();
    for (word, change) in changes {
        let (_folder, path) = written(&potts_model());
        edit(&path, change);
        let message = refusal(&path);
        if !message.contains(word) {
            wrong.push(format!("{word}: {message}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Files from before there was a choice.
#[test]
fn a_file_without_a_rule_for_identity_means_at_least() {
    let (_folder, path) = written(&potts_model());
    edit(&path, |file| file.delete_attr("identity_rule").unwrap());
    let provenance = read(&path).unwrap().provenance;
    assert_eq!(provenance.identity, Some(0.8));
    assert_eq!(provenance.identity_rule, Some(IdentityRule::AtLeast));
}

#[test]
fn numbers_must_be_finite_and_flags_flags() {
    let (_folder, path) = written(&potts_model());
    edit(&path, |file| {
        let couplings = file.dataset("model/couplings").unwrap();
        let place = ndarray::s![1, 1, 0..1];
        couplings.write_slice(&array![f32::NAN], place).unwrap();
    });
    assert!(refusal(&path).contains("not a finite number"));
    let (_folder, path) = written(&potts_model());
    edit(&path, |file| {
        let kept = file.dataset("alignment/kept").unwrap();
        kept.write(&[1u8, 0, 2, 1]).unwrap();
    });
    assert!(refusal(&path).contains("flags"));
}

/// Compressed by another program: read as well, but not if the storage cannot hold what the shape claims.
#[test]
fn an_array_must_be_in_the_file() {
    let (_folder, path) = written(&potts_model());
    let values = read(&path).unwrap().model.fields().clone();
    edit(&path, |file| {
        file.unlink("model/fields").unwrap();
        let builder = file.new_dataset_builder().deflate(9);
        let builder = builder.with_data(&values);
        builder.create("model/fields").unwrap();
    });
    assert_eq!(read(&path).unwrap().model.fields(), &values);
    edit(&path, |file| {
        file.unlink("model/fields").unwrap();
        let builder = file.new_dataset::<f32>().shape((3, 3));
        builder.create("model/fields").unwrap();
    });
    assert!(refusal(&path).contains("claims an array of shape [3, 3]"));
}

#[test]
fn a_huge_claim_is_refused_before_memory_is_taken() {
    let sites = 4_000_000_000;
    let (_folder, path) = written(&potts_model());
    edit(&path, |file| {
        set(file, "sites", sites as u64);
        for name in ["model/fields", "model/independent_fields"] {
            file.unlink(name).unwrap();
            let builder = file.new_dataset::<f32>().shape((sites, 3));
            builder.create(name).unwrap();
        }
    });
    assert!(refusal(&path).contains("claims an array"));
}

/// A bit of every third byte of a file (all of them have been tried): an error or a model, never a crash.
#[test]
fn flipped_bits_never_crash() {
    let (_folder, path) = written(&mean_field_model());
    let whole = std::fs::read(&path).unwrap();
    let mut read_well = 0;
    for byte in (0..whole.len()).step_by(3) {
        let mut damaged = whole.clone();
        damaged[byte] ^= 1 << (byte % 8);
        std::fs::write(&path, &damaged).unwrap();
        match read(&path) {
            Ok(_) => read_well += 1,
            Err(Error::Input { .. }) => {}
            Err(other) => panic!("byte {byte}: {other}"),
        }
    }
    assert!(read_well < whole.len());
}

fn info(path: &Path, map: bool, json: bool) -> String {
    let args = potts::cli::info::InfoArgs {
        model: path.to_path_buf(),
        map,
        json,
    };
    let mut printed = Vec::new();
    potts::cli::info::run(&args, &mut printed).unwrap();
    String::from_utf8(printed).unwrap()
}

#[test]
fn info_tells_a_person() {
    let (_folder, path) = written(&potts_model());
    let printed = info(&path, false, false);
    for line in [
        "Target and numbering",
        "  target:             SPIKE_β/40-44 the target",
        "  positions:          40 to 44",
        "  couplings:          27 numbers, 108 bytes in memory",
        "  sequences read:     4",
        "  Neff/L:             0.67: little data; expect few reliable contacts",
        "  converged:          yes: the objective fell by less than the tolerance over five iterations",
    ] {
        assert!(printed.lines().any(|l| l == line), "{line}\n{printed}");
    }
    let (_folder, path) = written(&independent_model());
    assert!(info(&path, false, false).contains("converged:          NO: the largest number"));
}

#[test]
fn info_prints_the_column_map() {
    let (_folder, path) = written(&potts_model());
    let expected = "alignment_column\tposition\tletter\tmodelled\n1\t40\tA\t1\n3\t41\tC\t0\n4\t42\tD\t1\n9\t44\tA\t1\n";
    assert_eq!(info(&path, true, false), expected);
}

#[test]
fn info_tells_the_chains_where_there_are_some() {
    let (_folder, path) = written(&model_of_two_chains());
    let printed = info(&path, false, false);
    assert!(
        printed.contains("\n  chains:             H 5 to 6, A 1 to 3\n"),
        "{printed}"
    );
    let map = "alignment_column\tchain\tposition\tletter\tmodelled\n1\tH\t5\tA\t1\n3\tH\t6\tC\t0\n4\tA\t1\tD\t1\n9\tA\t3\tA\t1\n";
    assert_eq!(info(&path, true, false), map);
    let object: serde_json::Value = serde_json::from_str(&info(&path, true, true)).unwrap();
    assert_eq!(object["chains"][1]["chain"], "A");
    assert_eq!(object["chains"][1]["last_position"], 3);
    assert_eq!(object["chains"][1]["sites"], 2);
    assert_eq!(object["columns"][0]["chain"], "H");
    assert!(object["first_position"].is_null());
}

#[test]
fn chains_in_pieces_are_damage() {
    let letters = |text: &str| -> Vec<hdf5::types::FixedAscii<1>> {
        let letters = text
            .bytes()
            .map(|b| hdf5::types::FixedAscii::from_ascii(&[b]).unwrap());
        letters.collect()
    };
    let (_folder, path) = written(&model_of_two_chains());
    let put = |text: &str| {
        edit(&path, |file| {
            file.dataset("columns/chain")
                .unwrap()
                .write(&letters(text))
                .unwrap();
        });
        read(&path).map_err(|error| error.to_string())
    };
    assert!(put("LLAA").is_ok());
    for (text, word) in [
        ("HAHA", "stand together"),
        ("HH--", "of a chain or none"),
        ("HAAA", "must rise"),
        ("hhaa", "among the letters"),
    ] {
        let message = put(text).unwrap_err();
        assert!(
            message.contains(word) && message.contains("model.h5"),
            "{text}: {message}"
        );
    }
}

#[test]
fn info_as_json_is_one_object() {
    let (_folder, path) = written(&potts_model());
    let object: serde_json::Value = serde_json::from_str(&info(&path, false, true)).unwrap();
    assert_eq!(object["sites"], 3);
    assert_eq!(object["fit"]["penalties"]["lambda_j"], 0.06);
    assert_eq!(object["fit"]["converged"], true);
    assert!(object.get("columns").is_none());
    let object: serde_json::Value = serde_json::from_str(&info(&path, true, true)).unwrap();
    assert_eq!(object["columns"][1]["letter"], "C");
    assert_eq!(object["columns"][1]["modelled"], false);
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    struct Gone;
    impl std::io::Write for Gone {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let (_folder, path) = written(&potts_model());
    for (map, json) in [(false, false), (true, false), (false, true)] {
        let model = path.clone();
        let args = potts::cli::info::InfoArgs { model, map, json };
        potts::cli::info::run(&args, &mut Gone).unwrap();
    }
}
