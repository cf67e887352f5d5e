//! Time to read an alignment of 100 000 x 300, beside that of noodles-fasta alone: `cargo bench --features internals --bench reading`.

use criterion::measurement::WallTime;
use criterion::{
    BatchSize, BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main,
};
use flate2::Compression;
use flate2::bufread::MultiGzDecoder;
use flate2::write::GzEncoder;
use noodles_fasta::Record;
use noodles_fasta::io::Reader;
use noodles_fasta::record::Definition;
use potts::io::alignments;
use potts::io::files::source::Source;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::time::Duration;

const ROWS: usize = 100_000;
const COLUMNS: usize = 300;

/// Relatives of one sequence, with runs of gaps, as a search returns them; `width` letters a line.
fn family(width: usize) -> Vec<u8> {
    let mut x = 88_172_645_463_325_252u64;
    let mut below = move |n: usize| {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        (x % n as u64) as usize
    };
    let letters = b"ACDEFGHIKLMNPQRSTVWY";
    let ancestor: Vec<u8> = (0..COLUMNS).map(|_| letters[below(20)]).collect();
    let mut text = Vec::with_capacity(ROWS * (COLUMNS + 32));
    for n in 0..ROWS {
        let (start, end) = (below(40), COLUMNS - below(40));
        writeln!(text, ">UniRef100_A0A{n:06X}/{}-{}", start + 1, end).unwrap();
        let row: Vec<u8> = (0..COLUMNS)
            .map(|column| match below(10) {
                _ if !(start..end).contains(&column) => b'-',
                0..5 => letters[below(20)],
                _ => ancestor[column],
            })
            .collect();
        for line in row.chunks(width) {
            text.extend_from_slice(line);
            text.push(b'\n');
        }
    }
    text
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

/// What everybody writes who reads FASTA with noodles; each record is dropped before the next.
fn records_loop(input: impl BufRead) -> usize {
    let mut reader = Reader::new(input);
    let records = reader.records().map(Result::unwrap);
    records.map(|record| record.sequence().len()).sum()
}

/// The same, with the records kept, as an alignment needs them.
fn records_kept(input: impl BufRead) -> Vec<Record> {
    let records: Result<_, _> = Reader::new(input).records().collect();
    records.unwrap()
}

/// The leanest loop that noodles offers: one buffer for all records.
fn buffers_reused(input: impl BufRead) -> usize {
    let mut reader = Reader::new(input);
    let (mut definition, mut sequence) = (Definition::default(), Vec::new());
    let mut letters = 0;
    while reader.read_definition(&mut definition).unwrap() > 0 {
        sequence.clear();
        letters += reader.read_sequence(&mut sequence).unwrap();
    }
    letters
}

/// Times a reading, without the time to free what was read.
fn time<T>(group: &mut BenchmarkGroup<WallTime>, name: &str, read: impl Fn() -> T) {
    group.bench_function(name, |bencher| {
        bencher.iter_batched(|| (), |()| read(), BatchSize::PerIteration);
    });
}

/// Times ours, and theirs on what `open` gives.
fn compare<R: BufRead>(
    criterion: &mut Criterion,
    name: &str,
    source: &Source,
    open: impl Fn() -> R,
) {
    let mut group = criterion.benchmark_group(name);
    group.throughput(Throughput::Bytes((ROWS * COLUMNS) as u64));
    time(&mut group, "potts", || alignments::read(source));
    time(&mut group, "noodles records, dropped", || {
        records_loop(open())
    });
    time(&mut group, "noodles records, kept", || records_kept(open()));
    time(&mut group, "noodles, buffers reused", || {
        buffers_reused(open())
    });
}

fn in_memory(criterion: &mut Criterion) {
    for (name, width) in [("plain", COLUMNS), ("plain, wrapped at 60", 60)] {
        let text = family(width);
        let source = Source::from_bytes("x", text.clone());
        compare(criterion, name, &source, || &text[..]);
    }
    let packed = gzip(&family(COLUMNS));
    let source = Source::from_bytes("x", packed.clone());
    compare(criterion, "gzip", &source, || {
        BufReader::with_capacity(1 << 16, MultiGzDecoder::new(&packed[..]))
    });
}

/// From the disk, or rather from the system's memory of it.
fn from_disk(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let text = family(COLUMNS);
    for (name, bytes) in [("x.fa", &text), ("x.fa.gz", &gzip(&text))] {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let mut group = criterion.benchmark_group(format!("file {name}"));
        time(&mut group, "potts", || {
            alignments::read(&Source::read(&path).unwrap())
        });
        time(&mut group, "noodles records, dropped", || {
            records_loop(open(&path))
        });
        time(&mut group, "noodles records, kept", || {
            records_kept(open(&path))
        });
    }
}

fn open(path: &Path) -> Box<dyn BufRead> {
    let file = BufReader::with_capacity(1 << 16, File::open(path).unwrap());
    match path.extension().is_some_and(|e| e == "gz") {
        true => Box::new(BufReader::with_capacity(1 << 16, MultiGzDecoder::new(file))),
        false => Box::new(file),
    }
}

criterion_group! {
    name = reading;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(3));
    targets = in_memory, from_disk
}
criterion_main!(reading);
