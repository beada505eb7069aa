//! The ledger for everybody.

use super::keys;

keys! {
    LEDGER_LINK = "ledger-link" ();
    LEDGER_TITLE = "ledger-title" ();
    LEDGER_HEADING = "ledger-heading" ();
    LEDGER_LEAD = "ledger-lead" ();
    LEDGER_CHECK = "ledger-check" ();
    LEDGER_LIMIT = "ledger-limit" ();
    LEDGER_NONE = "ledger-none" ();
    LEDGER_CAPTION = "ledger-caption" ();
    LEDGER_DAILY = "ledger-daily" ();
    LEDGER_CLOSING = "ledger-closing" ();
    LEDGER_SEALING = "ledger-sealing" ();
    LEDGER_PUBLICATION = "ledger-publication" ();
    LEDGER_FILE = "ledger-file" ();
    COL_SIGNED = "col-signed" ();
    COL_WHY = "col-why" ();
    COL_LEAVES = "col-leaves" ();
    COL_ROOT = "col-root" ();
    RECEIPT_PROOF = "receipt-proof" ();
}
