//! Attributes and arrays out of a file that may be damaged: each has the type and the shape asked for, and no array is
//! made room for unless the file really holds it.

use super::heap;
use super::layout::Layout as Known;
use crate::error::{Error, Result};
use crate::io::models::hdf5::access::path_for;
use crate::io::models::hdf5::checksums::{
    OF_ARRAY, OF_ATTRIBUTES, OF_COUPLINGS, of, of_attributes,
};
use crate::state::LittleEndian;
use hdf5::dataset::Layout;
use hdf5::datatype::ByteOrder;
use hdf5::types::{FixedAscii, TypeDescriptor, VarLenUnicode};
use hdf5::{
    Attribute, Dataset, Datatype, File, Group, H5Type, IndexType, IterationOrder, LinkType,
};
use std::collections::VecDeque;
use std::io::Read;
use std::ops::Range;
use std::path::Path;

/// The first bytes of every HDF5 file.
const SIGNATURE: [u8; 8] = *b"\x89HDF\r\n\x1a\n";

/// Deflate cannot shrink data by more than this factor.
const MOST_COMPRESSION: u64 = 1032;

/// What is wrong with the file, and what to do.
pub(super) struct Problem {
    pub(super) what: String,
    pub(super) advice: &'static str,
}

/// Result of looking for something in the file.
pub(super) type Found<T> = std::result::Result<T, Problem>;

impl Problem {
    pub(super) fn damaged(what: String) -> Self {
        Self {
            what: format!("a damaged or incomplete model: {what}"),
            advice: "copy the file again from where it was made, or fit the model again",
        }
    }

    pub(super) fn foreign(what: &str) -> Self {
        Self {
            what: what.to_string(),
            advice: "give a model file, as written by `potts fit ALIGNMENT -o MODEL`",
        }
    }

    /// What is not as it was written, by its checksum.
    pub(super) fn differs(what: &str) -> Self {
        Self::damaged(format!(
            "{what} are not those that were written, as their checksum says"
        ))
    }

    /// What went wrong where the file was read without the library.
    pub(super) fn from_reading(error: Error) -> Self {
        match error {
            Error::Input { problem, .. } => Self {
                what: problem,
                ..Self::damaged(String::new())
            },
            other => Self::damaged(other.to_string()),
        }
    }

    /// The complaint of a constructor.
    pub(super) fn from_model(error: Error) -> Self {
        Self::damaged(error.to_string())
    }
}

impl From<hdf5::Error> for Problem {
    fn from(error: hdf5::Error) -> Self {
        Self::damaged(error.to_string())
    }
}

/// Opens a file, for the library and for reading at any place; none if it is laid out in a way that the caller has told apart with
/// `is_read_here`. The outer result is the operating system's, the inner one is about the contents.
pub(super) fn open(
    path: &Path,
    is_read_here: impl FnOnce(&Known) -> bool,
) -> Result<Found<Option<(Node, std::fs::File)>>> {
    // Asked first, for opening a pipe waits until somebody writes to it.
    let metadata = std::fs::metadata(path).map_err(Error::io("read", path))?;
    if !metadata.is_file() {
        return Ok(Err(Problem::foreign("not a regular file")));
    }
    may_open(LIBRARY_FILES, path).map_err(Error::io("read", path))?;
    let mut file = std::fs::File::open(path).map_err(Error::io("read", path))?;
    let mut start = Vec::new();
    Read::by_ref(&mut file)
        .take(SIGNATURE.len() as u64)
        .read_to_end(&mut start)
        .map_err(Error::io("read", path))?;
    if start != SIGNATURE {
        return Ok(Err(Problem::foreign("not an HDF5 file, so not a model")));
    }
    let layout = Known::of(&mut file).map_err(Error::io("read", path))?;
    if layout == Known::Unsound {
        return Ok(Err(Problem::damaged(
            "parts of it lie over each other, or its text is not intact".into(),
        )));
    }
    if !is_read_here(&layout) {
        return Ok(Ok(None));
    }
    let root = root(path, &mut file, metadata.len(), &layout);
    Ok(root.map(|root| Some((root, file))))
}

/// As many files are open at a time while a model is read, the library's own too.
const LIBRARY_FILES: usize = 4;

/// Finds out whether so many files may be open: where they may not, the library takes a file for a damaged one.
fn may_open(count: usize, path: &Path) -> std::io::Result<()> {
    let files = (0..count).map(|_| std::fs::File::open(path));
    files.collect::<std::io::Result<Vec<_>>>().map(drop)
}

/// As many members of groups are looked at for places of numbers; a model has some 40. The rest of a file is taken for text.
const MOST_MEMBERS: usize = 1 << 10;

