//! What the page shows, read from the OpenAPI document, so that both always say the same.

use actix_web::ResponseError;
use askama::Template;
use serde_json::Value;

use super::super::super::problem::Problem;
use crate::account::scope::Scope;

/// The page.
#[derive(Template)]
#[template(path = "api_docs.html")]
pub struct Page<'a> {
    style: &'a str,
    base: &'a str,
    description: String,
    groups: Vec<Group>,
    shapes: Vec<Shape>,
    scopes: Vec<(&'static str, &'static str)>,
    problems: Vec<Kind>,
}

/// Endpoints under one tag.
struct Group {
    name: String,
    description: String,
    endpoints: Vec<Endpoint>,
}

struct Endpoint {
    id: String,
    method: String,
    path: String,
    summary: String,
    description: String,
    scopes: Vec<String>,
    parameters: Vec<Parameter>,
    responses: Vec<Reply>,
    example: String,
}

struct Parameter {
    name: String,
    place: String,
    required: bool,
    description: String,
    limits: String,
}

struct Reply {
    status: String,
    description: String,
    headers: Vec<(String, String)>,
    shape: Option<String>,
}

/// A named schema and its fields.
struct Shape {
    name: String,
    description: String,
    fields: Vec<Field>,
}

struct Field {
    name: String,
    kind: String,
    shape: Option<String>,
    description: String,
}

struct Kind {
    slug: &'static str,
    status: u16,
    title: &'static str,
    detail: String,
}

impl<'a> Page<'a> {
    /// The page of an OpenAPI document for the installation at `base`.
    pub fn of(document: &Value, base: &'a str, style: &'a str) -> Self {
        let tags = list(document, "/tags");
        let groups = tags.iter().map(|tag| group(document, tag, base)).collect();
        let shapes = entries(document, "/components/schemas")
            .map(|(name, schema)| Shape {
                name: name.clone(),
                description: text(schema, "/description"),
                fields: entries(schema, "/properties").map(|(name, s)| field(name, s)).collect(),
            })
            .collect();
        let problems = Problem::samples()
            .iter()
            .map(|problem| Kind {
                slug: problem.slug(),
                status: problem.status_code().as_u16(),
                title: problem.title(),
                detail: problem.to_string(),
            })
            .collect();
        Self {
            style,
            base,
            description: text(document, "/info/description"),
            groups,
            shapes,
            scopes: Scope::ALL.iter().map(|scope| (scope.word(), scope.meaning())).collect(),
            problems,
        }
    }
}

fn group(document: &Value, tag: &Value, base: &str) -> Group {
    let name = text(tag, "/name");
    let mut endpoints = Vec::new();
    for (path, item) in entries(document, "/paths") {
        for method in ["get", "put", "post"] {
            let Some(operation) = item.get(method) else { continue };
            if list(operation, "/tags").iter().any(|tag| *tag == name.as_str()) {
                endpoints.push(endpoint(operation, method, path, base));
            }
        }
    }
    Group { description: text(tag, "/description"), endpoints, name }
}

fn endpoint(operation: &Value, method: &str, path: &str, base: &str) -> Endpoint {
    let parameters: Vec<&Value> = list(operation, "/parameters").iter().collect();
    Endpoint {
        id: text(operation, "/operationId"),
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary: text(operation, "/summary"),
        description: text(operation, "/description"),
        scopes: list(operation, "/security/0/oauth")
            .iter()
            .filter_map(|scope| scope.as_str().map(str::to_owned))
            .collect(),
        parameters: parameters.iter().map(|p| parameter(p)).collect(),
        responses: entries(operation, "/responses").map(|(s, r)| reply(s, r)).collect(),
        example: example(operation, method, path, base),
    }
}

fn parameter(parameter: &Value) -> Parameter {
    Parameter {
        name: text(parameter, "/name"),
        place: text(parameter, "/in"),
        required: parameter.get("required") == Some(&Value::Bool(true)),
        description: text(parameter, "/description"),
        limits: ["pattern", "minimum", "maximum"]
            .iter()
            .filter_map(|key| {
                let value = parameter.pointer(&format!("/schema/{key}"))?;
                let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                Some(format!("{key} {value}"))
            })
            .collect::<Vec<_>>()
            .join(", "),
    }
}

