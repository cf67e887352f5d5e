//! Drawings as PNG and PDF, with the embedded font.

use crate::error::{Error, Result};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};
use std::collections::BTreeSet;
use std::sync::Arc;
use svg2pdf::{ConversionOptions, PageOptions};

/// Noto Sans Regular, as far as pictures need it.
const FONT: &[u8] = include_bytes!("font/NotoSans-Regular-subset.ttf");

/// Millimetres of an inch.
const INCH: f64 = 25.4;

/// Pixels of an inch of SVG.
const SVG_DPI: f64 = 96.0;

/// The most pixels of a picture: 400 MB of memory.
const MOST_PIXELS: f64 = 1e8;

fn tree(svg: &str) -> Result<Tree> {
    let mut fonts = fontdb::Database::new();
    fonts.load_font_data(FONT.to_vec());
    fonts.set_sans_serif_family("Noto Sans");
    let options = Options {
        font_family: "Noto Sans".into(),
        fontdb: Arc::new(fonts),
        ..Options::default()
    };
    Tree::from_str(svg, &options)
        .map_err(|error| Error::Numerical(format!("the drawing is no SVG: {error}")))
}

/// Letters of a drawing that the embedded font does not have, each once: they are left out of PNG and PDF.
pub fn unknown_letters(svg: &str) -> BTreeSet<char> {
    let other: BTreeSet<char> = svg.chars().filter(|letter| !letter.is_ascii()).collect();
    let is_drawn = |letter: &char| {
        let alone = format!(
            "<svg xmlns='http://www.w3.org/2000/svg' width='90' height='90'><text y='50' font-size='40'>{letter}</text></svg>"
        );
        letter.is_whitespace() || tree(&alone).is_ok_and(|tree| tree.root().has_children())
    };
    other
        .into_iter()
        .filter(|letter| !is_drawn(letter))
        .collect()
}

/// A picture of pixels.
///
/// # Errors
/// [`Error::Usage`] if it would be too large.
pub fn png(svg: &str, dpi: f64) -> Result<Vec<u8>> {
    let tree = tree(svg)?;
    let scale = dpi / SVG_DPI;
    let size = tree.size();
    let (width, height) = (
        f64::from(size.width()) * scale,
        f64::from(size.height()) * scale,
    );
    if width * height > MOST_PIXELS {
        return Err(Error::Usage(format!(
            "a picture of {width:.0} x {height:.0} pixels is too large: choose a smaller `width` or `dpi`, or .svg or .pdf, which have no pixels"
        )));
    }
    let empty =
        || Error::Usage("a picture without a pixel: choose a larger `width` or `dpi`".into());
    let mut pixels = Pixmap::new(width.round() as u32, height.round() as u32).ok_or_else(empty)?;
    let scale = scale as f32;
    resvg::render(
        &tree,
        Transform::from_scale(scale, scale),
        &mut pixels.as_mut(),
    );
    let image = pixels.encode_png();
    let image = image
        .map_err(|error| Error::Numerical(format!("the picture cannot be packed: {error}")))?;
    Ok(with_density(image, dpi))
}

/// The same picture with the chunk that tells its dots per metre, right after the header, so that programs take it for as large as it was asked for.
fn with_density(image: Vec<u8>, dpi: f64) -> Vec<u8> {
    /// Signature (8 bytes) and header (25).
    const HEADER: usize = 33;
    let dots = (dpi / INCH * 1000.0).round() as u32;
    let mut chunk = b"pHYs".to_vec();
    chunk.extend(dots.to_be_bytes());
    chunk.extend(dots.to_be_bytes());
    chunk.push(1);
    let digest = crc32fast::hash(&chunk);
    let mut whole = image[..HEADER].to_vec();
    whole.extend((chunk.len() as u32 - 4).to_be_bytes());
    whole.extend(&chunk);
    whole.extend(digest.to_be_bytes());
    whole.extend(&image[HEADER..]);
    whole
}

/// A page with the drawing.
///
/// # Errors
/// If it cannot be made.
pub fn pdf(svg: &str) -> Result<Vec<u8>> {
    let page = PageOptions {
        dpi: SVG_DPI as f32,
    };
    svg2pdf::to_pdf(&tree(svg)?, ConversionOptions::default(), page)
        .map_err(|error| Error::Numerical(format!("the drawing cannot be made a PDF: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::drawing::text::advance;
    use resvg::usvg::Node;

    #[test]
    fn widths_of_text_are_those_of_the_font() {
        for words in ["position in the target", "WMmi 0123456789", "A:24"] {
            let svg = format!(
                "<svg xmlns='http://www.w3.org/2000/svg' width='900' height='90'><text y='50' font-size='40'>{words}</text></svg>"
            );
            let tree = tree(&svg).unwrap();
            let Node::Text(text) = &tree.root().children()[0] else {
                panic!("no text");
            };
            let found = f64::from(text.bounding_box().width());
            assert!(
                (advance(words, 40.0) / found - 1.0).abs() < 0.06,
                "{words}: {found}"
            );
        }
    }

    #[test]
    fn letters_that_the_font_lacks_are_named() {
        let svg = "<svg xmlns='http://www.w3.org/2000/svg'><text>Aé–β 汉字…字</text></svg>";
        assert_eq!(String::from_iter(unknown_letters(svg)), "字汉");
    }

    #[test]
    fn pictures_are_as_large_as_asked_for() {
        let svg = "<svg xmlns='http://www.w3.org/2000/svg' width='25.4mm' height='50.8mm' viewBox='0 0 10 20'><rect width='10' height='20'/></svg>";
        let image = png(svg, 300.0).unwrap();
        let size = |at: usize| u32::from_be_bytes(image[at..at + 4].try_into().unwrap());
        assert_eq!((size(16), size(20)), (300, 600));
        assert_eq!((&image[37..41], size(41)), (&b"pHYs"[..], 11811));
        assert!(png(svg, 1e5).unwrap_err().to_string().contains("dpi"));
        assert!(pdf(svg).unwrap().starts_with(b"%PDF"));
    }
}
