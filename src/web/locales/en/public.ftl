# Public results.

answers =
    { $count ->
        [one] { $count } answer
       *[other] { $count } answers
    }
units =
    { $count ->
        [one] { $count } unit
       *[other] { $count } units
    }
nav-label = Pages
nav-home = Type a code
nav-results = Results
footer = A publication is never altered. If something is wrong, a new one takes its place and says which one it replaces.
synthetic = Simulated figures for a trial run, not the views of real people.
superseded = A newer publication has taken the place of this one.

results-title = Results of the citizen satisfaction survey
results-description = The satisfaction index of each unit’s one-stop shop, with its interval and the way it is computed.
results-heading = Survey results
results-lead = Each round has one publication, with the index of every unit, its interval and the way it is computed.
results-none = No round has been published yet.
results-line = { $opened } – { $closed } · { $units } · { $answers } · published { $published }
results-scorecards = Administrative reform scorecards
fact-period = Answers taken
fact-published = Published
fact-answers = Answers counted
fact-digest = Digest of this publication
fact-supersedes = Replaces
new-version = See the new one

index-heading = Satisfaction index by unit
finding-one = { $unit }: { $index } satisfied, within { $range }
finding-clear = { $unit } is highest with { $index } and can be told apart from every other unit
finding-tied =
    { $count ->
        [one] { $unit } is highest with { $index }, but cannot be told apart from { $count } other unit
       *[other] { $unit } is highest with { $index }, but cannot be told apart from { $count } other units
    }
finding-none = No unit has enough answers for an index to be published
picture-how = The full dot is the index, the line its confidence interval, the hollow dot the share before weighting.
picture-ties = Units that share a bracket on the right cannot be told apart.
picture-plain = The full dot is the index, the line its confidence interval.
table-caption = The figures of the picture above
col-rank = Rank
col-unit = Unit
col-index = Index
col-range = Interval
col-n = Answers
col-effective = Effective sample
col-unweighted = Unweighted
col-ties = Cannot be told apart from
rank-range = within { $range }
ties-many =
    { $count ->
        [one] { $count } other unit
       *[other] { $count } other units
    }
ties-none = no unit
rank-withheld = not ranked
suppressed-few =
    { $threshold ->
        [one] Not published: fewer than { $threshold } respondent
       *[other] Not published: fewer than { $threshold } respondents
    }
suppressed-reveal = Not published: it would reveal the figure of another group that is too small
suppressed-empty = No answers
suppressed-note = Units that are not published stay in the list, with the reason.

indicative-heading = Indicative: answers from posters and from tablets at the counter
indicative-text = People sent these answers of their own accord; they were not drawn at random. So they are computed apart, not ranked, and not part of the index. The range beside each share is its precision under a model, not that of a drawn sample.
indicative-finding = Share satisfied among answers sent unasked, only indicative

factors-heading = By factor
factors-caption = Index of each factor, with its interval

coverage-heading = Handed out and returned
coverage-caption = Slips handed out, answers received and answers counted
col-issued = Handed out
col-received = Received
col-rate = Response rate
col-unrated = Left empty · no opinion · prefer not to say
col-counter = Counter
withdrawn-caption = Answers withdrawn by those who gave them, by counter
col-withdrawn = Withdrawn
col-excluded = Excluded
col-counted = Counted
beside-heading = How firm these figures are
beside-text = “Whatever the others think” holds the index of all dossiers without any assumption on those who did not answer. “By a model” also leans on the results of all units; it does not replace the index.
beside-caption = Beside the index of each unit
beside-indicative = Beside the indicative share of each unit
col-worst-case = Whatever the others think
col-with-excluded = With the excluded answers
col-model = By a model
col-per-dossier = Answers per finished dossier
col-worth = Worth as many drawn answers
model-synthetic = { $value } (the model alone)
changes-less = changes by less than { $step }
handling-heading = Flagged answers and what was done
handling-caption = One line for each check
handling-none = No answer was flagged.
col-rule = Check
col-flagged = Flagged
col-kept = Kept
look-heading = Where to look
look-text = These figures lie further from those of the others than chance and honest differences explain. That is no proof of anything: a counter may have had other visitors, or a broken printer. It says where somebody should go and ask.
look-printed = tickets printed per ticket due
look-answered = answers per printed ticket
look-withdrawn = withdrawals per answer
look-bad-days = answers after days with many late dossiers, against other days
look-delay = time from printing a ticket to its answer
look-given = satisfied by ticket, against by poster
look-late = satisfied though the dossier was late
look-late-no-slip = satisfied though the dossier was late and no apology was given
look-above = { $place }: { $what }, above the others.
look-below = { $place }: { $what }, below the others.
look-counter = { $unit }, counter { $counter }
look-clerk = { $unit }, clerk { $clerk }
silent-none = For the unit to be as the others, nobody of its { $silent } silent people would have to be dissatisfied.
silent-all = Not even if all its { $silent } silent people were dissatisfied would the unit be as the others.
silent-share = For the unit to be as the others, about { $tenths } in 10 of its { $silent } silent people would have to be dissatisfied.
called-heading = People called back
called-text = An independent body called a random sample of everybody who should have been asked. It never asked what they had answered. The range is the 95% interval.
called-caption = What people said who were called back
col-drawn = Drawn
col-given = Was given a link
col-own = Answered without another
col-beside = An official stood beside
notes-heading = Notes on this round
method-heading = How it is computed
method-top = The index is the weighted share of answers at the satisfied levels among all answers with an opinion.
method-points = The index is the points reached divided by the maximum, by the percentage of each option, weighted.
method-weights = Weights make the answers received look like all finished dossiers.
method-interval = The { $level } interval says how far the index may be off because only some people were asked.
method-effective = The effective sample is the number of answers from a simple random draw that would be just as exact.
method-threshold =
    { $threshold ->
        [one] Figures over fewer than { $threshold } person are not published.
       *[other] Figures over fewer than { $threshold } people are not published.
    }
downloads-heading = Download

scorecard-title = Administrative reform scorecard { $year }
scorecard-heading = Administrative reform scorecard { $year }
scorecard-simulated = { $year }, simulated
scorecard-source = Source: { $source }
scorecard-caption = Points and bands of each unit
scorecard-marks = “Recorded” figures were published in a document. “Illustrative” ones are assumed, to show how the points are computed; they are not real data.
scorecard-computed = “First place” is in how many of 100 simulated repetitions of the surveys the unit comes first. The ranks a unit may have hold for all units together; units whose ranges overlap cannot be told apart.
straddles-band = may be another band
mark-recorded = Recorded
mark-illustrative = Illustrative
mark-computed = Computed
mark-mixed = See each cell
col-appraised = Appraised
col-survey = Survey
col-total = Total
col-maximum = Maximum
col-percent = Reached
col-band = Band
col-first = First place
col-source = Kind of figure
domains-heading = Points by domain: { $unit }
col-domain = Domain
col-points = Points
