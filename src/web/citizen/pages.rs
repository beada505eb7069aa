//! Survey pages worked out once per form, language, order of levels and block of questions.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::form::{Form, Shown};
use crate::store::id::FormVersionId;
use crate::web::page::{LevelOrder, Prepared, SurveyPage};
use crate::web::recordings::Recordings;
use crate::web::text::Lang;

/// Prepared pages by form version, language, order and questions shown. Stored forms never change, so entries never go
/// stale.
#[derive(Default)]
pub struct Pages(Mutex<HashMap<Key, Arc<Prepared>>>);

/// Form version, language tag, whether the best level stands first, what is shown.
type Key = (FormVersionId, &'static str, bool, Shown);

/// More pages than this are forgotten at once: a form whose questions rotate one by one has very many.
const PAGES_MAX: usize = 256;

impl Pages {
    /// The prepared page.
    pub fn get(
        &self,
        id: FormVersionId,
        form: &Form,
        shown: &Shown,
        recorded: &Recordings,
        lang: Lang,
        order: LevelOrder,
    ) -> Arc<Prepared> {
        let key = (id, lang.tag(), order == LevelOrder::BestFirst, shown.clone());
        let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(page) = pages.get(&key) {
            return Arc::clone(page);
        }
        if pages.len() >= PAGES_MAX {
            pages.clear();
        }
        let page = Arc::new(SurveyPage::prepare(form, shown, recorded, lang, order));
        pages.insert(key, Arc::clone(&page));
        page
    }
}
