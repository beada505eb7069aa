# When something does not go: what happened, what is kept, what to do.

conflict-title = This answer was sent before
conflict-heading = This answer was sent before
conflict-text = The first time it arrived, and it counts. This time the answers were different, so they were not taken.
conflict-another = If these are another person’s answers, please press the button below for a fresh survey.

closed-title = This round has ended
closed-heading = This round has ended
closed-text = It stopped taking answers at { $moment }. Answers sent later are not taken.
closed-next = The results appear on the results page once they are ready.

early-title = This round has not opened yet
early-heading = This round has not opened yet
early-text = It takes answers from { $moment }. Please keep your slip and open it again after that.

spent-title = This slip has been used
spent-heading = This slip has been used
spent-text = Each slip can be answered once. That answer has arrived, and it counts.
spent-another = If another person wants to answer, please use that person’s slip and type its code here.
spent-complaint = If it was not you who answered, please tell:

void-title = This code no longer works
void-heading = This code no longer works
void-text = The slip with this code was cancelled, usually because it was misprinted or lost. Nothing has been sent.
void-next = Please take another slip at the counter and type its code here.

expired-title = This code has ended
expired-heading = This code has ended
expired-text = It could be used until the end of { $day }. Nothing has been sent.
expired-next = The survey still takes answers: please ask for a new code at the counter and type it here.

enrol-title = Enrol a tablet
enrol-heading = Enrol this tablet
enrol-text = Press the button below on the very tablet that stands at the counter. This address works once; from then on this tablet, and no other, opens the counter’s survey.
enrol-button = Enrol this tablet

foreign-title = This device is not enrolled
foreign-heading = This device is not enrolled
foreign-text = This survey opens on the tablet at the counter only. If this is that tablet, please ask whoever manages it for a new address to enrol it.

unknown-title = No survey found
unknown-heading = No survey found
unknown-text = There is no survey with this code. A letter may be mistyped, or the QR picture may be blurred.
unknown-next = Please look at the code on your slip and type it again.

large-title = What was sent is too long
large-heading = What was sent is too long
large-text = Your answers have not been taken. What you wrote is probably longer than can be kept.
large-next = Please press Back on your phone, make it shorter and send again.

bad-title = What was sent could not be read
bad-heading = What was sent could not be read
bad-text = Your answers have not been taken, because part of them was lost on the way.
bad-next = Please press Back on your phone and send again. If that does not help, open the survey again with its code.

oops-title = That did not work
oops-heading = That did not work
oops-text = Something is wrong on our side, it is not your doing.
oops-next = If you have just sent answers and have not seen a receipt: please press Back on your phone, wait a minute and send again. Sending twice still counts once.

receipt-in-title = The answers have arrived
receipt-in-heading = The answers have arrived
receipt-in-text = The answers with this receipt arrived on { $day }.
receipt-in-note = This page does not say what was answered. Nobody can find that out from a receipt.
receipt-out-title = The answers were withdrawn
receipt-out-heading = The answers were withdrawn
receipt-out-text = The answers with this receipt were withdrawn as the person wished, so they do not count.
receipt-none-title = Receipt not found
receipt-none-heading = Receipt not found
receipt-none-text = There are no answers with this receipt. A letter may be mistyped.

stop-heading = No more reminders
stop-text = Press the button below: your mail address is erased and no mail comes any more. The link in the mail that you have still works.
stop-button = Send me no more mail
stopped-heading = No mail comes any more
stopped-text = Your mail address has been erased. If you change your mind and want to answer, the link in the mail that you have still works.
stop-none-heading = This link was not found
stop-none-text = The address may have been cut short. Please open the link from the mail again.

withdrawn-title = Your answers are withdrawn
withdrawn-heading = Your answers are withdrawn
withdrawn-text = Your answers have been erased and do not count.
withdrawn-next = A slip that has been used cannot be answered again.
withdrawn-before-title = These answers were withdrawn before
withdrawn-before-heading = These answers were withdrawn before
withdrawn-before-text = They were erased the first time. There is nothing more to do.
withdraw-receipt-title = This is the receipt
withdraw-receipt-heading = This is the receipt; nothing was withdrawn
withdraw-receipt-text = The receipt only shows that answers arrived. Withdrawing needs the second code, the withdrawal code. Without it nobody can withdraw answers.
withdraw-none-title = Nothing was withdrawn
withdraw-none-heading = Nothing was withdrawn
withdraw-none-text = No answers have this code, or they are sealed. A letter may be mistyped. Please look at the code and type it again.

wait-title = Please wait a moment
wait-heading = Please wait a moment
wait-text =
    { $seconds ->
        [one] Too many codes were typed from this network in a row. Nothing is lost. Please wait { $seconds } second and try again.
       *[other] Too many codes were typed from this network in a row. Nothing is lost. Please wait { $seconds } seconds and try again.
    }

enter-code = Type a code
see-results = See the survey results