fn reply(status: &str, response: &Value) -> Reply {
    let schema = entries(response, "/content").next().and_then(|(_, body)| body.get("schema"));
    Reply {
        status: status.to_owned(),
        description: text(response, "/description"),
        headers: entries(response, "/headers")
            .map(|(name, header)| (name.clone(), text(header, "/description")))
            .collect(),
        shape: schema.and_then(shape_of),
    }
}

fn field(name: &str, schema: &Value) -> Field {
    Field {
        name: name.to_owned(),
        kind: kind(schema),
        shape: shape_of(schema),
        description: text(schema, "/description"),
    }
}

/// The type of a field in a word or two.
fn kind(schema: &Value) -> String {
    let nullable = list(schema, "/oneOf").iter().any(|one| one.get("type") == Some(&"null".into()));
    match schema.get("type") {
        Some(Value::String(kind)) if kind == "array" => "list".to_owned(),
        Some(Value::String(kind)) => kind.clone(),
        Some(Value::Array(kinds)) => {
            kinds.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or ")
        }
        _ if nullable => "object or null".to_owned(),
        _ => "object".to_owned(),
    }
}

/// The named schema that a schema is, or holds.
fn shape_of(schema: &Value) -> Option<String> {
    let reference = schema
        .get("$ref")
        .or_else(|| schema.pointer("/items/$ref"))
        .or_else(|| list(schema, "/oneOf").iter().find_map(|one| one.get("$ref")))?;
    reference.as_str()?.rsplit('/').next().map(str::to_owned)
}

/// The call on a command line.
fn example(operation: &Value, method: &str, path: &str, base: &str) -> String {
    let mut address = path.to_owned();
    for parameter in list(operation, "/parameters") {
        let Some(name) = parameter.get("name").and_then(Value::as_str) else { continue };
        let example = parameter.get("example").or_else(|| parameter.pointer("/schema/example"));
        let example = match example {
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => name.to_uppercase(),
        };
        address = address.replace(&format!("{{{name}}}"), &example);
    }
    let address = format!("{base}{address}");
    if path == super::super::token::PATH {
        return format!("curl -u \"$ID:$SECRET\" -d grant_type=client_credentials {address}");
    }
    let token = operation.get("security").is_some();
    let bearer = if token { " -H \"Authorization: Bearer $TOKEN\"" } else { "" };
    if method == "put" {
        return format!(
            "curl -X PUT{bearer} -H 'Content-Type: application/json' \\\n  -H 'If-Match: \"ETAG\"' --data-binary @scorecard.json {address}"
        );
    }
    if method == "post" {
        return format!(
            "curl{bearer} -H 'Content-Type: application/json' \\\n  --data-binary @report.json {address}"
        );
    }
    format!("curl{bearer} {address}")
}

fn text(value: &Value, pointer: &str) -> String {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn list<'v>(value: &'v Value, pointer: &str) -> &'v [Value] {
    value.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn entries<'v>(
    value: &'v Value,
    pointer: &str,
) -> impl Iterator<Item = (&'v String, &'v Value)> + use<'v> {
    value.pointer(pointer).and_then(Value::as_object).into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::api::openapi;

    fn html() -> String {
        let document = serde_json::to_value(openapi::served("https://khaosat.example")).unwrap();
        Page::of(&document, "https://khaosat.example", "p{}").render().unwrap()
    }

    #[test]
    fn every_documented_operation_schema_and_problem_is_on_the_page() {
        let html = html();
        let document = serde_json::to_value(openapi::document()).unwrap();
        let mut operations = 0;
        for (path, item) in entries(&document, "/paths") {
            for (_, operation) in item.as_object().unwrap() {
                let id = operation["operationId"].as_str().unwrap();
                assert!(html.contains(&format!("id=\"{id}\"")), "{path} {id}");
                operations += 1;
            }
        }
        assert_eq!(operations, 12);
        for (name, _) in entries(&document, "/components/schemas") {
            assert!(html.contains(&format!("id=\"shape-{name}\"")), "{name}");
        }
        for problem in Problem::samples() {
            assert!(html.contains(&format!("id=\"problem-{}\"", problem.slug())), "{problem:?}");
        }
    }

    #[test]
    fn every_link_inside_the_page_leads_somewhere_and_nothing_is_fetched() {
        let html = html();
        for target in html.split("href=\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
            assert!(html.contains(&format!("id=\"{target}\"")), "{target}");
        }
        for foreign in ["<script", "src=", "<link", "@import", "url("] {
            assert!(!html.contains(foreign), "{foreign}");
        }
    }
}
