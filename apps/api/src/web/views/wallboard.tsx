/**
 * The wallboard: the floor now, the day's pictures, and a report of any range. Whole without script; with it, live.
 *
 * Shape    documents in, an HTML document out
 * Units    Unix seconds
 */
import * as Calendar from "@dwell/core/Calendar"
import type { AtDocument, Document } from "@dwell/core/Report"
import { labels } from "../charts/palette.ts"
import { Floor } from "./Floor.tsx"
import { age } from "./format.ts"
import { page } from "./Page.tsx"
import { type ReportOptions, Report } from "./Report.tsx"
import { asOfText, isOld, durationsEnd } from "./floorModel.ts"

/** An endpoint's picture: at full width, for narrow screens, and for telephones. */
interface PictureUrls {
  readonly wide: string
  readonly narrow: string
  readonly phone: string
  /** What it says, in words. */
  readonly summary: string
}

export interface WallboardProps {
  readonly account: string
  readonly timezone: Calendar.Zone
  /** What the server's clock says. */
  readonly now: number
  /** `null` where nothing is known of the account yet. */
  readonly snapshot: AtDocument | null
  /** `null` where the range that was asked for makes none, or nothing is known yet. */
  readonly report: Document | null
  readonly asked: ReportOptions
  /** Of today, as far as is known. The script asks for them again and again. */
  readonly pictures: { readonly staffing: PictureUrls; readonly timeline: PictureUrls }
  /** What was wrong with the range, and what to do. */
  readonly problem: string | null
}

/** Where there is little room; see wallboard.css. */
const small = "(max-width: 60rem)"
/** Where even less: what is written in a picture is to be read without a glass. */
const tiny = "(max-width: 30rem)"
/** Where the staffing curve stands beside the agents. */
const beside = "(min-width: 75rem)"

interface PictureProps extends PictureUrls {
  readonly id: string
  readonly title: string
  /** When to take the narrow one. */
  readonly media: string
}

const Picture = ({ id, media, narrow, phone, summary, title, wide }: PictureProps) => (
  <section class={`card picture ${id}`} aria-labelledby={id}>
    <h2 id={id}>{title}</h2>
    <picture data-live>
      <source media={tiny} srcset={phone} />
      <source media={media} srcset={narrow} />
      <img src={wide} alt={summary} />
    </picture>
  </section>
)

/** The page of an account. */
export const wallboard = ({
  account,
  asked,
  now,
  pictures,
  problem,
  report,
  snapshot,
  timezone,
}: WallboardProps): string => {
  const asOf = snapshot === null ? null : snapshot.at.now
  const lag = asOf !== null && isOld(asOf, now) ? age(now - asOf) : null
  return page({
    title: `${account} – Dwell`,
    styles: ["/assets/wallboard.css"],
    scripts: ["/assets/wallboard.js"],
    children: (
      <body
        class={lag === null ? undefined : "old"}
        data-account={account}
        data-now={now}
        data-timezone={timezone.name}
      >
        <a class="skip" href="#floor">
          Skip to the floor
        </a>
        <header>
          <h1>
            <span class="brand">Dwell</span> <span class="account">{account}</span>
          </h1>
          <p class="as-of">
            as of <AsOf asOf={asOf} now={now} zone={timezone} /> <span class="zone">{timezone.name}</span>{" "}
            <span data-part="age" data-old={lag === null ? null : ""}>
              {lag === null ? "" : `${lag} ago`}
            </span>
          </p>
          <p class="connection" data-state="still">
            <span role="status" aria-live="polite" data-part="connection">
              {lag === null ? "Not live" : "Not live, nothing new"}
            </span>{" "}
            <span data-part="lag">{lag === null ? "" : `for ${lag}`}</span>
          </p>
          <form method="post" action="/session/end">
            <button type="submit" class="quiet">
              Sign out
            </button>
          </form>
        </header>
        <main>
          <Floor snapshot={snapshot} now={asOf === null ? now : durationsEnd(asOf, now)} />
          <Picture id="staffing" title="Staffing today" media={`${small}, ${beside}`} {...pictures.staffing} />
          <Picture id="timeline" title="Timeline today" media={small} {...pictures.timeline} />
          <Report report={report} known={asOf} asked={asked} problem={problem} />
        </main>
        <footer>
          <p>
            Untracked is not offline: nothing is known of the agent at that time. {labels.idle} means logged in and not
            ready. <a href="/docs">API reference</a>
          </p>
        </footer>
      </body>
    ),
  })
}

interface AsOfProps {
  readonly asOf: number | null
  readonly now: number
  readonly zone: Calendar.Zone
}

const AsOf = ({ asOf, now, zone }: AsOfProps) => {
  if (asOf === null) return <time data-part="as-of">never: nothing has been read yet</time>
  const label = Calendar.label(zone, asOf)
  return (
    <time data-part="as-of" datetime={label} data-instant={asOf}>
      {asOfText(label, Calendar.label(zone, now))}
    </time>
  )
}
