//! Survey pages worked out once per form, language and order of levels.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::form::Form;
use crate::store::id::FormVersionId;
use crate::web::page::{LevelOrder, Prepared, SurveyPage};
use crate::web::text::Lang;

/// Prepared pages by form version, language and order. Stored forms never change, so entries never go stale.
#[derive(Default)]
pub struct Pages(Mutex<HashMap<Key, Arc<Prepared>>>);

/// Form version, language tag, whether the best level stands first.
type Key = (FormVersionId, &'static str, bool);

impl Pages {
    /// The prepared page.
    pub fn get(
        &self,
        id: FormVersionId,
        form: &Form,
        lang: Lang,
        order: LevelOrder,
    ) -> Arc<Prepared> {
        let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let page = pages
            .entry((id, lang.tag(), order == LevelOrder::BestFirst))
            .or_insert_with(|| Arc::new(SurveyPage::prepare(form, lang, order)));
        Arc::clone(page)
    }
}
