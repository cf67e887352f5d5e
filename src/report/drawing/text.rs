//! How wide text is in the font that pictures are drawn with.

/// Advance widths of the characters from space to tilde, in thousandths of the size: Noto Sans Regular.
const WIDTHS: [u16; 95] = [
    260, 269, 408, 646, 572, 831, 732, 225, 300, 300, 551, 572, 268, 322, 268, 372, 572, 572, 572,
    572, 572, 572, 572, 572, 572, 572, 268, 268, 572, 572, 572, 434, 899, 639, 650, 632, 730, 556,
    519, 728, 741, 339, 273, 619, 524, 907, 760, 781, 605, 781, 622, 549, 556, 731, 600, 930, 586,
    566, 572, 329, 372, 329, 572, 444, 281, 561, 615, 480, 615, 564, 344, 615, 618, 258, 258, 534,
    258, 935, 618, 605, 615, 615, 413, 479, 361, 618, 508, 786, 529, 510, 470, 380, 551, 380, 572,
];

/// Of any other character.
const OTHER: u16 = 600;

/// Browsers and drawing programs take what sans serif font there is: DejaVu Sans and Verdana are wider by so much.
const WIDER: f64 = 1.15;

/// Room for a line of text at a size, in the unit of the size, whichever font it is written with.
pub fn width(words: &str, size: f64) -> f64 {
    WIDER * advance(words, size)
}

/// Width of a line of text in Noto Sans.
pub fn advance(words: &str, size: f64) -> f64 {
    let of = |letter: char| {
        let place = (letter as usize).wrapping_sub(usize::from(b' '));
        WIDTHS.get(place).copied().unwrap_or(OTHER)
    };
    let thousandths: f64 = words.chars().map(|letter| f64::from(of(letter))).sum();
    thousandths * size / 1000.0
}

/// As many words as fit, with an ellipsis for what does not.
pub fn fitting(words: &str, size: f64, room: f64) -> String {
    if width(words, size) <= room {
        return words.to_owned();
    }
    let mut text = String::new();
    for letter in words.chars() {
        text.push(letter);
        if width(&text, size) + width("...", size) > room {
            text.pop();
            break;
        }
    }
    format!("{}...", text.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_titles_are_cut_where_room_ends() {
        let words = "a title that goes on and on";
        assert_eq!(fitting(words, 10.0, 1000.0), words);
        let cut = fitting(words, 10.0, 60.0);
        assert!(cut.ends_with("...") && width(&cut, 10.0) <= 60.0, "{cut}");
    }
}