/// Without a lock: files are never changed in place, and network file systems of clusters often have no locks.
fn root(path: &Path, bytes: &mut std::fs::File, file_bytes: u64, layout: &Known) -> Found<Node> {
    let mut options = File::with_options();
    options.access_plist().file_locking(false);
    let root = Node {
        group: options.open(path_for(path, bytes))?.group("/")?,
        file_bytes,
        has_checksums: false,
    };
    if *layout == Known::Own {
        return Ok(root);
    }
    match heap::sound(bytes, root.places_of_numbers()) {
        Ok(true) => Ok(root),
        Ok(false) => Err(Problem::damaged("its text is not intact".into())),
        Err(error) => Err(Problem::damaged(error.to_string())),
    }
}

/// A group of the file.
pub(super) struct Node {
    group: Group,
    file_bytes: u64,
    has_checksums: bool,
}

impl Node {
    /// A group with attributes.
    pub(super) fn group(&self, name: &str) -> Found<Self> {
        let node = Self {
            group: self.group.group(name)?,
            file_bytes: self.file_bytes,
            has_checksums: self.has_checksums,
        };
        node.check_attributes(name)?;
        Ok(node)
    }

    /// The same group, of a file in which everything has a checksum.
    pub(super) fn with_checksums(self) -> Found<Self> {
        let node = Self {
            has_checksums: true,
            ..self
        };
        node.check_attributes("/")?;
        Ok(node)
    }

    /// Whether everything in the file has a checksum.
    pub(super) fn has_checksums(&self) -> bool {
        self.has_checksums
    }

    fn check_attributes(&self, name: &str) -> Found<()> {
        if !self.has_checksums {
            return Ok(());
        }
        let stored = self.scalar::<u32>(OF_ATTRIBUTES)?;
        compare(stored, of_attributes(&self.group)?, || {
            format!("the attributes of the group '{name}'")
        })
    }

    /// Whether there is a group or dataset of this name; the groups on the way to it must be there.
    pub(super) fn has_member(&self, name: &str) -> bool {
        self.group.link_exists(name)
    }

