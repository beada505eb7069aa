//! The scales a form declares: `[scale.NAME]`.

use toml::de::DeValue;

use super::fields::{Fields, Need};
use super::reader::Reader;
use super::suggest;
use super::type_name;
use crate::form::definition::Scale;
use crate::form::name::Name;
use crate::form::problem::quoted;

/// Most scales of one form.
const SCALES_MAX: usize = 20;

impl Reader<'_> {
    /// Reads every `[scale.NAME]` and remembers them for the questions.
    pub(super) fn read_scales(&mut self, fields: &mut Fields<'_>) {
        let Some(scales) = self.table(fields, "scale", Need::Optional) else { return };
        let entries = scales.entries();
        if entries.len() > SCALES_MAX {
            let reason =
                format!("{} scales, at most {SCALES_MAX}; let questions share them", entries.len());
            self.report(fields.at_of("scale"), "scale", reason);
        }
        // Far beyond the limit the one message is enough.
        for (at, name, value) in entries.into_iter().take(2 * SCALES_MAX) {
            let path = scales.key(name);
            let scale = self.read_scale(at, name, path, value);
            self.scales.push((at, name.to_owned(), scale));
        }
    }

    fn read_scale<'t>(
        &mut self,
        at: usize,
        name: &str,
        path: String,
        value: &'t DeValue<'t>,
    ) -> Option<Scale> {
        let valid_name = match Name::new(name) {
            Ok(name) => Some(name),
            Err(error) => {
                self.report(at, path.clone(), format!("{} is {error}", quoted(name)));
                None
            }
        };
        let Some(table) = value.as_table() else {
            let reason = format!(
                "is {}, must be a table; write [scale.NAME] with levels under it",
                type_name(value)
            );
            self.report(at, path, reason);
            return None;
        };
        let mut fields = Fields::new(table, path, at);
        let levels = self.levels(&mut fields);
        let codes = levels.as_ref().map(|levels| levels.iter().map(|l| l.code).collect::<Vec<_>>());
        let top = self.top(&mut fields, codes.as_deref());
        let no_opinion = self.text(&mut fields, "no_opinion", Need::Optional);
        let prefer_not = self.text(&mut fields, "prefer_not", Need::Optional);
        let top_is_faulty = fields.has("top") && top.is_none();
        self.finish(fields);
        if top_is_faulty {
            return None;
        }
        Some(Scale {
            name: valid_name?,
            levels: levels?,
            top: top.unwrap_or_default(),
            no_opinion,
            prefer_not,
        })
    }

    /// The scale a question names. One that is declared but faulty gives `None` without another message.
    pub(in crate::form) fn scale_named(
        &mut self,
        at: usize,
        fields: &Fields<'_>,
        name: &str,
    ) -> Option<Scale> {
        if let Some((.., scale)) = self.scales.iter().find(|(_, known, _)| known == name) {
            return scale.clone();
        }
        let known: Vec<&str> = self.scales.iter().map(|(_, known, _)| known.as_str()).collect();
        let hint = suggest::did_you_mean(name, known);
        let reason = format!(
            "no scale is called {}{hint}; declare it as [scale.NAME], or use a declared one",
            quoted(name)
        );
        self.report_absence(at, name, fields.key("scale"), reason);
        None
    }

    /// The scales, sorted by name, for the finished form.
    pub(super) fn take_scales(&mut self) -> Vec<Scale> {
        let mut scales: Vec<Scale> =
            std::mem::take(&mut self.scales).into_iter().filter_map(|(.., scale)| scale).collect();
        scales.sort_by(|a, b| a.name.cmp(&b.name));
        scales
    }
}
