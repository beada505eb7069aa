//! Uploads: a body of `multipart/form-data` (RFC 7578) taken apart once it is here whole.

/// Parts of one form; a page of ours has far fewer.
const PARTS_MAX: usize = 128;
/// Longest head of a part.
const HEAD_BYTES_MAX: usize = 2048;

/// A file that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// The field.
    pub name: String,
    /// What the sender calls it, without any path; for messages only.
    pub file: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// Fields and files of one form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// Fields.
    pub fields: Vec<(String, String)>,
    /// Files; those of empty inputs are left out.
    pub uploads: Vec<Upload>,
}

/// Whether a media type is that of a form with files.
pub fn is_multipart(content_type: &str) -> bool {
    content_type.to_ascii_lowercase().starts_with("multipart/form-data")
}

/// The place of `needle` in `hay`, from `from` on.
fn find(hay: &[u8], needle: &[u8], from: usize) -> Option<usize> {
    let rest = hay.get(from..)?;
    rest.windows(needle.len()).position(|window| window == needle).map(|at| from + at)
}

fn parameter<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.split(';').skip(1).find_map(|part| {
        let (key, value) = part.trim().split_once('=')?;
        key.eq_ignore_ascii_case(name).then(|| value.trim().trim_matches('"'))
    })
}

/// Takes a body apart; `None` where it is none.
pub fn taken_apart(content_type: &str, body: &[u8]) -> Option<Parts> {
    let boundary = parameter(content_type, "boundary").filter(|b| (1..=70).contains(&b.len()))?;
    let mark = format!("--{boundary}");
    let between = format!("\r\n{mark}");
    let mut parts = Parts::default();
    let mut at = if body.starts_with(mark.as_bytes()) {
        mark.len()
    } else {
        find(body, between.as_bytes(), 0)? + between.len()
    };
    for _ in 0..=PARTS_MAX {
        let rest = body.get(at..)?;
        if rest.starts_with(b"--") {
            return Some(parts);
        }
        let start = at + 2;
        if !rest.starts_with(b"\r\n") {
            return None;
        }
        let head_end = find(body, b"\r\n\r\n", start)?;
        let head = body.get(start..head_end).filter(|head| head.len() <= HEAD_BYTES_MAX)?;
        let content = head_end + 4;
        // An empty part ends where its head does.
        let end = find(body, between.as_bytes(), content - 2)?.max(content - 2);
        let bytes = body.get(content..end).unwrap_or_default();
        add(&mut parts, std::str::from_utf8(head).ok()?, bytes)?;
        at = end + between.len();
    }
    None
}

fn add(parts: &mut Parts, head: &str, bytes: &[u8]) -> Option<()> {
    let disposition = head.split("\r\n").find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-disposition").then_some(value)
    })?;
    let name = parameter(disposition, "name")?.to_owned();
    match parameter(disposition, "filename") {
        Some(file) => {
            let file = file.rsplit(['/', '\\']).next().unwrap_or_default();
            if !file.is_empty() || !bytes.is_empty() {
                let file = file.chars().filter(|c| !c.is_control()).take(120).collect();
                parts.uploads.push(Upload { name, file, bytes: bytes.to_vec() });
            }
        }
        None => parts.fields.push((name, String::from_utf8(bytes.to_vec()).ok()?)),
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPE: &str = "multipart/form-data; boundary=----x9";

    fn body(parts: &[(&str, &str)]) -> Vec<u8> {
        let mut all = String::new();
        for (head, content) in parts {
            all +=
                &format!("------x9\r\nContent-Disposition: form-data; {head}\r\n\r\n{content}\r\n");
        }
        (all + "------x9--\r\n").into_bytes()
    }

    #[test]
    fn fields_and_files_come_apart() {
        let sent = body(&[
            ("name=\"csrf\"", "token"),
            ("name=\"empty\"", ""),
            ("name=\"file\"; filename=\"C:\\hồ sơ\\dossiers.csv\"", "a,b\r\n1,2\r\n--x\r\n"),
            ("name=\"none\"; filename=\"\"", ""),
        ]);
        let parts = taken_apart(TYPE, &sent).unwrap();
        let fields = [("csrf", "token"), ("empty", "")];
        assert_eq!(parts.fields, fields.map(|(n, v)| (n.to_owned(), v.to_owned())));
        let [file] = parts.uploads.as_slice() else { panic!("{parts:?}") };
        assert_eq!((file.name.as_str(), file.file.as_str()), ("file", "dossiers.csv"));
        assert_eq!(file.bytes, b"a,b\r\n1,2\r\n--x\r\n");
    }

    #[test]
    fn what_is_cut_off_or_endless_is_none() {
        let sent = body(&[("name=\"a\"", "1")]);
        for cut in 0..sent.len() - 4 {
            assert!(taken_apart(TYPE, &sent[..cut]).is_none(), "{cut}");
        }
        let many: Vec<(&str, &str)> = vec![("name=\"a\"", "1"); 200];
        assert!(taken_apart(TYPE, &body(&many)).is_none());
        assert!(taken_apart("multipart/form-data", &sent).is_none());
        assert!(taken_apart(TYPE, b"\xff\xfe").is_none());
        assert!(taken_apart(TYPE, &body(&[("filename=\"x\"", "1")])).is_none());
    }
}
