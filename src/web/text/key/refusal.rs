//! When something does not go; receipts.

use super::keys;

keys! {
    CONFLICT_TITLE = "conflict-title" ();
    CONFLICT_HEADING = "conflict-heading" ();
    CONFLICT_TEXT = "conflict-text" ();
    CONFLICT_ANOTHER = "conflict-another" ();
    CLOSED_TITLE = "closed-title" ();
    CLOSED_HEADING = "closed-heading" ();
    CLOSED_TEXT = "closed-text" (moment);
    CLOSED_NEXT = "closed-next" ();
    EARLY_TITLE = "early-title" ();
    EARLY_HEADING = "early-heading" ();
    EARLY_TEXT = "early-text" (moment);
    SPENT_TITLE = "spent-title" ();
    SPENT_HEADING = "spent-heading" ();
    SPENT_TEXT = "spent-text" ();
    SPENT_ANOTHER = "spent-another" ();
    SPENT_COMPLAINT = "spent-complaint" ();
    VOID_TITLE = "void-title" ();
    VOID_HEADING = "void-heading" ();
    VOID_TEXT = "void-text" ();
    VOID_NEXT = "void-next" ();
    UNKNOWN_TITLE = "unknown-title" ();
    UNKNOWN_HEADING = "unknown-heading" ();
    UNKNOWN_TEXT = "unknown-text" ();
    UNKNOWN_NEXT = "unknown-next" ();
    LARGE_TITLE = "large-title" ();
    LARGE_HEADING = "large-heading" ();
    LARGE_TEXT = "large-text" ();
    LARGE_NEXT = "large-next" ();
    BAD_TITLE = "bad-title" ();
    BAD_HEADING = "bad-heading" ();
    BAD_TEXT = "bad-text" ();
    BAD_NEXT = "bad-next" ();
    OOPS_TITLE = "oops-title" ();
    OOPS_HEADING = "oops-heading" ();
    OOPS_TEXT = "oops-text" ();
    OOPS_NEXT = "oops-next" ();
    RECEIPT_IN_TITLE = "receipt-in-title" ();
    RECEIPT_IN_HEADING = "receipt-in-heading" ();
    RECEIPT_IN_TEXT = "receipt-in-text" (day);
    RECEIPT_IN_NOTE = "receipt-in-note" ();
    RECEIPT_OUT_TITLE = "receipt-out-title" ();
    RECEIPT_OUT_HEADING = "receipt-out-heading" ();
    RECEIPT_OUT_TEXT = "receipt-out-text" ();
    RECEIPT_NONE_TITLE = "receipt-none-title" ();
    RECEIPT_NONE_HEADING = "receipt-none-heading" ();
    RECEIPT_NONE_TEXT = "receipt-none-text" ();
    ENTER_CODE = "enter-code" ();
    SEE_RESULTS = "see-results" ();
}