    /// Whether there is an attribute of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.group.attr(name).is_ok()
    }

    fn attribute(&self, name: &str) -> Found<Attribute> {
        self.group
            .attr(name)
            .map_err(|_| Problem::damaged(format!("the attribute '{name}' is missing")))
    }

    fn scalar<T: H5Type>(&self, name: &str) -> Found<T> {
        let attribute = self.attribute(name)?;
        check_numbers(&attribute.dtype()?, name)?;
        attribute
            .read_scalar::<T>()
            .map_err(|error| Problem::damaged(format!("attribute '{name}': {error}")))
    }

    pub(super) fn text(&self, name: &str) -> Found<String> {
        let text = self.scalar::<VarLenUnicode>(name)?;
        // As bytes: the type takes on trust that a file's text is UTF-8.
        String::from_utf8(text.as_bytes().to_vec())
            .map_err(|_| Problem::damaged(format!("the text of attribute '{name}' is not UTF-8")))
    }

    pub(super) fn optional_text(&self, name: &str) -> Found<Option<String>> {
        self.has(name).then(|| self.text(name)).transpose()
    }

    pub(super) fn number(&self, name: &str) -> Found<f64> {
        match self.scalar::<f64>(name)? {
            value if value.is_finite() => Ok(value),
            value => Err(Problem::damaged(format!("attribute '{name}' is {value}"))),
        }
    }

    pub(super) fn optional_number(&self, name: &str) -> Found<Option<f64>> {
        self.has(name).then(|| self.number(name)).transpose()
    }

    pub(super) fn count(&self, name: &str) -> Found<u64> {
        self.scalar::<u64>(name)
    }

    pub(super) fn optional_count(&self, name: &str) -> Found<Option<u64>> {
        self.has(name).then(|| self.count(name)).transpose()
    }

    pub(super) fn size(&self, name: &str) -> Found<usize> {
        usize::try_from(self.count(name)?)
            .map_err(|_| Problem::damaged(format!("attribute '{name}' is beyond this machine")))
    }

    /// The value whose word the attribute holds.
    pub(super) fn word<T: Copy>(
        &self,
        name: &str,
        all: &[T],
        word: impl Fn(T) -> &'static str,
    ) -> Found<T> {
        let text = self.text(name)?;
        all.iter()
            .copied()
            .find(|&value| word(value) == text)
            .ok_or_else(|| Problem::damaged(format!("'{text}' is no {name}")))
    }

    fn dataset(&self, name: &str) -> Found<Dataset> {
        self.group.dataset(name).map_err(|error| {
            Problem::damaged(format!("the dataset '{name}' cannot be read: {error}"))
        })
    }

    /// Length of a dataset of one dimension.
    pub(super) fn length(&self, name: &str) -> Found<usize> {
        match self.dataset(name)?.get_shape()?[..] {
            [length] => Ok(length),
            ref shape => Err(Problem::damaged(format!(
                "'{name}' is an array of shape {shape:?}, not a list"
            ))),
        }
    }

    /// All values of a dataset of the given shape, the last dimension fastest, compared with their checksum.
    pub(super) fn array<T: H5Type + LittleEndian + Sync>(
        &self,
        name: &str,
        shape: &[usize],
    ) -> Found<Vec<T>> {
        let values = self.bare::<T>(name, shape)?;
        if self.has_checksums {
            let attribute = self.dataset(name)?.attr(OF_ARRAY);
            let stored = attribute.and_then(|attribute| attribute.read_scalar::<u32>());
            let stored = stored.map_err(|_| lacks_checksum(name))?;
            compare(stored, of(&values), || format!("the numbers of '{name}'"))?;
        }
        Ok(values)
    }

    /// The checksums of couplings, by the group that has both, and their attribute of this name.
    pub(super) fn checksums_of_couplings(
        &self,
        group: &str,
        attribute: &str,
    ) -> Found<(Vec<u32>, u64)> {
        let name = format!("{group}/{OF_COUPLINGS}");
        let lacks = || lacks_checksum(&format!("{group}/couplings"));
        if !self.has_member(&name) {
            return Err(lacks());
        }
        let pairs = self.dataset(&name)?.attr(attribute);
        let pairs = pairs.and_then(|attribute| attribute.read_scalar::<u64>());
        let sums = self.bare::<u32>(&name, &[self.length(&name)?])?;
        Ok((sums, pairs.map_err(|_| lacks())?))
    }

    /// All values of a dataset of the given shape, the last dimension fastest, whatever their checksum.
    pub(super) fn bare<T: H5Type>(&self, name: &str, shape: &[usize]) -> Found<Vec<T>> {
        let dataset = self.checked(name, shape)?;
        if shape.contains(&0) {
            return Ok(Vec::new());
        }
        dataset.read_raw::<T>().map_err(|error| {
            Problem::damaged(format!("the dataset '{name}' cannot be read: {error}"))
        })
    }

    /// A dataset that has the given shape, and whose numbers are in the file.
    pub(super) fn checked(&self, name: &str, shape: &[usize]) -> Found<Dataset> {
        let dataset = self.dataset(name)?;
        check_numbers(&dataset.dtype()?, name)?;
        let found = dataset.get_shape()?;
        if found != shape {
            return Err(Problem::damaged(format!(
                "'{name}' is an array of shape {found:?}, not {shape:?}"
            )));
        }
        if !shape.contains(&0) {
            self.check_storage(name, &dataset, shape)?;
        }
        Ok(dataset)
    }

    /// Where the numbers of a dataset start in the file, if they lie there in one piece and as this machine has them in memory:
    /// then they can be read without the library.
    pub(super) fn plain<T: H5Type>(&self, name: &str, shape: &[usize]) -> Found<Option<u64>> {
        let dataset = self.checked(name, shape)?;
        let in_one_piece = dataset.dcpl()?.get_layout()? == Layout::Contiguous;
        let as_in_memory = dataset.dtype()?.is::<T>();
        Ok(dataset.offset().filter(|_| in_one_piece && as_in_memory))
    }

    /// The values of [`Self::array`], all of them finite.
    pub(super) fn finite<T: H5Type + LittleEndian + Sync + Into<f64>>(
        &self,
        name: &str,
        shape: &[usize],
    ) -> Found<Vec<T>> {
        let values = self.array::<T>(name, shape)?;
        match values.iter().position(|&value| !value.into().is_finite()) {
            Some(k) => Err(Problem::damaged(format!(
                "number {} of '{name}' is not finite",
                k + 1
            ))),
            None => Ok(values),
        }
    }

    pub(super) fn flags(&self, name: &str, length: usize) -> Found<Vec<bool>> {
        let values = self.array::<u8>(name, &[length])?;
        match values.iter().find(|&&value| value > 1) {
            Some(value) => Err(Problem::damaged(format!(
                "a {value} among the flags of '{name}'"
            ))),
            None => Ok(values.into_iter().map(|value| value == 1).collect()),
        }
    }

    /// Residues, upper case, or `-`.
    pub(super) fn letters(&self, name: &str, length: usize) -> Found<Vec<u8>> {
        self.array::<FixedAscii<1>>(name, &[length])?
            .iter()
            .map(|letter| match letter.as_bytes() {
                &[letter] if letter.is_ascii_uppercase() || letter == b'-' => Ok(letter),
                other => Err(Problem::damaged(format!(
                    "{other:?} among the letters of '{name}'"
                ))),
            })
            .collect()
    }

    /// Where the datasets lie that lie in one piece: nearly all bytes of a large file. Upper groups come first: a circle of links leads
    /// down without end.
    fn places_of_numbers(&self) -> Vec<Range<u64>> {
        let mut groups = VecDeque::from([self.group.clone()]);
        let (mut places, mut left) = (Vec::new(), MOST_MEMBERS);
        while let Some(group) = groups.pop_front() {
            for name in members(&group, &mut left) {
                // Damage is told where somebody needs the member.
                if let Ok(dataset) = group.dataset(&name) {
                    places.extend(self.place_of(&dataset));
                } else if let Ok(below) = group.group(&name) {
                    groups.push_back(below);
                }
            }
        }
        places
    }

    fn place_of(&self, dataset: &Dataset) -> Option<Range<u64>> {
        let start = dataset.offset()?;
        let end = start.checked_add(dataset.storage_size())?;
        (end <= self.file_bytes).then_some(start..end)
    }

    /// The shape is a claim of the file; this is whether the bytes are there.
    fn check_storage(&self, name: &str, dataset: &Dataset, shape: &[usize]) -> Found<()> {
        let element = dataset.dtype()?.size() as u64;
        let claimed = shape
            .iter()
            .try_fold(element, |bytes, &n| bytes.checked_mul(n as u64));
        let stored = dataset.storage_size();
        let ends_inside = |offset: u64| {
            offset
                .checked_add(stored)
                .is_some_and(|end| end <= self.file_bytes)
        };
        let there = match (dataset.dcpl()?.get_layout()?, claimed) {
            (_, None) | (Layout::Virtual, _) => false,
            (Layout::Contiguous, Some(bytes)) => {
                stored == bytes && dataset.offset().is_some_and(ends_inside)
            }
            (Layout::Compact, Some(bytes)) => stored == bytes && ends_inside(0),
            (Layout::Chunked, Some(bytes)) => {
                ends_inside(0) && bytes <= stored.saturating_mul(MOST_COMPRESSION)
            }
        };
        if there {
            return Ok(());
        }
        Err(Problem::damaged(format!(
            "'{name}' claims an array of shape {shape:?}, but the file holds {stored} bytes of it"
        )))
    }
}

