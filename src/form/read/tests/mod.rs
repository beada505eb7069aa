//! Every mistake a form can have, one broken form each, with the line and the key it must be reported at; nothing
//! else may be reported beside it.

mod content;
mod keys;
mod whole;

use super::*;
use crate::form::{Problem, Role, shipped};

/// A small form without a mistake; the cases below break it in one place.
const SOUND: &str = r#"id = "small"
version = 1
languages = ["vi", "en"]
title = { vi = "Tên", en = "Title" }
intro = [{ vi = "Lời đầu" }]
consent = { vi = "Đồng ý" }

[index]
rule = "top"

[scale.mood]
top = [3]
levels = [
  { code = 1, text = { vi = "Kém" }, share = 0 },
  { code = 2, text = { vi = "Vừa" }, share = 50 },
  { code = 3, text = { vi = "Tốt" }, share = 100 },
]

[[factor]]
name = "access"
text = { vi = "Tiếp cận" }

[[factor]]
name = "result"
text = { vi = "Kết quả" }

[[question]]
name = "q01"
kind = "scale"
factor = "access"
scale = "mood"
text = { vi = "Một", en = "One" }

[[question]]
name = "q02"
kind = "choice"
factor = "result"
text = { vi = "Hai" }
top = [1]
options = [
  { code = 1, name = "yes", text = { vi = "Có" } },
  { code = 2, name = "no", text = { vi = "Không" } },
]

[[question]]
name = "sex"
kind = "choice"
about = "sex"
text = { vi = "Giới tính" }
prefer_not = { vi = "Không trả lời" }
options = [
  { code = 1, name = "male", text = { vi = "Nam" } },
  { code = 2, name = "female", text = { vi = "Nữ" } },
]

[[question]]
name = "helped"
kind = "helper"
text = { vi = "Ai giúp" }
options = [
  { code = 1, name = "none", text = { vi = "Không ai" } },
  { code = 2, name = "family", text = { vi = "Người nhà" } },
  { code = 3, name = "official", text = { vi = "Cán bộ" } },
]

[[question]]
name = "words"
kind = "comment"
text = { vi = "Lời" }
max_chars = 100
"#;

/// What must be reported: (a piece of the line it stands in, the key, a piece of the reason).
type Expected<'e> = &'e [(&'e str, &'e str, &'e str)];

/// What `from` → `to` in the sound form must report, and nothing else.
#[track_caller]
fn expect(from: &str, to: &str, expected: Expected<'_>) {
    assert!(SOUND.contains(from), "{from:?} is not in the sound form");
    expect_of(&SOUND.replacen(from, to, 1), expected);
}

#[track_caller]
fn expect_of(source: &str, expected: Expected<'_>) {
    let problems = match Form::parse(source, "f.toml") {
        Ok(_) => panic!("nothing was reported"),
        Err(problems) => problems,
    };
    let matches = |problem: &Problem, (line, key, reason): &(&str, &str, &str)| {
        let text = source.lines().nth(problem.line - 1).unwrap_or_default();
        problem.place == "f.toml"
            && text.contains(line)
            && problem.key == *key
            && problem.reason.contains(reason)
            && problem.reason.contains([';', '?'])
    };
    for case in expected {
        assert!(
            problems.iter().any(|problem| matches(problem, case)),
            "{case:?} is not in\n{problems}"
        );
    }
    assert_eq!(problems.len(), expected.len(), "more than expected:\n{problems}");
}
