//! Rust text as words and signs: enough to follow paths, and no more.

/// A word, or a sign: `::` is one, every other character its own.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub(super) text: String,
    pub(super) line: usize,
}

impl Token {
    pub(super) fn is_word(&self) -> bool {
        self.text.starts_with(|c: char| c.is_alphanumeric() || c == '_')
    }
}

/// The tokens of a text, without comments, and without what literals hold.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text;
    let mut line = 1;
    while let Some(first) = rest.chars().next() {
        let (length, is_token) = next(rest, first);
        let (taken, left) = rest.split_at(length);
        if is_token {
            tokens.push(Token { text: taken.to_owned(), line });
        }
        line += taken.matches('\n').count();
        rest = left;
    }
    tokens
}

/// The length of what `text` begins with, and whether it is a token.
fn next(text: &str, first: char) -> (usize, bool) {
    if text.starts_with("//") {
        (text.find('\n').unwrap_or(text.len()), false)
    } else if text.starts_with("/*") {
        (block_comment(text), false)
    } else if let Some(length) = string(text) {
        (length, false)
    } else if first == '\'' {
        (quote(text), false)
    } else if text.starts_with("b'") {
        (1 + quote(&text[1..]), false)
    } else if first.is_alphanumeric() || first == '_' {
        (text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len()), true)
    } else if text.starts_with("::") {
        (2, true)
    } else {
        (first.len_utf8(), !first.is_whitespace())
    }
}

/// The length of a comment that may hold others.
fn block_comment(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < text.len() {
        let rest = &text.as_bytes()[at..];
        let step = if rest.starts_with(b"/*") {
            depth += 1;
            2
        } else if rest.starts_with(b"*/") {
            depth -= 1;
            2
        } else {
            1
        };
        at += step;
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

/// The length of a string literal with its prefix, if the text begins with one.
fn string(text: &str) -> Option<usize> {
    let prefix = ["br", "cr", "r", "b", "c", ""].into_iter().find(|prefix| {
        text.strip_prefix(prefix).is_some_and(|rest| {
            rest.starts_with('"')
                || prefix.ends_with('r') && rest.trim_start_matches('#').starts_with('"')
        })
    })?;
    let body = &text[prefix.len()..];
    let hashes = body.len() - body.trim_start_matches('#').len();
    let start = prefix.len() + hashes + 1;
    if prefix.ends_with('r') {
        let end = format!("\"{}", "#".repeat(hashes));
        return Some(text[start..].find(&end).map_or(text.len(), |at| start + at + end.len()));
    }
    Some(closing(text, start, b'"'))
}

/// The length of a character literal or of a lifetime.
fn quote(text: &str) -> usize {
    let mut characters = text.char_indices().skip(1);
    let first = characters.next();
    let second = characters.next();
    match (first, second) {
        (Some((_, '\\')), _) => closing(text, 1, b'\''),
        (Some(_), Some((at, '\''))) => at + 1,
        _ => 1,
    }
}

/// The position after the closing quote, past escapes.
fn closing(text: &str, start: usize, quote: u8) -> usize {
    let bytes = text.as_bytes();
    let mut at = start;
    while at < bytes.len() && bytes[at] != quote {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(text.len())
}

/// The tokens without the items that only tests see, and the names of the modules among these that are files.
pub(super) fn without_tests(tokens: Vec<Token>) -> (Vec<Token>, Vec<String>) {
    let mut kept = Vec::new();
    let mut modules = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let Some(attribute) = attribute(&tokens[at..]) else {
            kept.push(tokens[at].clone());
            at += 1;
            continue;
        };
        let (inside, after) = tokens[at..].split_at(attribute);
        if only_tests(inside) {
            let item = item(after);
            if let [module, name, end] = &after[..item][..]
                && module.text == "mod"
                && end.text == ";"
            {
                modules.push(name.text.clone());
            }
            at += attribute + item;
        } else {
            kept.extend_from_slice(inside);
            at += attribute;
        }
    }
    (kept, modules)
}

/// The length of the attribute `#[…]` that the tokens begin with.
fn attribute(tokens: &[Token]) -> Option<usize> {
    let opens = tokens.first()?.text == "#" && tokens.get(1)?.text == "[";
    opens.then(|| 1 + group(&tokens[1..]))
}

/// Whether an attribute is a `cfg` that holds only when testing.
fn only_tests(attribute: &[Token]) -> bool {
    let has = |word: &str| attribute.iter().any(|token| token.text == word);
    attribute.get(2).is_some_and(|token| token.text == "cfg")
        && has("test")
        && !has("not")
        && !has("any")
}

/// The length of an item: its further attributes, then all up to `;` or through a group in braces.
fn item(tokens: &[Token]) -> usize {
    let mut at = 0;
    while let Some(length) = attribute(&tokens[at..]) {
        at += length;
    }
    while at < tokens.len() {
        match tokens[at].text.as_str() {
            ";" => return at + 1,
            "{" => {
                let end = at + group(&tokens[at..]);
                // The braces of a use tree are followed by its semicolon.
                let semicolon = tokens.get(end).is_some_and(|token| token.text == ";");
                return end + usize::from(semicolon);
            }
            "(" | "[" => at += group(&tokens[at..]),
            _ => at += 1,
        }
    }
    at
}

/// The length of the group in brackets of any kind that the tokens begin with.
fn group(tokens: &[Token]) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        match token.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    tokens.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        tokens(text).into_iter().map(|token| token.text).collect()
    }

    #[test]
    fn comments_and_literals_hold_no_tokens() {
        let text = r##"a /* b /* c */ d */ "e \" f" r#"g " h"# b'i' '\'' '"' 'j: &'k str b"l" // m
                       n::o"##;
        assert_eq!(words(text), ["a", "j", ":", "&", "k", "str", "n", "::", "o"]);
        assert_eq!(tokens(text).last().unwrap().line, 2);
    }

    #[test]
    fn unfinished_text_ends() {
        for text in ["\"a", "/* a", "'", "'\\", "r#\"a", "#[cfg(test", "{"] {
            without_tests(tokens(text));
        }
    }

    #[test]
    fn an_item_of_tests_ends_where_it_ends() {
        let text = "#[cfg(test)] #[path = \"x\"] fn f(a: [u8; 2]) { g(); } b; #[cfg(test)] use a::{b, c}; d; \
                    #[cfg(test)] mod t; #[inline] e";
        let (kept, modules) = without_tests(tokens(text));
        let kept: Vec<_> = kept.into_iter().map(|token| token.text).collect();
        assert_eq!(kept, ["b", ";", "d", ";", "#", "[", "inline", "]", "e"]);
        assert_eq!(modules, ["t"]);
    }
}