/// Numbers are those of processors, whatever the order of their bytes: of a type that puts the exponent elsewhere, as a damaged one does, the
/// library writes beyond its buffers.
fn check_numbers(numbers: &Datatype, name: &str) -> Found<()> {
    let is_number = matches!(
        numbers.to_descriptor()?,
        TypeDescriptor::Float(_) | TypeDescriptor::Integer(_) | TypeDescriptor::Unsigned(_)
    );
    let floats = || {
        let small = numbers.is::<half::f16>() || numbers.is::<f32>();
        small || numbers.is::<f64>()
    };
    let counts = || {
        let small = numbers.is::<u8>() || numbers.is::<u16>() || numbers.is::<u32>();
        small || numbers.is::<u64>()
    };
    let whole = || {
        let small = numbers.is::<i8>() || numbers.is::<i16>() || numbers.is::<i32>();
        small || numbers.is::<i64>()
    };
    let is_turned = || numbers.byte_order() == ByteOrder::BigEndian;
    match is_number && !(floats() || counts() || whole() || is_turned()) {
        true => Err(Problem::damaged(format!(
            "'{name}' has numbers of no known form"
        ))),
        false => Ok(()),
    }
}

fn compare(stored: u32, found: u32, what: impl Fn() -> String) -> Found<()> {
    match stored == found {
        true => Ok(()),
        false => Err(Problem::differs(&what())),
    }
}

fn lacks_checksum(name: &str) -> Problem {
    Problem::damaged(format!("the checksum of '{name}' is missing"))
}

/// Names of the members of a group that lie in this file itself, no more than are `left`: links may form a circle.
fn members(group: &Group, left: &mut usize) -> Vec<String> {
    let mut names = Vec::new();
    let (index, order) = (IndexType::default(), IterationOrder::default());
    let enough = group.find_link(index, order, |name, link| {
        if *left == 0 {
            return Ok(Some(()));
        }
        *left -= 1;
        if link.link_type == LinkType::Hard {
            names.push(name.to_owned());
        }
        Ok(None)
    });
    // Damage among the links is told where somebody needs one of them.
    enough.map_or_else(|_| Vec::new(), |_| names)
}
