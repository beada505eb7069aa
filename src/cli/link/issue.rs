//! `khaosat link poster` and `link ticket`.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::pictures::Picture;
use super::print::{self, Look};
use crate::cli::desk::Shared;
use crate::cli::{Outcome, out};
use crate::issue::print::{self as sheets, Order, Pages, PosterPaper, TicketPaper};
use crate::issue::{paper, poster};
use crate::store::tally::Kind;

#[derive(clap::Args)]
pub struct Posters {
    /// The round, planned or open
    round: String,
    /// Directory for the files; issues without printing if left out
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Kind of files: a PDF for the printer, or a picture of each code
    #[arg(long, value_enum, default_value = "svg")]
    format: Format,
    /// Paper of the PDF
    #[arg(long, value_enum, default_value = "a4")]
    paper: OfPosters,
    #[command(flatten)]
    which: Which,
}

#[derive(clap::Args)]
pub struct Tickets {
    /// The round
    round: String,
    /// Directory for the files
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Kind of files: a PDF for the printer, or a picture of each code
    #[arg(long, value_enum, default_value = "svg")]
    format: Format,
    /// Paper of the PDF
    #[arg(long, value_enum, default_value = "a4-24")]
    paper: OfTickets,
    #[command(flatten)]
    which: Which,
}

#[derive(clap::Args)]
pub struct Papers {
    /// The round
    round: String,
    /// Directory for forms.pdf and links.csv
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Issues so many forms for --unit and --counter first
    #[arg(long, value_name = "N", requires_all = ["unit", "counter"], conflicts_with = "drawn")]
    sheets: Option<usize>,
    /// Those that take the place of tickets (link replace --by-paper)
    #[arg(long)]
    drawn: bool,
    #[command(flatten)]
    which: Which,
}

/// How links are written.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// Pages with codes and words
    Pdf,
    /// A picture each that scales to any size
    Svg,
    /// A picture each, one bit a pixel, 10 pixels a module
    Png,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum OfPosters {
    /// 210 × 297 mm
    A4,
    /// 148 × 210 mm
    A5,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum OfTickets {
    /// A4, 3 × 8 tickets to cut
    #[value(name = "a4-24")]
    Sheet24,
    /// A4, 2 × 5 tickets to cut
    #[value(name = "a4-10")]
    Sheet10,
    /// Roll of a receipt printer, 80 mm wide
    #[value(name = "roll-80")]
    Roll80,
    /// Roll of a receipt printer, 58 mm wide
    #[value(name = "roll-58")]
    Roll58,
}

/// Which of the links.
#[derive(clap::Args)]
pub struct Which {
    /// Of this unit only; else of every unit you may print for
    #[arg(long, value_name = "CODE")]
    unit: Option<String>,
    /// Of counters with this code only
    #[arg(long, value_name = "CODE")]
    counter: Option<String>,
    /// Running numbers at the counter, such as 7 or 7-30
    #[arg(long, value_name = "FROM-TO", value_parser = serials)]
    serials: Option<(i64, i64)>,
    /// Prints links once more that were printed; counted as reprints
    #[arg(long, requires = "reason")]
    again: bool,
    /// Why they are printed again, at least ten characters; it is audited
    #[arg(long, value_name = "TEXT", requires = "again")]
    reason: Option<String>,
}

fn serials(text: &str) -> Result<(i64, i64), String> {
    sheets::serials(text).ok_or_else(|| "write 7 or 7-30".to_owned())
}

impl Which {
    fn order<'a>(&'a self, round: &'a str, kind: Kind) -> Order<'a> {
        Order {
            unit: self.unit.as_deref(),
            counter: self.counter.as_deref(),
            serials: self.serials,
            again: self.reason.as_deref(),
            ..Order::new(round, kind)
        }
    }
}

impl Format {
    fn look(self, pages: Pages) -> Look {
        match self {
            Self::Pdf => Look::Pages(pages),
            Self::Svg => Look::Pictures(Picture::Svg),
            Self::Png => Look::Pictures(Picture::Png),
        }
    }
}

/// # Errors
/// When the round takes no links, or the directory cannot be written to.
pub fn posters(shared: &Shared, args: &Posters) -> Outcome {
    let (desk, actor) = shared.begin()?;
    if !args.which.again {
        let issued = poster::issue(&desk, &actor, &args.round, args.which.unit.as_deref())?;
        out::print(&format!("{} of round {} issued", out::count(issued, "poster"), args.round))?;
    }
    let Some(directory) = &args.out else { return Ok(()) };
    let look = args.format.look(Pages::Posters(match args.paper {
        OfPosters::A4 => PosterPaper::A4,
        OfPosters::A5 => PosterPaper::A5,
    }));
    print::run(&desk, &actor, args.which.order(&args.round, Kind::Poster), look, directory)
}

/// # Errors
/// When the round takes no links, there is no form to print, or the directory cannot be written to.
pub fn papers(shared: &Shared, args: &Papers) -> Outcome {
    let (desk, actor) = shared.begin()?;
    if let (Some(sheets), Some(unit), Some(counter)) =
        (args.sheets, &args.which.unit, &args.which.counter)
    {
        paper::issue(&desk, &actor, &args.round, (unit, counter), sheets)?;
    }
    let kind = if args.drawn { Kind::DrawnPaper } else { Kind::Paper };
    let order = args.which.order(&args.round, kind);
    print::run(&desk, &actor, order, Look::Pages(Pages::Forms), &args.out)
}

/// # Errors
/// When there is no ticket to print, or the directory cannot be written to.
pub fn tickets(shared: &Shared, args: &Tickets) -> Outcome {
    let (desk, actor) = shared.begin()?;
    let look = args.format.look(Pages::Tickets(match args.paper {
        OfTickets::Sheet24 => TicketPaper::Sheet24,
        OfTickets::Sheet10 => TicketPaper::Sheet10,
        OfTickets::Roll80 => TicketPaper::Roll80,
        OfTickets::Roll58 => TicketPaper::Roll58,
    }));
    let directory: &Path = &args.out;
    print::run(&desk, &actor, args.which.order(&args.round, Kind::Ticket), look, directory)
}
