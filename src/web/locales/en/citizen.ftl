# What a citizen reads on the way: home, survey, thanks. Plain words, short sentences.

site-name = Citizen survey
languages = Language
untranslated = This page is not wholly translated into { $language } yet. What is missing is shown in Vietnamese.

home-title = Citizen survey about the one-stop shop
home-description = Tell us how your visit to the one-stop shop went, and see the results of the survey.
home-heading = Your view of the one-stop shop
home-lead = Scan the QR picture on your slip, or type the code printed under it here.
code-label = Code on your slip
code-hint = Capital or small letters, both work. You can leave out the dashes.
code-button = Open the survey
receipt-heading = Already answered?
receipt-label = Receipt
receipt-hint = Type your receipt to see whether your answer has arrived.
receipt-button = Look
home-more = More
home-results-link = Results of past rounds
privacy-link = How your answers are kept private

survey-person-heading = A few things about you
survey-person-open = Open this part (optional)
survey-person-note = This part helps to make the results fair. It is kept only if you tick the box below.
survey-last-heading = Before you send
survey-send = Send my answers

step-progress = Part { $step } of { $count }
step-next = Next
step-back = Back to the part before
step-send-now = Send now and skip the rest

kiosk-title = Choose a language to answer in
kiosk-heading = Please choose your language
kiosk-idle = Are you still here? Answers that are not sent will soon be erased.
kiosk-done = This page is about to close for the next person.
kiosk-more = I need more time

say-sending = Sending…
say-kept = Not sent yet: no network. Your answers are locked, kept on this phone, and will be sent later.
say-lost = Not sent yet: no network. Please leave this page open and send again later.
say-refused = Not sent, this round takes no more answers.

error-title = Error: { $title }
error-heading = Not sent yet. Please look again:
error-kept = Everything you chose and wrote is still here.
error-line = { $question } – { $fault }
fault-nothing = You have not chosen any answer. Please choose at least one.
fault-required = Please choose an answer.
fault-write = Please write an answer.
fault-again = Please choose an answer again.
fault-long = The text has { $chars } letters, only { $max } can be kept. Please make it shorter.
fault-odd = The text held an odd sign that cannot be kept; it was taken out. Please read it again and send.
fault-page = Part of what was sent could not be read. Please check and send again.
busy-title = Not sent yet: { $title }
busy-heading = Not sent yet, because many people are sending right now
busy-text =
    { $seconds ->
        [one] Your answers are still below. Please wait { $seconds } second, then press “Send my answers” again.
       *[other] Your answers are still below. Please wait { $seconds } seconds, then press “Send my answers” again.
    }

thanks-title = Thank you
thanks-heading = Thank you
thanks-lead = Your answers have arrived.
thanks-no-codes = This phone does not let us keep the receipt, so it cannot be shown here. Your answers still count.
receipt-name = Receipt
receipt-use = Please write it down. With it you can see that your answers arrived; nobody can see what you answered.
receipt-qr = QR picture of the receipt
withdraw-name = Withdrawal code
withdraw-use = Shown only this once. You need it if you change your mind and want your answers back before they are sealed.
withdraw-link = Changed your mind? Withdraw your answers
withdraw-title = Withdraw your answers
withdraw-heading = Withdraw your answers
withdraw-text = The withdrawal code was shown once, right after you sent your answers. Once withdrawn, the answers are erased and cannot be brought back.
withdraw-until = Answers can be withdrawn until the data of the round are sealed.
withdraw-label = Withdrawal code
withdraw-hint = Not the receipt. Capital or small letters, both work.
withdraw-button = Withdraw my answers
next-heading = What happens next
next-closes = This round takes answers until { $moment }.
next-sealed = After that, every tie between answers and people is cut.
next-results = The results are expected on { $day }.
next-results-open = The results are published after the round has ended.
complaint-heading = If you want to complain
complaint-text = This survey is not a complaint, so no single answer gets a reply. Please send complaints to:
complaint-phone = Telephone { $phone }
another-person = Another person answers on this phone

already-title = Your answers have arrived
already-heading = Your answers have arrived
already-text = This phone has just sent an answer. You do not need to send it again.
already-another = If another person wants to answer now, please press the button below.

privacy-title = How your answers are kept private
privacy-heading = How your answers are kept private
privacy-who-heading = Who asks, and why
privacy-controller = The authority that runs this survey
privacy-contact = the one-stop shop
privacy-who = { $controller } asks to learn how satisfied people are with the one-stop shop, and publishes the overall result of each unit.
privacy-asked-heading = What is kept
privacy-asked = Your answers, what you add in your own words and, if you agree, your age group, sex, education and occupation. You can skip any question. If you were invited by mail, your mail address is kept encrypted until you answer or want no more mail.
privacy-never-heading = What is never asked or kept
privacy-never = Your name, telephone number, identity number, home address, or the network address of your phone.
privacy-seen-heading = Who can see it
privacy-seen = The officials at the counter cannot open, see, change or withdraw your answers. No figure over fewer than { $threshold } people is published.
privacy-device-heading = Traces of your phone
privacy-device = For one day a short scrambled mark of the sending phone is kept, to notice mass sending. At the end of the day the key to that mark is destroyed.
privacy-sealing-heading = Sealing
privacy-sealing =
    { $days ->
        [one] At the latest { $days } day after the round closes, every trace that ties answers to a slip, a dossier or a time is destroyed. From then on nobody can find anybody’s answers.
       *[other] At the latest { $days } days after the round closes, every trace that ties answers to a slip, a dossier or a time is destroyed. From then on nobody can find anybody’s answers.
    }
privacy-rights-heading = Your rights
privacy-rights = Answering is up to you. Until sealing you can withdraw your answers with the withdrawal code. For questions about your data, please contact: { $contact }
