//! What is written is read, and lies in the file as it should.

use super::examples::*;
use super::{assert_same, written};
use crate::io::models::hdf5::{read, read_without_sequences};

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
        model_with_a_start(),
    ];
    for fitted in models {
        let (_folder, path) = written(&fitted);
        assert_same(&read(&path).unwrap(), &fitted);
    }
}

#[test]
fn the_name_of_a_target_is_one_line_whatever_a_file_says() {
    let mut fitted = potts_model();
    fitted.target = Some("NAME\nerror: all is lost\tX\r".into());
    let (folder, path) = written(&fitted);
    let numpy = folder.path().join("model.npz");
    crate::io::models::npz::write(&fitted, &numpy, false).unwrap();
    for read in [read(&path), crate::io::models::read(&numpy)] {
        let target = read.unwrap().target;
        assert_eq!(target.unwrap(), "NAME error: all is lost X ");
    }
}

#[test]
fn sequences_can_be_left_in_the_file() {
    let mut fitted = mean_field_model();
    let (_folder, path) = written(&fitted);
    assert!(family(&mut fitted).sequences.take().is_some());
    assert_same(&read_without_sequences(&path).unwrap(), &fitted);
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
    assert_eq!(datasets, 22);
}

#[test]
fn couplings_are_aligned_for_mapping() {
    let (_folder, path) = written(&large_model());
    let file = hdf5::File::open(path).unwrap();
    let couplings = file.dataset("model/couplings").unwrap();
    assert_eq!(couplings.offset().unwrap() % 64, 0);
}
